package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"livinglab/infra/staff/export"
	"livinglab/shared/experiment"
	"livinglab/shared/table"
)

const usage = `usage: go run ./infra/staff COMMAND [EXPERIMENT] [FLAG ...]

Files, as CSV on standard output:
  applications EXPERIMENT        one row for each application, without names and addresses
  people EXPERIMENT              the names and addresses that belong to them
  mails EXPERIMENT [-unfinished] every mail and what became of it; -unfinished: what has not ended
  suspects EXPERIMENT            refused posts that looked automatic
  audit                          what staff exported and turned
  codebook EXPERIMENT applications|people|mails
                                 one row for each column of that file

All mail of all experiments:
  pause                          hold it back
  resume                         let it leave again
  status                         say whether it may leave

Flags:
  -excel        for Excel: a byte order mark, CRLF, and an apostrophe before each value that
                begins, after spaces, with = + - @ (half or full width), a tab or a carriage
                return, or with an apostrophe. Take one leading apostrophe away to have the value
                as it was. Excel shows 01 as 1; the raw file and the codebook have it.
  -table NAME   the table, if TABLE is not set: the stack's output TableName
  -local URL    the stack on this machine: URL is that of DynamoDB Local, which make run prints
                when it starts. No account is needed, and the table is Table unless -table or
                TABLE names another. The same without the flag:
                AWS_ENDPOINT_URL_DYNAMODB=URL AWS_REGION=ap-northeast-1
                AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local TABLE=Table

Region and credentials are those of the AWS CLI (AWS_PROFILE, AWS_REGION, ...).
An entry of the audit is written before anything is printed or turned.
`

// desk is where staff's commands are carried out.
type desk struct {
	experiments experiment.Set
	getenv      func(string) string
	connect     func(ctx context.Context, table, local string) (session, error)
	now         time.Time
	out         io.Writer // files
	say         io.Writer // what is said to the person
}

// order is one command as it was given.
type order struct {
	command    string
	arguments  []string
	experiment *experiment.Experiment // nil for commands about all of them
	excel      bool
	unfinished bool
	table      string
	local      string
}

// errUsage is a command that cannot be understood.
var errUsage = errors.New("run it without arguments for the commands")

// run carries out one command and returns the exit code.
func (d desk) run(ctx context.Context, args []string) int {
	if len(args) == 0 {
		fmt.Fprint(d.say, usage)
		return 2
	}
	err := d.carryOut(ctx, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(d.say, usage)
		return 0
	case errors.Is(err, errUsage):
		fmt.Fprintln(d.say, err)
		return 2
	case err != nil:
		fmt.Fprintln(d.say, err)
		return 1
	}
	return 0
}

func (d desk) carryOut(ctx context.Context, args []string) error {
	o, err := d.parse(args)
	if err != nil {
		return err
	}
	if o.command == "codebook" {
		return d.codebook(o)
	}
	if o.table == "" {
		return fmt.Errorf("which table? Give -table NAME or set TABLE: the stack's output TableName (%w)", errUsage)
	}
	s, err := d.connect(ctx, o.table, o.local)
	if err == nil {
		err = d.at(ctx, s, o)
	}
	if _, missing := errors.AsType[*types.ResourceNotFoundException](err); missing {
		return fmt.Errorf("there is no table %q here: check the name, the region and the account", o.table)
	}
	return err
}

// commands are the commands with what each is about.
var commands = map[string]string{
	"applications": "EXPERIMENT", "people": "EXPERIMENT", "mails": "EXPERIMENT", "suspects": "EXPERIMENT",
	"codebook": "EXPERIMENT applications|people|mails",
	"audit":    "", "pause": "", "resume": "", "status": "",
}

// parse reads a command, whose flags may stand anywhere.
func (d desk) parse(args []string) (order, error) {
	var o order
	flags := flag.NewFlagSet("staff", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&o.excel, "excel", false, "")
	flags.BoolVar(&o.unfinished, "unfinished", false, "")
	flags.StringVar(&o.table, "table", d.getenv("TABLE"), "")
	flags.StringVar(&o.local, "local", "", "")
	var words []string
	for {
		if err := flags.Parse(args); err != nil {
			return order{}, fmt.Errorf("%w (%w)", err, errUsage)
		}
		if args = flags.Args(); len(args) == 0 {
			break
		}
		words, args = append(words, args[0]), args[1:]
	}
	if o.local != "" {
		o.table = cmp.Or(o.table, "Table")
	}
	if len(words) == 0 {
		return order{}, fmt.Errorf("no command was given (%w)", errUsage)
	}
	o.command, o.arguments = words[0], words[1:]
	about, known := commands[o.command]
	switch {
	case !known:
		return order{}, fmt.Errorf("there is no command %q (%w)", o.command, errUsage)
	case len(o.arguments) != len(strings.Fields(about)):
		return order{}, fmt.Errorf("the command is: %s %s (%w)", o.command, about, errUsage)
	case o.unfinished && o.command != "mails":
		return order{}, fmt.Errorf("-unfinished belongs to mails (%w)", errUsage)
	case about == "":
		return o, nil
	}
	e, known := d.experiments.Experiment(o.arguments[0])
	if !known {
		return order{}, fmt.Errorf("there is no experiment %q, but: %s", o.arguments[0], strings.Join(d.ids(), ", "))
	}
	o.experiment = e
	return o, nil
}

func (d desk) ids() []string {
	var ids []string
	for _, e := range d.experiments.All() {
		ids = append(ids, e.ID)
	}
	return ids
}

// at carries out a command at a table.
func (d desk) at(ctx context.Context, s session, o order) error {
	if o.command == "status" {
		return d.status(ctx, s)
	}
	if o.command == "audit" {
		return write(d, o, export.Audit(d.zone()), s.table.AuditEntries(ctx))
	}
	if err := s.table.NoteAudit(ctx, d.entry(s, o)); err != nil {
		return fmt.Errorf("nothing was done, because it cannot be put on record: %w", err)
	}
	switch e := o.experiment; o.command {
	case "applications":
		return write(d, o, export.Applications(e), s.table.Applicants(ctx, e.ID))
	case "people":
		return write(d, o, export.People(), s.table.Applicants(ctx, e.ID))
	case "mails":
		if o.unfinished {
			return write(d, o, export.Mails(e), s.table.UnfinishedMails(ctx, e.ID))
		}
		return write(d, o, export.Mails(e), s.table.Mails(ctx, e.ID))
	case "suspects":
		return d.suspects(ctx, s, o)
	case "pause":
		return d.turn(ctx, s, s.table.Pause)
	default: // resume
		return d.turn(ctx, s, s.table.Resume)
	}
}

// entry is what is put on record of a command.
func (d desk) entry(s session, o order) table.AuditEntry {
	e := table.AuditEntry{ID: rand.Text(), At: table.At(d.now), Who: s.who, Act: o.command}
	if o.experiment != nil {
		e.Experiment = o.experiment.ID
	}
	var details []string
	if o.excel {
		details = append(details, "excel")
	}
	if o.unfinished {
		details = append(details, "unfinished")
	}
	e.Details = strings.Join(details, " ")
	return e
}

// write writes a file to standard output.
func write[T any](d desk, o order, file export.File[T], rows iter.Seq2[T, error]) error {
	if err := file.Write(d.sheet(o), rows); err != nil {
		return fmt.Errorf("the file is not complete, throw it away: %w", err)
	}
	return nil
}

func (d desk) sheet(o order) *export.Sheet {
	if o.excel {
		return export.NewSheet(d.out, export.Excel)
	}
	return export.NewSheet(d.out, export.Raw)
}

// codebook describes a file. It shows nothing of anybody and needs no table.
func (d desk) codebook(o order) error {
	switch file := o.arguments[1]; file {
	case "applications":
		return export.Applications(o.experiment).Codebook(d.sheet(o))
	case "people":
		return export.People().Codebook(d.sheet(o))
	case "mails":
		return export.Mails(o.experiment).Codebook(d.sheet(o))
	default:
		return fmt.Errorf("there is no codebook of %q, but of applications, people and mails (%w)", file, errUsage)
	}
}

// suspects writes the refused posts and says how many there are of each kind.
func (d desk) suspects(ctx context.Context, s session, o order) error {
	counts, all := map[string]int{}, 0
	counted := func(yield func(table.Suspect, error) bool) {
		for suspect, err := range s.table.Suspects(ctx, o.experiment.ID) {
			if err == nil {
				counts[suspect.Reason]++
				all++
			}
			if !yield(suspect, err) {
				return
			}
		}
	}
	if err := write(d, o, export.Suspects(o.experiment), counted); err != nil {
		return err
	}
	fmt.Fprintf(d.say, "%d refused posts in the last 30 days\n", all)
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(d.say, "%6d %s\n", counts[reason], reason)
	}
	return nil
}

// turn turns the switch of all mail and says how it stands.
func (d desk) turn(ctx context.Context, s session, how func(context.Context, time.Time) error) error {
	if err := how(ctx, d.now); err != nil {
		return err
	}
	return d.status(ctx, s)
}

func (d desk) status(ctx context.Context, s session) error {
	sw, err := s.table.Switch(ctx)
	if err != nil {
		return err
	}
	until := sw.Until.Time().In(d.zone()).Format(time.RFC3339)
	said := "mail may leave"
	switch {
	case sw.Paused && sw.PausedFor != "":
		said = "mail paused itself at " + sw.Since.Time().In(d.zone()).Format(time.RFC3339) +
			", because " + sw.PausedFor + ": nothing leaves before resume, after which the count begins anew"
	case sw.Paused:
		said = "mail is paused by staff: nothing leaves before resume"
	case !sw.Open(d.now):
		said = "mail is stopped until " + until + ", because SES refused to send: " + sw.Reason
	case sw.Until != "":
		said += "; it was last stopped until " + until + ", because SES refused to send: " + sw.Reason
	}
	if _, err := fmt.Fprintln(d.out, said); err != nil {
		return fmt.Errorf("printing the status: %w", err)
	}
	return nil
}

// zone is the lab's: that of the experiment that opened last.
func (d desk) zone() *time.Location {
	for _, e := range d.experiments.All() {
		return e.Zone()
	}
	return time.UTC
}
