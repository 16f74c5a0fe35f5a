package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"livinglab/shared/experiment"
	"livinglab/shared/survey"
	"livinglab/shared/table"
)

// desk is where staff's commands are carried out.
type desk struct {
	experiments experiment.Set
	instruments survey.Set
	getenv      func(string) string
	connect     func(ctx context.Context, table, local string) (session, error)
	now         func() time.Time
	in          io.Reader // answers, and logs
	out         io.Writer // files
	say         io.Writer // what is said to the person
}

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

// decisions are the commands that write their entry of the audit with what they change.
var decisions = map[string]func(desk, context.Context, session, order) error{
	"set": desk.set, "send-again": desk.sendAgain, "treat-as-sent": desk.treatAsSent, "address": desk.correctAddress,
	"offer": desk.offer, "accept": desk.accept, "start": desk.start, "end-early": desk.endEarly, "complete": desk.complete,
	"alert-seen": desk.closeAlert, "host": desk.setHost, "add-staff": desk.addStaff, "remove-staff": desk.removeStaff,
	"freeze": desk.freeze, "analyze": desk.analyze, "release": desk.release,
}

// at carries out a command at a table. What shows nothing of anybody needs no entry
// in the audit; what decides writes it with the decision.
func (d desk) at(ctx context.Context, s session, o order) error {
	if decide, ok := decisions[o.command]; ok {
		return decide(d, ctx, s, o)
	}
	switch o.command {
	case "status":
		return d.status(ctx, s)
	case "audit":
		return d.audit(ctx, s, o)
	case "replay":
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
	case "summary":
		return d.summary(ctx, s, o)
	case "pause":
		return d.turn(ctx, s, s.table.Pause)
	case "resume":
		return d.turn(ctx, s, s.table.Resume)
	case "replay":
		return d.replay(ctx, s, o)
	case "suspects":
		return d.suspects(ctx, s, o)
	}
	return d.export(ctx, s, o)
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

// zone is the lab's: that of the experiment that opened last.
func (d desk) zone() *time.Location {
	for _, e := range d.experiments.All() {
		return e.Zone()
	}
	return time.UTC
}
