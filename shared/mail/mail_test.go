package mail

import (
	"cmp"
	"maps"
	"slices"
	"testing"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
)

// The mails of the tests go to made-up people (架空) from a made-up address.
var lab = Identity{From: "lab@mail.example.jp", Office: "office@example.jp", Site: "https://lab.example.jp"}

var tokyo = time.FixedZone("JST", 9*60*60)

// trial is a made-up experiment with all that mails speak of. It takes its zone
// from a shipped one and nothing else.
func trial(t testing.TB) *experiment.Experiment {
	t.Helper()
	shipped, err := experiment.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	x := *shipped.All()[0]
	x.ID = "shiojiri-2020"
	x.Title = locale.Text{
		JA: "地方短期副業によるキャリアオーナーシップの変化についての実証プロジェクト",
		EN: "How a short regional side job changes career ownership",
	}
	x.Short = locale.Text{JA: "塩尻市の地方短期副業", EN: "Side jobs in Shiojiri"}
	x.Lab.Name = locale.Text{JA: "キャリアオーナーシップ リビングラボ", EN: "Career Ownership Living Lab"}
	x.Mail = experiment.MailIdentity{
		FromName: locale.Text{JA: "キャリアオーナーシップ リビングラボ事務局", EN: "Career Ownership Living Lab"},
		Office:   locale.Text{JA: "リビングラボ事務局", EN: "Living Lab office"},
		Hours:    locale.Text{JA: "平日10:00–17:00", EN: "weekdays 10:00–17:00, Japan time"},
	}
	x.Application = experiment.Application{
		Open:         time.Date(2020, 10, 30, 12, 0, 0, 0, tokyo),
		Close:        time.Date(2020, 12, 1, 0, 0, 0, 0, tokyo),
		ResultNotice: time.Date(2020, 12, 14, 12, 0, 0, 0, tokyo),
		Consents: []experiment.Consent{
			{ID: experiment.ConsentPrivacy, Title: locale.Text{JA: "個人情報の取り扱い", EN: "Privacy notice"}},
			{ID: experiment.ConsentProvision, Title: locale.Text{JA: "受入団体への応募内容の提供", EN: "Passing the application to hosts"}},
		},
	}
	x.Question = locale.Text{JA: "地方での短い副業の経験は、その人のキャリアオーナーシップをどう変えるのか。", EN: "How does a short regional side job change a person's career ownership?"}
	x.Registration.Consent = experiment.Consent{ID: "briefing", Title: locale.Text{JA: "説明会の登録での個人情報の取り扱い", EN: "Privacy notice for registering"}}
	x.Listings = []experiment.Listing{
		{
			ID:    "job-1",
			Title: locale.Text{JA: "情報発信の見直し(仮)", EN: "Review of public relations (provisional)"},
			Host:  locale.Text{JA: "受入団体A(仮称)", EN: "Host A (provisional)"},
		},
		{
			ID:    "job-3",
			Title: locale.Text{JA: "販路・オンライン販売の企画(仮)", EN: "Plan for online sales (provisional)"},
			Host:  locale.Text{JA: "受入団体C(仮称)", EN: "Host C (provisional)"},
		},
	}
	x.Retention.Applicants = experiment.Date{Year: 2021, Month: 6, Day: 30}
	return &x
}

// tokens of the links of a mail, in their order.
var tokens = [...]string{"Yk3vQ8sX1mB5tR7wZ2nL4c", "Gd6hJ9pV3kF8aS2xC7qW5e"}

// facts of a made-up applicant, enough for a mail of the kind.
func facts(t testing.TB, kind Kind, lang locale.Lang) Facts {
	now := time.Date(2020, 11, 2, 9, 5, 0, 0, tokyo)
	f := Facts{
		ID: ID(kind, "p-hanako", "first"), Attempt: 1, Kind: kind, Lang: lang, Date: now,
		Person: "p-hanako", To: "hanako@example.jp",
		Experiment: trial(t), Applied: true, Reference: "SJ-7K3M-92QX",
		Name: Name{Family: "架空", Given: "花子", FamilyKana: "カクウ", GivenKana: "ハナコ"},
		At:   now.Add(-25 * time.Second), Choices: []string{"job-3", "job-1"},
		Consents: []Consent{
			{experiment.ConsentPrivacy, "2020-10-30", true},
			{experiment.ConsentProvision, "2020-10-30", true},
		},
		Links: map[Purpose]PrivateLink{},
	}
	f.brief()
	f.ask()
	f.sumUp()
	paths := map[Purpose]string{
		OpenPage: "/me/", ConfirmAddress: "/me/address/", Join: "/join/", Unsubscribe: "/unsubscribe/", OpenSurvey: "/survey/",
	}
	for i, rule := range kind.Links() {
		f.Links[rule.Purpose] = PrivateLink{lab.Site + paths[rule.Purpose] + tokens[i], f.Date.Add(cmp.Or(rule.Lifetime, 40*day))}
	}
	return f
}

// variant is the facts of a variant.
func variant(t testing.TB, name string, lang locale.Lang) Facts {
	f := facts(t, variants[name].kind, lang)
	variants[name].change(&f)
	return f
}

// everything is the facts of every mail: all kinds and their variants, in both
// languages.
func everything(t testing.TB) []Facts {
	var all []Facts
	for _, lang := range locale.Langs {
		for _, kind := range slices.Sorted(maps.Keys(rules)) {
			all = append(all, facts(t, kind, lang))
		}
		for _, name := range slices.Sorted(maps.Keys(variants)) {
			all = append(all, variant(t, name, lang))
		}
	}
	return all
}

func compose(t testing.TB, f Facts) Message {
	t.Helper()
	m, err := Compose(lab, f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// brief adds what mails about briefings tell. Who gets one has registered, and has
// applied as well only if the mail says nothing of it.
func (f *Facts) brief() {
	switch f.Kind {
	case Acknowledgement, Standing, Link, Changed, Withdrawn, AddressConfirm, AddressChanged, AddressMoved, ResearchLeft, StaffSummary:
		return
	}
	if f.Kind.AboutSurvey() {
		return
	}
	f.register()
	f.Session, f.Held = first(), true
	f.Others = []Session{*second()}
	switch f.Kind {
	case BriefingWaiting, SeatOffered, SeatLapsed:
		f.Held, f.ReplyBy = false, time.Date(2020, 11, 4, 0, 0, 0, 0, tokyo)
	case BriefingChanged:
		f.Before, f.Session = first(), second()
		f.Session.Sequence, f.Others = 1, nil
	case BriefingMoved:
		f.Before = first()
		f.Session.Start, f.Session.End, f.Session.Sequence = f.Before.Start.Add(day), f.Before.End.Add(day), 1
	case RegistrationCanceled, BriefingCanceled:
		f.Session.Sequence = 1
	case BriefingThanks, BriefingMissed:
		f.Date = f.Session.End.Add(13 * time.Hour)
	}
}

// ask adds what mails about surveys tell.
func (f *Facts) ask() {
	switch f.Kind {
	case Acknowledgement:
		f.Round = round("pre", "はじめのアンケート", "First survey", time.Date(2020, 10, 30, 12, 0, 0, 0, tokyo), 45*day)
	case BriefingThanks:
		f.Round = round("briefing-b1", "説明会のアンケート", "Survey about the briefing", f.Session.End, 4*day)
	case SurveyInvitation, SurveyReminder:
		f.Round, f.Agreed = round("mid", "途中のアンケート", "Midway survey", f.Date.Add(-time.Minute), 8*day), true
	case HostSurvey, HostSurveyReminder:
		f.Round, f.Listing = round("host_after", "受け入れ後のアンケート", "Survey after hosting", f.Date.Add(-time.Minute), 14*day), "job-3"
		f.Applied, f.Reference, f.Choices = false, "", nil
		f.Name.FamilyKana, f.Name.GivenKana = "", ""
	case ResearchLeft:
		f.Answers = AnswersErased
	}
}

// round is open from an instant until the end of a day.
func round(id, ja, en string, open time.Time, length time.Duration) *experiment.Round {
	end := open.Add(length)
	return &experiment.Round{Wave: experiment.Wave{
		ID: id, Title: locale.Text{JA: ja, EN: en}, Minutes: 10,
		Open: open, Close: time.Date(end.Year(), end.Month(), end.Day()+1, 0, 0, 0, 0, tokyo),
	}}
}

// variants are the mails whose words depend on more than the kind.
var variants = map[string]struct {
	kind   Kind
	change func(*Facts)
}{
	"link.registered":             {Link, (*Facts).register},
	"address-confirm.registered":  {AddressConfirm, (*Facts).register},
	"address-changed.registered":  {AddressChanged, (*Facts).register},
	"address-moved.registered":    {AddressMoved, (*Facts).register},
	"withdrawn.registered":        {Withdrawn, func(f *Facts) { f.register(); f.leaveSeat() }},
	"withdrawn.both":              {Withdrawn, (*Facts).leaveSeat},
	"briefing-waiting.seat-given": {BriefingWaiting, func(f *Facts) { f.Session, f.Before, f.Others = second(), first(), nil; f.Before.Sequence = 1 }},
	"seat-lapsed.started":         {SeatLapsed, func(f *Facts) { f.Date, f.Others = f.Session.Start, nil }},
	"registration-cancelled.waited": {RegistrationCanceled, func(f *Facts) {
		f.Held, f.Applied, f.Name.FamilyKana, f.Name.GivenKana = false, true, "カクウ", "ハナコ"
	}},
	"registration-standing.waiting": {RegistrationStanding, func(f *Facts) { f.Held = false }},
	"briefing-moved.waiting":        {BriefingMoved, func(f *Facts) { f.Held = false }},
	"briefing-moved.words":          {BriefingMoved, func(f *Facts) { f.Before = nil }},
	"briefing-cancelled.last":       {BriefingCanceled, func(f *Facts) { f.Others = nil }},
	"briefing-thanks.applied":       {BriefingThanks, func(f *Facts) { f.Applied = true }},
	"briefing-thanks.closed":        {BriefingThanks, func(f *Facts) { f.Date = f.Round.Close }},
	"acknowledgement.no-survey":     {Acknowledgement, func(f *Facts) { f.Round = nil }},
	"survey-invitation.unasked":     {SurveyInvitation, func(f *Facts) { f.Agreed, f.Round.Minutes = false, 0 }},
	"survey-reminder.begun":         {SurveyReminder, func(f *Facts) { f.Begun = true }},
	"survey-reminder.last-day":      {SurveyReminder, func(f *Facts) { f.Date = f.Round.Close.Add(-15 * time.Hour) }},
	"host-survey-reminder.last-day": {HostSurveyReminder, func(f *Facts) { f.Begun, f.Date = true, f.Round.Close.Add(-15*time.Hour) }},
	"research-left.kept":            {ResearchLeft, func(f *Facts) { f.Answers = AnswersKept }},
	"research-left.none":            {ResearchLeft, func(f *Facts) { f.Answers = NoAnswers }},
	"withdrawn.kept":                {Withdrawn, func(f *Facts) { f.Answers = AnswersKept }},
	"staff-summary.first":           {StaffSummary, func(f *Facts) { f.Summary = firstSummary() }},
	"staff-summary.quiet":           {StaffSummary, func(f *Facts) { f.Summary = quietSummary() }},
	"withdrawn.erased":              {Withdrawn, func(f *Facts) { f.Answers = AnswersErased }},
}

// leaveSeat takes the seat at a briefing from a person who leaves.
func (f *Facts) leaveSeat() {
	f.Session, f.Held = first(), true
	f.Session.Sequence = 1
}

// register makes the person one who has registered for a briefing and no more.
func (f *Facts) register() {
	f.Applied, f.Choices = false, nil
	f.Name.FamilyKana, f.Name.GivenKana = "", ""
	f.Consents = []Consent{{f.Experiment.Registration.Consent.ID, "2020-10-30", true}}
}

// first and second are the briefings of the trial, as a person is registered for
// them.
func first() *Session {
	return &Session{
		Title: locale.Text{JA: "オンライン説明会(第1回)", EN: "Online briefing, first session"},
		Place: locale.Text{JA: "オンライン", EN: "Online"},
		Start: time.Date(2020, 11, 6, 19, 30, 0, 0, tokyo), End: time.Date(2020, 11, 6, 21, 0, 0, 0, tokyo),
		UID: "p-hanako.1@lab.example.jp",
	}
}

func second() *Session {
	s := first()
	s.Title = locale.Text{JA: "オンライン説明会(第2回)", EN: "Online briefing, second session"}
	s.Start, s.End = s.Start.Add(10*day), s.End.Add(10*day)
	return s
}
