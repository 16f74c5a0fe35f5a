package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"livinglab/infra/bench/capacity"
	"livinglab/shared/client"
	"livinglab/shared/experiment"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/table/dynamodblocal"
)

// world is what the functions meet: a table of their own on DynamoDB Local,
// with the recorder before it, SES, and an instant.
type world struct {
	experiment  *experiment.Experiment
	instruments survey.Set
	client      *dynamodb.Client
	store       string
	table       string
	recorder    *recorder
	mailbox     *mailbox
	now         time.Time

	local *dynamodblocal.Server // nil if somebody else's is used
	open  map[string]*process   // the functions that can be looked into
}

// newWorld makes a world at a morning on which applications are open. The store
// is a DynamoDB Local; without one it starts its own, which holds nothing else
// and has nothing else to do.
func newWorld(ctx context.Context, root, store string) (*world, error) {
	w := &world{store: store, table: "bench-" + rand.Text(), open: map[string]*process{}}
	experiments, err := experiment.Shipped()
	if err != nil {
		return nil, err
	}
	w.experiment = experiments.All()[0]
	if w.instruments, err = survey.Shipped(); err != nil {
		return nil, err
	}
	w.now = w.experiment.Application.Open.Add(24 * time.Hour)
	if w.store == "" {
		if w.local, err = dynamodblocal.Start(ctx, ""); err != nil {
			return nil, err
		}
		w.store = w.local.URL
	}
	w.client = client.DynamoDB(local, w.store)
	if err := dynamodblocal.CreateTable(ctx, w.client, w.table, filepath.Join(root, "template.yaml")); err != nil {
		return nil, errors.Join(err, w.end())
	}
	if err := w.stopStream(ctx); err != nil {
		return nil, errors.Join(err, w.end())
	}
	if err := w.listen(ctx); err != nil {
		return nil, errors.Join(err, w.end())
	}
	return w, nil
}

// stopStream ends the table's stream, to which nobody listens here: DynamoDB Local
// keeps all that was ever written for it, and with that each write becomes slower.
func (w *world) stopStream(ctx context.Context) error {
	_, err := w.client.UpdateTable(ctx, &dynamodb.UpdateTableInput{
		TableName: &w.table, StreamSpecification: &types.StreamSpecification{StreamEnabled: aws.Bool(false)},
	})
	if err != nil {
		return fmt.Errorf("stopping the table's stream: %w", err)
	}
	return nil
}

// local is what DynamoDB Local wants to be told.
var local = aws.Config{
	Region: "ap-northeast-1",
	Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
	}),
}

// listen opens what stands between the functions and their services.
func (w *world) listen(ctx context.Context) error {
	described, err := w.client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &w.table})
	if err != nil {
		return fmt.Errorf("describing the table: %w", err)
	}
	schema, err := capacity.SchemaOf(described.Table)
	if err != nil {
		return err
	}
	if w.recorder, err = newRecorder(w.store, w.table, schema); err != nil {
		return err
	}
	w.mailbox, err = newMailbox()
	return err
}

// end ends all that was started and removes the table.
func (w *world) end() error {
	var problems []error
	for _, p := range w.open {
		problems = append(problems, p.stop())
	}
	if w.recorder != nil {
		problems = append(problems, w.recorder.stop())
	}
	if w.mailbox != nil {
		problems = append(problems, w.mailbox.stop())
	}
	if w.local != nil {
		w.local.Stop()
		return errors.Join(problems...)
	}
	_, err := w.client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &w.table})
	return errors.Join(append(problems, err)...)
}

// environment is what the template gives the functions.
func (w *world) environment(store string) []string {
	return []string{
		"TABLE=" + w.table, "BASE_URL=" + site, "OFFICE=office@lab.example",
		"MAIL_FROM=no-reply@lab.example", "MAIL_REPLY_TO=office@lab.example", "MAIL_CONFIGURATION_SET=lab",
		"AWS_ENDPOINT_URL_DYNAMODB=" + store, "AWS_ENDPOINT_URL_SES=" + w.mailbox.URL,
	}
}

// items is the table, which this process reaches without the recorder.
func (w *world) items() *table.Table { return table.New(w.client, w.table) }

// call has a running function handle an event.
func (w *world) call(name string, event []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return w.open[name].invoke(event)
}

// send posts a form to a function, whose answer leads on.
func (w *world) send(name, target string, form url.Values) (http.Header, error) {
	event, err := post(target, form, w.now)
	body, err := w.call(name, event, err)
	if err != nil {
		return nil, err
	}
	out, err := answered(body, http.StatusSeeOther)
	header := http.Header{}
	for name, value := range out.Headers {
		header.Set(name, value)
	}
	return header, err
}

// apply sends a form and returns the path of its receipt.
func (w *world) apply(form url.Values) (receipt string, err error) {
	header, err := w.send("apply", w.path("/applications"), form)
	return header.Get("Location"), err
}

// privateLink is the link in the acknowledgement of a new person who has applied.
func (w *world) privateLink() (string, error) {
	address := newAddress()
	if _, err := w.apply(w.form(address)); err != nil {
		return "", err
	}
	if err := w.deliver(); err != nil {
		return "", err
	}
	return w.mailbox.link(address)
}

// form is a new form of the person with the address.
func (w *world) form(address string) url.Values { return application(w.experiment, address, w.now) }

// pass lets a minute pass, or two: each quarter of an hour a tick also counts what
// waits for staff, which is measured by itself.
func (w *world) pass() {
	w.now = w.now.Add(time.Minute)
	if w.now.Truncate(quarter).Equal(w.now.Truncate(time.Minute)) {
		w.now = w.now.Add(time.Minute)
	}
}

// passQuarter lets the rest of a quarter of an hour pass.
func (w *world) passQuarter() { w.now = w.now.Truncate(quarter).Add(quarter) }

// quarter is how often a tick counts what waits for staff.
const quarter = 15 * time.Minute

// deliver sends every mail that waits, a minute later.
func (w *world) deliver() error {
	w.pass()
	event, err := tick(w.now)
	_, err = w.call("remind", event, err)
	return err
}

// path is an address of the experiment.
func (w *world) path(rest string) string { return "/" + w.experiment.ID + rest }
