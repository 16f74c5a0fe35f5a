// Package stack runs the whole product on one machine: what template.yaml
// deploys, with stand-ins for API Gateway, EventBridge Scheduler, SES, SNS and
// Lambda's reading of the table's stream, and DynamoDB Local for the table.
package stack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"livinglab/infra/local/clock"
	"livinglab/infra/local/console"
	"livinglab/infra/local/gateway"
	"livinglab/infra/local/mailbox"
	"livinglab/infra/local/runtime"
	"livinglab/infra/local/schedule"
	"livinglab/infra/local/ses"
	"livinglab/infra/local/store"
	"livinglab/infra/local/stream"
	"livinglab/infra/local/template"
	"livinglab/shared/client"
	"livinglab/shared/experiment"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/table/dynamodblocal"
)

// Options say what to run. The zero value runs the repository that the working
// directory is in, on a free port, in memory.
type Options struct {
	Root       string            // folder of template.yaml; empty is that of go.mod
	Cache      string            // where to build; empty is Root/.cache/local
	Port       int               // 0 is a free one
	Data       string            // folder to persist in; empty persists nothing
	Now        time.Time         // the clock's beginning; zero is Beginning
	Frozen     bool              // the clock does not run
	Parameters map[string]string // of the template, instead of its defaults
	Log        io.Writer         // also gets what the functions print; nil: only their files do
	Patience   time.Duration     // how long a request waits for a process before it is answered with 503; 0 is two seconds
	DynamoDB   string            // a DynamoDB Local that runs already, in which a table is created; empty starts one
}

// Beginning is when the clock starts: both briefings of the shipped experiment
// are ahead, and applications open.
var Beginning = time.Date(2020, 11, 2, 9, 0, 0, 0, clock.Tokyo)

// patience is how long a request waits for a process: long enough for ten that
// are started at once, and for fifty short requests at once.
const patience = 2 * time.Second

// Stack is a running product.
type Stack struct {
	URL string // "http://localhost:8080"

	Clock     *clock.Clock
	Scheduler *schedule.Scheduler
	Mailbox   *mailbox.Mailbox
	SES       *ses.Server
	Store     *store.Store
	Runtime   *runtime.Runtime
	Table     string // its name
	DynamoDB  string // address of the DynamoDB Local behind Store

	experiments experiment.Set
	instruments survey.Set

	template *template.Template
	stream   *stream.Stream
	data     data
	server   *http.Server
	stops    []func() // the last one first
	stop     sync.Once
	saving   sync.Mutex
}

// Start builds and starts everything; Stop ends it. When it returns, the product
// answers at URL.
func Start(ctx context.Context, o Options) (*Stack, error) {
	s := &Stack{}
	if err := s.start(ctx, o); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// Stop ends everything, and returns when no process of it is left.
func (s *Stack) Stop() {
	s.stop.Do(func() {
		for i := len(s.stops) - 1; i >= 0; i-- {
			s.stops[i]()
		}
	})
}

func (s *Stack) start(ctx context.Context, o Options) error {
	root, err := findRoot(o.Root)
	if err != nil {
		return err
	}
	cache := cmp.Or(o.Cache, filepath.Join(root, ".cache", "local"))
	listener, err := s.listen(ctx, o.Port)
	if err != nil {
		return err
	}
	if s.data, err = openData(o.Data); err != nil {
		return err
	}
	s.stops = append(s.stops, s.data.close)
	if err := s.load(root, o); err != nil {
		return err
	}
	if err := s.loadExperiments(); err != nil {
		return err
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	folder := filepath.Join(cache, "run-"+port)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("making a folder to run in: %w", err)
	}
	if o.Port == 0 { // nobody comes back to it
		s.stops = append(s.stops, func() { _ = os.RemoveAll(folder) })
	}

	// The slow ones at the same time: the compiler, and a Java machine.
	var both sync.WaitGroup
	var binaries map[string]string
	var buildErr, tableErr error
	both.Go(func() { binaries, buildErr = build(ctx, root, cache, folder, s.template.Functions) })
	both.Go(func() { tableErr = s.startTable(ctx, root, o.DynamoDB) })
	both.Wait()
	if err := errors.Join(buildErr, tableErr); err != nil {
		return err
	}

	if s.Clock, err = s.data.clock(cmp.Or(o.Now, Beginning)); err != nil {
		return err
	}
	if o.Frozen {
		s.Clock.Freeze(true)
	}
	if s.Mailbox, err = mailbox.Open(s.data.mail()); err != nil {
		return err
	}
	if s.Scheduler, err = s.schedules(); err != nil {
		return err
	}
	s.SES = ses.New(s.Mailbox, s.Clock.Now)
	s.SES.Publish = s.publish
	for _, set := range s.template.ConfigurationSets {
		s.SES.Sets = append(s.SES.Sets, set.Name)
	}
	functions, err := s.functions(ctx, binaries, folder, o.Log)
	if err != nil {
		return err
	}
	s.Runtime = runtime.New(functions...)
	s.Runtime.Patience = cmp.Or(o.Patience, patience)
	s.Scheduler.Invoke = s.Runtime.InvokeEvent
	s.Scheduler.Writes = func(function string) (int64, int64) { return s.Store.Writes(accessKey(function)) }
	if err := s.openStream(ctx); err != nil {
		return err
	}
	noted := &looks{table: table.New(client.DynamoDB(own(), s.DynamoDB), s.Table), experiments: s.experiments}
	s.Scheduler.Skipped = noted.skipped
	s.run(listener, folder)
	return nil
}

func findRoot(root string) (string, error) {
	if root == "" {
		return dynamodblocal.Root()
	}
	return filepath.Abs(root)
}

// listen takes the port before anything else is done: it is what most often
// fails.
func (s *Stack) listen(ctx context.Context, port int) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort("localhost", strconv.Itoa(port)))
	if err != nil {
		return nil, fmt.Errorf("port %d is taken: run with another one, such as PORT=%d (%w)", port, port+1, err)
	}
	s.stops = append(s.stops, func() { _ = listener.Close() })
	s.URL = "http://localhost:" + strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	return listener, nil
}

// load reads the template with this machine's values.
func (s *Stack) load(root string, o Options) error {
	local := template.Local{Site: s.URL, Parameters: map[string]string{"SiteUrl": s.URL}}
	maps.Copy(local.Parameters, o.Parameters)
	if o.DynamoDB != "" {
		// Several stacks share that database: each has a table of its own.
		local.Names = map[string]string{"Table": "Table" + strconv.FormatInt(time.Now().UnixNano(), 36)}
	}
	var err error
	if s.template, err = template.Load(root, local); err != nil {
		return err
	}
	for _, event := range s.template.NotRun {
		slog.Warn("the local stack has no stand-in for an event", "event", event)
	}
	if s.template.Table == "" {
		return errors.New("reading the template: it has no AWS::DynamoDB::Table")
	}
	s.Table = s.template.Table
	return nil
}

// startTable starts DynamoDB Local unless one is given, and creates the table
// unless it is there.
func (s *Stack) startTable(ctx context.Context, root, given string) error {
	s.DynamoDB = given
	if given == "" {
		server, err := dynamodblocal.Start(ctx, s.data.table())
		if err != nil {
			return err
		}
		s.stops = append(s.stops, server.Stop)
		s.DynamoDB = server.URL
	}
	database := client.DynamoDB(own(), s.DynamoDB)
	if err := dynamodblocal.CreateTable(ctx, database, s.Table, filepath.Join(root, "template.yaml")); err != nil {
		return err
	}
	if given != "" {
		s.stops = append(s.stops, func() {
			_, _ = database.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &s.Table})
		})
	}
	var err error
	s.Store, err = store.New(s.DynamoDB)
	return err
}

// own is how the stack itself signs its requests to DynamoDB Local.
func own() aws.Config {
	return aws.Config{Region: template.Region, Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: accessKey(""), SecretAccessKey: "local"}, nil
	})}
}

func (s *Stack) schedules() (*schedule.Scheduler, error) {
	var tasks []schedule.Task
	for _, f := range s.template.Functions {
		for _, planned := range f.Schedules {
			expression, err := schedule.ParseExpression(planned.Expression, planned.Zone)
			if err != nil {
				return nil, fmt.Errorf("function %s: %w", f.ID, err)
			}
			tasks = append(tasks, schedule.Task{
				Name: planned.Name, Function: f.Name, Expression: expression, Input: planned.Input, Off: !planned.On,
			})
		}
	}
	return schedule.New(s.Clock, tasks...), nil
}

// accessKey is what a function signs its requests to the table with. It tells
// them apart; DynamoDB Local takes letters and digits only.
func accessKey(function string) string { return "LOCAL" + function }

// functions are those of the template with what this machine gives them: its
// stand-ins in place of the services.
func (s *Stack) functions(ctx context.Context, binaries map[string]string, folder string, log io.Writer) ([]runtime.Function, error) {
	table, err := s.Store.Open()
	if err != nil {
		return nil, err
	}
	s.stops = append(s.stops, s.Store.Close)
	mails, err := s.serve(ctx, s.SES)
	if err != nil {
		return nil, err
	}
	all := shared{mu: new(sync.Mutex), to: log}
	functions := make([]runtime.Function, 0, len(s.template.Functions))
	for _, f := range s.template.Functions {
		file, err := openLog(folder, f.Name)
		if err != nil {
			return nil, err
		}
		s.stops = append(s.stops, func() { _ = file.Close() })
		var out io.Writer = file
		if log != nil {
			out = io.MultiWriter(file, all.named(f.Name))
		}
		env := []string{
			"AWS_REGION=" + template.Region, "AWS_DEFAULT_REGION=" + template.Region,
			"AWS_ACCESS_KEY_ID=" + accessKey(f.Name), "AWS_SECRET_ACCESS_KEY=local", "AWS_SESSION_TOKEN=local",
			"AWS_ENDPOINT_URL_DYNAMODB=" + table, "AWS_ENDPOINT_URL_SES=" + mails,
		}
		for name, value := range f.Environment {
			env = append(env, name+"="+value)
		}
		functions = append(functions, runtime.Function{
			Name: f.Name, ID: f.ID, Binary: binaries[f.Name], Env: env, Timeout: f.Timeout, Memory: f.Memory, Log: out,
		})
	}
	return functions, nil
}

// serve has a handler answer on a port that only this machine reaches.
func (s *Stack) serve(ctx context.Context, handler http.Handler) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("opening a port: %w", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	s.stops = append(s.stops, func() { _ = server.Close() })
	return "http://" + listener.Addr().String(), nil
}

// run opens the door and starts the schedules.
func (s *Stack) run(listener net.Listener, folder string) {
	ctx, cancel := context.WithCancel(context.Background())
	var routes []gateway.Route
	var told []console.Function
	for _, f := range s.template.Functions {
		told = append(told, console.Function{Name: f.Name, ID: f.ID, Log: filepath.Join(folder, f.Name+".log")})
		for _, r := range f.Routes {
			routes = append(routes, gateway.Route{Method: r.Method, Path: r.Path, Open: r.Open, Function: f.Name})
		}
	}
	api := gateway.New(routes)
	api.Invoke, api.Now = s.Runtime.Invoke, s.Clock.Now
	own := &console.Console{
		Experiments: s.sampled(), Sample: s.sample,
		Clock: s.Clock, Scheduler: s.Scheduler, Mailbox: s.Mailbox, SES: s.SES, Store: s.Store, Runtime: s.Runtime,
		Streams: s.stream.List, Functions: told, DynamoDB: s.DynamoDB, Table: s.Table, Running: ctx.Done(),
		Moved: s.save,
	}
	s.server = &http.Server{Handler: router{own.Handler(), api}, ReadHeaderTimeout: 30 * time.Second}

	var loops sync.WaitGroup
	loops.Go(func() { s.Scheduler.Run(ctx) })
	loops.Go(func() { s.stream.Run(ctx) })
	loops.Go(func() { s.keepTime(ctx) })
	loops.Go(func() { _ = s.server.Serve(listener) })
	s.stops = append(s.stops, func() {
		cancel()
		s.Runtime.Stop()
		ending, ended := context.WithTimeout(context.Background(), 2*time.Second)
		defer ended()
		_ = s.server.Shutdown(ending)
		_ = s.server.Close()
		loops.Wait()
		s.save()
	})
}

// keepTime stores the clock as it runs.
func (s *Stack) keepTime(ctx context.Context) {
	ticker := time.NewTicker(2 * time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.save()
		}
	}
}

func (s *Stack) save() {
	s.saving.Lock()
	defer s.saving.Unlock()
	if err := s.data.save(s.Clock); err != nil {
		slog.Error("the clock was not stored", "error", err)
	}
}

// router leads to the stack's own pages below /_local/ and to the product. It
// takes every path as it comes, as the gateway does.
type router struct{ own, product http.Handler }

func (r router) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if path := request.URL.Path; path == "/_local" || strings.HasPrefix(path, "/_local/") {
		r.own.ServeHTTP(w, request)
		return
	}
	r.product.ServeHTTP(w, request)
}
