package madeup

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/survey"
	"livinglab/shared/table"
)

// Original is a person in the table whom others there are copies of.
type Original struct {
	ID  string
	Arm string
}

// Originally is how many people Originals makes up, half of each arm: the lists of the table
// are spread over shards by people's ids, and copies stay in the shard of their original.
const Originally = 16

// Originals has a few people of each arm take part in an experiment from applying to the
// last wave, by the table's own methods, and returns them. They apply at the instant; the mails
// that this causes wait in the table.
func Originals(ctx context.Context, t *table.Table, e *experiment.Experiment, instruments survey.Set, applies time.Time) ([]Original, error) {
	var all []Original
	for n := range Originally {
		o := Original{ID: strings.ToLower(rand.Text()), Arm: experiment.GroupParticipants}
		if n >= Originally/2 {
			o.Arm = experiment.GroupComparison
		}
		l := life{table: t, experiment: e, instruments: instruments, person: personOf(e, o.ID)}
		if err := l.live(ctx, o.Arm, e.Listings[n%len(e.Listings)].ID, applies); err != nil {
			return nil, fmt.Errorf("making up a person: %w", err)
		}
		all = append(all, o)
	}
	return all, nil
}

func personOf(e *experiment.Experiment, id string) table.Person {
	address := id + "@example.jp"
	return table.Person{
		ID: id, Experiment: e.ID, Lang: locale.Japanese,
		FamilyName: "架空", GivenName: "花子", FamilyKana: "カクウ", GivenKana: "ハナコ", Prefecture: "13",
		Address: table.Address{Typed: address, Send: address, Comparable: address},
	}
}

// life is one made-up person's way through the experiment.
type life struct {
	table       *table.Table
	experiment  *experiment.Experiment
	instruments survey.Set
	person      table.Person
}

func (l life) live(ctx context.Context, arm, listing string, applies time.Time) error {
	if err := l.apply(ctx, listing, applies); err != nil {
		return err
	}
	if arm == experiment.GroupParticipants {
		if err := l.takePart(ctx, listing); err != nil {
			return err
		}
	}
	for _, wave := range l.experiment.Waves {
		if slices.Contains(wave.Groups, arm) {
			if err := l.answer(ctx, wave, arm); err != nil {
				return err
			}
		}
	}
	return nil
}

// apply sends an application and agrees to the research.
func (l life) apply(ctx context.Context, listing string, at time.Time) error {
	application := table.Application{
		Reference: rand.Text()[:10], Choices: []string{listing}, Motivation: strings.Repeat("架空の応募者が、地域の仕事で試したいことを書いています。", 8), Adult: true,
	}
	for _, c := range l.experiment.Application.Consents {
		application.Consents = append(application.Consents, consentTo(c, at))
	}
	_, err := l.table.Submit(ctx, table.Submission{
		Token: rand.Text(), Body: l.person.ID, Day: at.In(l.experiment.Zone()).Format(time.DateOnly), Person: l.person, Application: application,
	}, at)
	if err != nil {
		return err
	}
	return l.table.AnswerResearch(ctx, l.person, consentTo(l.experiment.Research.Consent, at), at.Add(time.Minute))
}

func consentTo(c experiment.Consent, at time.Time) table.Consent {
	return table.Consent{Purpose: c.ID, Version: c.Version, Hash: c.Hash(), Lang: locale.Japanese, Given: true, At: table.At(at)}
}

// takePart has staff offer a listing, the person accept it, and the side job begin.
func (l life) takePart(ctx context.Context, listing string) error {
	e := l.experiment
	offered := e.Application.ResultNotice
	entry := func(act string) table.AuditEntry {
		return table.AuditEntry{ID: rand.Text(), At: table.At(offered), Who: "架空の事務局", Act: act, Experiment: e.ID}
	}
	if err := l.table.Offer(ctx, l.person.ID, listing, offered.AddDate(0, 0, e.Offers.AnswerDays), entry("offer"), offered); err != nil {
		return err
	}
	if err := l.table.AcceptOffer(ctx, l.person.ID, entry("accept"), offered.Add(time.Hour)); err != nil {
		return err
	}
	return l.table.Start(ctx, l.person.ID, e.SideJob.Start, entry("start"), offered.Add(2*time.Hour))
}

// answer answers the scored instruments of a wave and sends the answers, all within the
// wave's second hour.
func (l life) answer(ctx context.Context, wave experiment.Wave, arm string) error {
	at := wave.Open.Add(time.Hour)
	if with, ok := l.experiment.WithApplication(); ok && with.ID == wave.ID {
		arm = "" // nobody has one yet
	}
	var before *table.Response
	for _, id := range wave.Instruments {
		i, _ := l.instruments.Current(id)
		if len(i.Subscales) == 0 {
			continue
		}
		page := table.SavedPage{
			Wave: wave.ID, Group: arm, Lang: locale.Japanese, Instrument: i.ID, Edition: table.Edition{Version: i.Version, Hash: i.Hash()},
			Answers: map[string][]string{}, Place: 1,
		}
		for _, it := range i.ForWave(wave.ID, arm) {
			page.Answers[it.ID] = []string{}
		}
		if err := l.table.SavePage(ctx, l.person, before, page, at); err != nil {
			return err
		}
		before = &table.Response{}
	}
	_, err := l.table.FinishSurvey(ctx, l.person, table.Finish{Wave: wave.ID}, at.Add(time.Minute))
	return err
}
