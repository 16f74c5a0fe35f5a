package main

import (
	"context"
	"errors"
	"iter"
	"time"

	"livinglab/infra/staff/export"
	"livinglab/shared/analysis"
	"livinglab/shared/release"
	"livinglab/shared/table"
)

// rowsOf asks a table for the rows of an experiment's file.
type rowsOf[T any] = func(ctx context.Context, experiment string) iter.Seq2[T, error]

func places(t *table.Table) rowsOf[export.Place] {
	return func(ctx context.Context, e string) iter.Seq2[export.Place, error] {
		return export.PlacesOf(t.People(ctx, e))
	}
}

// concerned are the mails that are work for staff at an instant.
func concerned(t *table.Table, now time.Time) rowsOf[table.Mail] {
	return func(ctx context.Context, e string) iter.Seq2[table.Mail, error] {
		return kept(t.Mails(ctx, e), func(m table.Mail) bool {
			why, _ := m.Concern(now)
			return why != ""
		})
	}
}

// inResearch are the people whose answers may be used.
func inResearch(t *table.Table) rowsOf[table.File] {
	return func(ctx context.Context, e string) iter.Seq2[table.File, error] {
		return kept(t.Files(ctx, e), export.InResearch)
	}
}

func oneByOne(t *table.Table, s export.Surveys) rowsOf[export.Given] {
	return func(ctx context.Context, e string) iter.Seq2[export.Given, error] {
		return s.OneByOne(inResearch(t)(ctx, e))
	}
}

func standings(t *table.Table, s export.Surveys) rowsOf[export.Standing] {
	return func(ctx context.Context, e string) iter.Seq2[export.Standing, error] {
		return s.Standings(chained(t.Files(ctx, e), hostFiles(t)(ctx, e)))
	}
}

// hostFiles are the files of the hosts' contacts, former ones too.
func hostFiles(t *table.Table) rowsOf[table.File] {
	return func(ctx context.Context, e string) iter.Seq2[table.File, error] {
		return mapped(t.EveryHost(ctx, e), func(host table.Person) (table.File, error) { return t.File(ctx, host.ID) })
	}
}

// noted are the alerts, each with the answers that it comes from.
func noted(t *table.Table) rowsOf[export.Noted] {
	return func(ctx context.Context, e string) iter.Seq2[export.Noted, error] {
		return mapped(t.Alerts(ctx, e), func(a table.Alert) (export.Noted, error) {
			f, err := t.File(ctx, a.Person)
			return export.Noted{Alert: a, File: f}, err
		})
	}
}

// computed are the figures of the last analysis; none before there is one.
func computed(t *table.Table) rowsOf[export.Computed] {
	return func(ctx context.Context, e string) iter.Seq2[export.Computed, error] {
		return func(yield func(export.Computed, error) bool) {
			last, err := t.LastAnalysis(ctx, e)
			if errors.Is(err, table.ErrNotFound) {
				return
			}
			var r analysis.Result
			if err == nil {
				r, err = analysis.ParseResult(last.Content)
			}
			if err != nil {
				yield(export.Computed{}, err)
				return
			}
			for _, f := range r.Figures {
				if !yield(export.Compute(f, r.Sets), nil) {
					return
				}
			}
		}
	}
}

// released are the releases of an experiment.
func released(t *table.Table) rowsOf[release.Release] {
	return func(ctx context.Context, e string) iter.Seq2[release.Release, error] {
		return mapped(t.Releases(ctx, e), func(r table.Release) (release.Release, error) { return release.Parse(r.Content) })
	}
}

func anonymousAnswers(t *table.Table, s export.Surveys) rowsOf[table.AnonymousAnswer] {
	return func(ctx context.Context, e string) iter.Seq2[table.AnonymousAnswer, error] {
		var rounds []iter.Seq2[table.AnonymousAnswer, error]
		for _, id := range s.AnonymousRounds() {
			rounds = append(rounds, t.AnonymousAnswers(ctx, e, id))
		}
		return chained(rounds...)
	}
}

// counted counts what is yielded.
func counted[T any](rows iter.Seq2[T, error], n *int) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for row, err := range rows {
			if err == nil {
				*n++
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// kept yields what is to be kept.
func kept[T any](all iter.Seq2[T, error], keep func(T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for one, err := range all {
			if err == nil && !keep(one) {
				continue
			}
			if !yield(one, err) {
				return
			}
		}
	}
}

// mapped yields what is made of each.
func mapped[T, U any](all iter.Seq2[T, error], of func(T) (U, error)) iter.Seq2[U, error] {
	return func(yield func(U, error) bool) {
		for one, err := range all {
			var made U
			if err == nil {
				made, err = of(one)
			}
			if !yield(made, err) || err != nil {
				return
			}
		}
	}
}

// chained yields one after the other.
func chained[T any](all ...iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, some := range all {
			for one, err := range some {
				if !yield(one, err) {
					return
				}
			}
		}
	}
}
