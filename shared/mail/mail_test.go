package mail

import (
	"cmp"
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
			{ID: experiment.ConsentResearch, Title: locale.Text{JA: "研究(アンケート)への協力", EN: "Taking part in the research"}},
		},
	}
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
			{experiment.ConsentResearch, "2020-10-30", false},
		},
		Links: map[Purpose]PrivateLink{},
	}
	paths := map[Purpose]string{
		OpenPage: "/me/", ConfirmAddress: "/me/address/", Join: "/join/", Unsubscribe: "/unsubscribe/", OpenSurvey: "/survey/",
	}
	for i, rule := range kind.Links() {
		f.Links[rule.Purpose] = PrivateLink{lab.Site + paths[rule.Purpose] + tokens[i], now.Add(cmp.Or(rule.Lifetime, 10*day))}
	}
	return f
}

func compose(t testing.TB, f Facts) Message {
	t.Helper()
	m, err := Compose(lab, f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
