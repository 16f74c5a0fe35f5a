package main

import (
	"bufio"
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
  registrations EXPERIMENT       one row for each person and briefing, without names and addresses
  people EXPERIMENT              the names and addresses of everybody, also of who has not applied
  mails EXPERIMENT [-unfinished] every mail and what became of it; -unfinished: what has not ended
  work EXPERIMENT                the mails that wait for you: in doubt for 15 minutes, failed,
                                 held back, come back, complained of
  suppressed EXPERIMENT          whose address takes no mail, and why
  suspects EXPERIMENT            refused posts that looked automatic
  audit                          what staff exported, turned and decided
  codebook EXPERIMENT applications|registrations|people|mails|work|suppressed
                                 one row for each column of that file

Briefings:
  settings EXPERIMENT            what is set of them, and what people have been told
  set EXPERIMENT KEY=VALUE ...   change it. KEY is b1.start, b1.end, b1.cancelled or b1.room.
                                 Times are 2020-11-07T19:30:00+09:00 or "2020-11-07 19:30" in the
                                 experiment's zone, nothing for the file's; cancelled is yes or no;
                                 a room is an https address, nothing takes it away. It shows what
                                 will be and which mails that causes, and asks before it does it.

One mail, one person, by their ids in these files:
  send-again PERSON MAIL         send it once more; it asks, because it may arrive twice
  treat-as-sent PERSON MAIL      take a mail in doubt for sent
  address PERSON NEWADDRESS      correct an address; it says which mails go again, and asks

All mail of all experiments:
  pause                          hold it back
  resume                         let it leave again
  status                         say whether it may leave, how much is due, and when that is done
  replay EXPERIMENT ...          after the table was restored to an earlier moment, with mail paused:
                                 read the logs of functions/remind and functions/feedback from
                                 standard input, and note what has left since

Flags:
  -yes          do it without asking: set, send-again, address
  -excel        for Excel: a byte order mark, CRLF, and an apostrophe before each value that
                begins, after spaces, with = + - @ (half or full width), a tab or a carriage
                return, or with an apostrophe. Take one leading apostrophe away to have the value
                as it was. Excel shows 01 as 1; the raw file and the codebook have it.
  -table NAME   the table, if TABLE is not set: the stack's output TableName
  -local URL    the stack on this machine, whose clock counts then: URL is the site's address,
                http://localhost:8080. No account is needed. The address of a DynamoDB Local does
                too, with the table Table unless -table or TABLE names another, and this
                machine's clock.

Region and credentials are those of the AWS CLI (AWS_PROFILE, AWS_REGION, ...).
An entry of the audit is written before anything is printed or turned, and together with
what is changed.
`

// desk is where staff's commands are carried out.
type desk struct {
	experiments experiment.Set
	getenv      func(string) string
	connect     func(ctx context.Context, table, local string) (session, error)
	now         func() time.Time
	in          io.Reader // answers, and logs
	out         io.Writer // files
	say         io.Writer // what is said to the person
}

// order is one command as it was given.
type order struct {
	command    string
	arguments  []string
	experiment *experiment.Experiment // nil for commands about all of them
	several    []*experiment.Experiment
	excel      bool
	yes        bool
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
		if s.now != nil {
			d.now = s.now
		}
		err = d.at(ctx, s, o)
	}
	if _, missing := errors.AsType[*types.ResourceNotFoundException](err); missing {
		return fmt.Errorf("there is no table %q here: check the name, the region and the account", o.table)
	}
	return err
}

// commands are the commands with what each is about.
var commands = map[string]string{
	"applications": "EXPERIMENT", "registrations": "EXPERIMENT", "people": "EXPERIMENT", "mails": "EXPERIMENT",
	"work": "EXPERIMENT", "suppressed": "EXPERIMENT", "suspects": "EXPERIMENT",
	"codebook": "EXPERIMENT applications|registrations|people|mails|work|suppressed",
	"settings": "EXPERIMENT", "set": "EXPERIMENT KEY=VALUE ...",
	"send-again": "PERSON MAIL", "treat-as-sent": "PERSON MAIL", "address": "PERSON NEWADDRESS",
	"replay": "EXPERIMENT ...",
	"audit":  "", "pause": "", "resume": "", "status": "",
}

// asking are the commands that ask before they do anything.
var asking = map[string]bool{"set": true, "send-again": true, "address": true}

// takes reports whether so many words are what a command is about.
func takes(about string, words int) bool {
	if least, more := strings.CutSuffix(about, " ..."); more {
		return words >= len(strings.Fields(least))
	}
	return words == len(strings.Fields(about))
}

// parse reads a command, whose flags may stand anywhere.
func (d desk) parse(args []string) (order, error) {
	var o order
	flags := flag.NewFlagSet("staff", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&o.excel, "excel", false, "")
	flags.BoolVar(&o.unfinished, "unfinished", false, "")
	flags.BoolVar(&o.yes, "yes", false, "")
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
	case !takes(about, len(o.arguments)):
		return order{}, fmt.Errorf("the command is: %s %s (%w)", o.command, about, errUsage)
	case o.unfinished && o.command != "mails":
		return order{}, fmt.Errorf("-unfinished belongs to mails (%w)", errUsage)
	case o.yes && !asking[o.command]:
		return order{}, fmt.Errorf("-yes belongs to set, send-again and address (%w)", errUsage)
	}
	return d.about(o, about)
}

// about finds the experiments that a command is about, if it is.
func (d desk) about(o order, about string) (order, error) {
	var ids []string
	switch {
	case about == "EXPERIMENT ...":
		ids = o.arguments
	case strings.HasPrefix(about, "EXPERIMENT"):
		ids = o.arguments[:1]
	}
	for _, id := range ids {
		e, known := d.experiments.Experiment(id)
		if !known {
			return order{}, fmt.Errorf("there is no experiment %q, but: %s", id, strings.Join(d.ids(), ", "))
		}
		o.several = append(o.several, e)
	}
	if len(o.several) > 0 {
		o.experiment = o.several[0]
	}
	return o, nil
}

func (d desk) ids() []string {
	var ids []string
	for _, e := range d.experiments.All() {
		ids = append(ids, e.ID)
	}
	return ids
}

// at carries out a command at a table. What shows nothing of anybody needs no entry
// in the audit; what decides writes it with the decision.
func (d desk) at(ctx context.Context, s session, o order) error {
	switch o.command {
	case "status":
		return d.status(ctx, s)
	case "audit":
		return write(d, o, export.Audit(d.zone()), s.table.AuditEntries(ctx))
	case "set":
		return d.set(ctx, s, o)
	case "send-again":
		return d.sendAgain(ctx, s, o)
	case "treat-as-sent":
		return d.treatAsSent(ctx, s, o)
	case "address":
		return d.correctAddress(ctx, s, o)
	}
	if o.command == "replay" {
		if err := paused(ctx, s); err != nil {
			return err
		}
	}
	if err := s.table.NoteAudit(ctx, d.entry(s, o)); err != nil {
		return fmt.Errorf("nothing was done, because it cannot be put on record: %w", err)
	}
	switch o.command {
	case "settings":
		return d.settings(ctx, s, o)
	case "pause":
		return d.turn(ctx, s, s.table.Pause)
	case "resume":
		return d.turn(ctx, s, s.table.Resume)
	case "replay":
		return d.replay(ctx, s, o)
	}
	return d.export(ctx, s, o)
}

// export writes one of the files of an experiment.
func (d desk) export(ctx context.Context, s session, o order) error {
	switch e := o.experiment; o.command {
	case "applications":
		return write(d, o, export.Applications(e), s.table.Applicants(ctx, e.ID))
	case "registrations":
		return write(d, o, export.Registrations(e), export.PlacesOf(s.table.People(ctx, e.ID)))
	case "people":
		return write(d, o, export.People(), s.table.People(ctx, e.ID))
	case "mails":
		if o.unfinished {
			return write(d, o, export.Mails(e), s.table.UnfinishedMails(ctx, e.ID))
		}
		return write(d, o, export.Mails(e), s.table.Mails(ctx, e.ID))
	case "work":
		return d.work(ctx, s, o)
	case "suppressed":
		return write(d, o, export.Suppressed(e), s.table.Suppressions(ctx, e.ID))
	default: // suspects
		return d.suspects(ctx, s, o)
	}
}

// entry is what is put on record of a command, with the details.
func (d desk) entry(s session, o order, details ...string) table.AuditEntry {
	e := table.AuditEntry{ID: rand.Text(), At: table.At(d.now()), Who: s.who, Act: o.command}
	var ids []string
	for _, about := range o.several {
		ids = append(ids, about.ID)
	}
	e.Experiment = strings.Join(ids, " ")
	if o.excel {
		details = append(details, "excel")
	}
	if o.unfinished {
		details = append(details, "unfinished")
	}
	e.Details = strings.Join(details, " ")
	return e
}

// errDeclined is a question that was not answered with yes.
var errDeclined = errors.New("nothing was done")

// confirm asks whether to do it; errDeclined if not.
func (d desk) confirm(o order, question string) error {
	if o.yes {
		return nil
	}
	fmt.Fprint(d.say, question+" Type yes to do it: ")
	answer, err := bufio.NewReader(d.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if strings.TrimSpace(answer) != "yes" {
		return errDeclined
	}
	return nil
}

// undone says in plain words why a decision was not taken.
func undone(err error) error {
	switch {
	case errors.Is(err, table.ErrUncertain):
		return fmt.Errorf("the table did not answer: it may have been done. Look, and run it again if not: %w", err)
	case errors.Is(err, table.ErrBusy):
		return fmt.Errorf("nothing was done, because the table is busy: run it again: %w", err)
	}
	return err
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
	case "registrations":
		return export.Registrations(o.experiment).Codebook(d.sheet(o))
	case "people":
		return export.People().Codebook(d.sheet(o))
	case "mails":
		return export.Mails(o.experiment).Codebook(d.sheet(o))
	case "work":
		return export.Work(o.experiment, d.now()).Codebook(d.sheet(o))
	case "suppressed":
		return export.Suppressed(o.experiment).Codebook(d.sheet(o))
	default:
		return fmt.Errorf("there is no codebook of %q, but of applications, registrations, people, mails, work and suppressed (%w)", file, errUsage)
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

// zone is the lab's: that of the experiment that opened last.
func (d desk) zone() *time.Location {
	for _, e := range d.experiments.All() {
		return e.Zone()
	}
	return time.UTC
}
