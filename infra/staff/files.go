package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"livinglab/infra/staff/export"
	"livinglab/shared/table"
)

// file is a file of an experiment: what it says of its columns, and how it is written.
type file struct {
	name     string
	codebook func(*export.Sheet) error
	write    func(ctx context.Context, experiment string, to *export.Sheet) (rows int, err error)
	said     func(rows int) string // once it is written; nil for nothing
}

func fileOf[T any](name string, columns export.File[T], rows rowsOf[T]) file {
	return file{name: name, codebook: columns.Codebook, write: func(ctx context.Context, experiment string, to *export.Sheet) (int, error) {
		n := 0
		return n, columns.Write(to, counted(rows(ctx, experiment), &n))
	}}
}

// saying has a file say how many rows it has.
func (f file) saying(how func(rows int) string) file {
	f.said = how
	return f
}

// files are the files of an experiment that have a codebook. For a codebook there is no
// table: only who writes a file asks it.
func (d desk) files(t *table.Table, o order) []file {
	e, now := o.experiment, d.now()
	mails := t.Mails
	if o.unfinished {
		mails = t.UnfinishedMails
	}
	surveys := export.NewSurveys(e, d.instruments)
	return []file{
		fileOf("applications", export.Applications(e), t.Applicants),
		fileOf("registrations", export.Registrations(e), places(t)),
		fileOf("people", export.People(), t.People),
		fileOf("hosts", export.Hosts(e), t.EveryHost),
		fileOf("staff", export.Staff(e), t.EveryStaff),
		fileOf("mails", export.Mails(e), mails),
		fileOf("work", export.Work(e, now), concerned(t, now)).saying(workSaid),
		fileOf("suppressed", export.Suppressed(e), t.Suppressions),
		fileOf("waves", surveys.Waves(), standings(t, surveys)),
		fileOf("answers", surveys.Answers(), inResearch(t)),
		fileOf("answers-long", surveys.AnswersLong(), oneByOne(t, surveys)),
		fileOf("host-answers", surveys.HostAnswers(), hostFiles(t)),
		fileOf("anonymous-answers", surveys.AnonymousAnswers(), anonymousAnswers(t, surveys)),
		fileOf("alerts", surveys.Alerts(), noted(t)).saying(alertsSaid),
		fileOf("analysis", export.Analysis(e), computed(t)).saying(figuresSaid),
		fileOf("releases", export.Releases(e), released(t)),
	}
}

// export writes one of the files.
func (d desk) export(ctx context.Context, s session, o order) error {
	for _, f := range d.files(s.table, o) {
		if f.name != o.command {
			continue
		}
		rows, err := f.write(ctx, o.experiment.ID, d.sheet(o))
		if err != nil {
			return incomplete(err)
		}
		if f.said != nil {
			fmt.Fprintln(d.say, f.said(rows))
		}
	}
	if o.command == "work" {
		return d.strainAsWell(ctx, s, o)
	}
	return nil
}

// strainAsWell says beside the mails that wait whether somebody may be under strain.
func (d desk) strainAsWell(ctx context.Context, s session, o order) error {
	said, err := strain(ctx, s, o.experiment)
	if err != nil {
		return fmt.Errorf("the file is complete, but whether somebody may be under strain is not known: %w", err)
	}
	if said != "" {
		fmt.Fprintln(d.say, said)
	}
	return nil
}

func incomplete(err error) error {
	return fmt.Errorf("the file is not complete, throw it away: %w", err)
}

func (d desk) sheet(o order) *export.Sheet {
	if o.excel {
		return export.NewSheet(d.out, export.Excel)
	}
	return export.NewSheet(d.out, export.Raw)
}

// codebook describes a file. It shows nothing of anybody and needs no table.
func (d desk) codebook(o order) error {
	var names []string
	for _, f := range d.files(nil, o) {
		if f.name == o.arguments[1] {
			return f.codebook(d.sheet(o))
		}
		names = append(names, f.name)
	}
	return fmt.Errorf("there is no codebook of %q, but of %s (%w)", o.arguments[1], listed(names), errUsage)
}

// audit writes what staff did, of all experiments.
func (d desk) audit(ctx context.Context, s session, o order) error {
	if err := export.Audit(d.zone()).Write(d.sheet(o), s.table.AuditEntries(ctx)); err != nil {
		return incomplete(err)
	}
	return nil
}

// suspects writes the refused posts and says how many there are of each kind.
func (d desk) suspects(ctx context.Context, s session, o order) error {
	counts, all := map[string]int{}, 0
	tallied := func(yield func(table.Suspect, error) bool) {
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
	if err := export.Suspects(o.experiment).Write(d.sheet(o), tallied); err != nil {
		return incomplete(err)
	}
	fmt.Fprintf(d.say, "%d refused posts in the last 30 days\n", all)
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(d.say, "%6d %s\n", counts[reason], reason)
	}
	return nil
}
