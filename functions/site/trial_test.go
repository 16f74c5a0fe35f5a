package main

import (
	"encoding/json"
	"testing"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
)

func text(ja, en string) locale.Text { return locale.Text{JA: ja, EN: en} }

func texts(pairs ...string) []locale.Text {
	var all []locale.Text
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, text(pairs[i], pairs[i+1]))
	}
	return all
}

func at(instant string) time.Time {
	t, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func day(d string) experiment.Date {
	parsed, err := experiment.ParseDate(d)
	if err != nil {
		panic(err)
	}
	return parsed
}

// trial is a made-up experiment, of the size of a real one.
func trial(t testing.TB) *experiment.Experiment {
	t.Helper()
	dayBefore := []experiment.Reminder{{ID: "day-before", Before: experiment.MomentStart, Offset: 24 * time.Hour}}
	compiled, err := json.Marshal(&experiment.Experiment{
		Format: "experiment/v1", ID: "trial-2020", Timezone: "Asia/Tokyo",
		Title:    text("まちの短期副業によるキャリアオーナーシップの変化についての実証プロジェクト(架空)", "Trial on change in career ownership through short side jobs in a town (made-up)"),
		Short:    text("まちの短期副業(架空)", "Short side jobs in a town (made-up)"),
		Lead:     text("ふだんの仕事を続けながら、およそ3か月、まちの団体の仕事に関わります。その前後で、キャリアについての意識がどう変わるかをたずねます。", "Keep your job and, for about three months, work with an organization in a town. We ask how your view of your career changes."),
		Question: text("短期の副業は、キャリアオーナーシップをどう変えるか。", "How does a short side job change a person’s career ownership?"),
		Purpose: texts(
			"自分のキャリアを自分で動かす人は、どのような経験を通じて育つのでしょうか。この社会実験では、地方での短い副業という経験に注目します。", "Through which experiences do people come to own their careers? This experiment looks at one: a short side job in a region.",
			"参加の前と後に同じ質問にお答えいただき、変化を比べます。", "The same questions before and after show the change."),
		Steps: []experiment.Step{
			{When: text("11月", "November"), Title: text("応募する", "Apply"), Text: text("このページから応募します。", "Apply from this page.")},
			{When: text("12月", "December"), Title: text("結果を受け取る", "Hear the result"), Text: text("メールでお知らせします。", "We write to you.")},
			{When: text("1月から3月", "January to March"), Title: text("副業に取り組む", "Work"), Text: text("月に数日、まちの団体の仕事に関わります。", "A few days a month with your host.")},
		},
		Lab:         experiment.Lab{Name: text("キャリアオーナーシップ リビングラボ", "Career Ownership Living Lab"), URL: "https://lab.example/"},
		Partners:    []experiment.Partner{{Name: text("架空株式会社", "Made-up Inc."), Role: text("主催", "Organizer"), URL: "https://partner.example/"}, {Name: text("架空まちづくり協議会", "Made-up Town Council"), Role: text("地域パートナー", "Regional partner")}},
		Regions:     []experiment.Region{{ID: "town", Name: text("架空県ためし市", "Tameshi City (made-up)"), Text: text("山と湖に囲まれたまちです。", "A town between mountains and a lake.")}},
		Recruitment: experiment.Recruitment{Channel: text("架空求人", "Made-up Jobs"), Page: "https://jobs.example/trial"},
		Briefings: []experiment.Briefing{
			{ID: "b1", Title: text("第1回説明会", "First briefing"), Start: at("2020-11-06T19:30:00+09:00"), End: at("2020-11-06T21:00:00+09:00"), Place: text("オンライン", "Online"), Capacity: 100, Reminders: dayBefore},
			{ID: "b2", Title: text("第2回説明会", "Second briefing"), Start: at("2020-11-16T19:30:00+09:00"), End: at("2020-11-16T21:00:00+09:00"), Place: text("オンライン", "Online"), Capacity: 100, Reminders: dayBefore},
		},
		Registration: experiment.Registration{Consent: experiment.Consent{
			ID: "briefing", Version: "1", Required: true, Title: text("説明会の登録と個人情報", "Registering for a briefing and your data"), Label: text("同意します", "I agree"), Text: texts("お預かりした情報は、説明会のご連絡に使います。", "We use your data to write to you about the briefing."),
		}},
		Application: experiment.Application{
			Open: at("2020-10-30T12:00:00+09:00"), Close: at("2020-12-01T00:00:00+09:00"), ResultNotice: at("2020-12-14T12:00:00+09:00"),
			MaxChoices: 3, AdultOnly: true,
			Conditions: texts("18歳以上の方", "You are 18 or older", "期間を通じて月に数日の時間をとれる方", "You have a few days a month for the whole period"),
			Questions:  []experiment.Question{{ID: "hours", Type: experiment.ShortText, Label: text("使える時間", "Hours you have")}},
			Consents: []experiment.Consent{
				{ID: experiment.ConsentPrivacy, Version: "1", Required: true, Title: text("個人情報の取り扱い", "Privacy notice"), Label: text("同意します", "I agree"), Text: texts("お預かりした情報は、選考と連絡のために使います。", "We use your data to select participants and to write to you.")},
			},
		},
		Research: experiment.Research{Consent: experiment.Consent{
			ID: experiment.ConsentResearch, Version: "1", Title: text("研究への協力", "Research"), Label: text("協力します", "I take part"), Text: texts("選考には影響しません。", "It has no effect on selection."),
		}},
		SideJob: experiment.SideJob{Start: day("2021-01-04"), End: day("2021-03-31"), Text: text("月に数日、およそ3か月です。", "A few days a month, for about three months.")},
		Listings: []experiment.Listing{
			{ID: "job-1", Region: "town", Host: text("架空団体A", "Made-up host A"), Title: text("情報発信の見直し", "Rethinking how we tell our story"), Text: text("サイトと広報紙を見直します。", "Review the site and the paper."), Capacity: 4, HoursPerMonth: 16, FeeYenPerMonth: 50000, Mode: text("初回のみ現地、以後は原則リモート", "First time on site, then remote")},
			{ID: "job-2", Region: "town", Host: text("架空団体B", "Made-up host B"), Title: text("採用広報の設計", "Planning recruitment"), Text: text("採用の進め方を考えます。", "Think about hiring."), Capacity: 2, HoursPerMonth: 20, FeeYenPerMonth: 60000, Mode: text("原則リモート", "Remote")},
		},
		Groups: []experiment.Group{{ID: "T", Title: text("副業に参加した方", "Participants")}, {ID: "C", Title: text("比較にご協力いただいた方", "Comparison group")}},
		Waves: []experiment.Wave{
			{ID: "pre", Title: text("はじめのアンケート", "First survey"), Instruments: []string{"career_ownership_core"}, Open: at("2020-10-30T12:00:00+09:00"), Close: at("2020-12-14T00:00:00+09:00"), Groups: []string{"T", "C"}},
			{ID: "mid", Title: text("途中のアンケート", "Midway survey"), Instruments: []string{"career_ownership_core"}, Open: at("2021-02-15T09:00:00+09:00"), Close: at("2021-02-24T00:00:00+09:00"), Groups: []string{"T"}},
			{ID: "post", Title: text("終わりのアンケート", "Closing survey"), Instruments: []string{"career_ownership_core"}, Open: at("2021-03-29T09:00:00+09:00"), Close: at("2021-04-12T00:00:00+09:00"), Groups: []string{"T", "C"}},
		},
		Analysis: experiment.AnalysisPlan{
			FrozenBefore:           "post.open",
			Primary:                experiment.Estimate{Outcome: "total", Estimand: "did_pre_post", Test: "welch", Alpha: 0.05},
			Secondary:              experiment.Estimates{Outcomes: []string{"direction", "agency", "action", "connection"}, Estimand: "did_pre_post", Adjust: "holm"},
			Descriptive:            []string{"paired_change_T", "g_av_ci", "wilcoxon_exact", "ancova", "attrition", "alpha_omega"},
			MinAnsweredPerSubscale: 2, MinAnsweredTotal: 9, MinNPerArm: 10,
		},
		Provenance:   []experiment.ProvenanceOf{{Path: "title", Source: "made-up"}},
		Publication:  experiment.Publication{MinN: 5, DistributionMinN: 10, SDMinN: 10, PerRegionMinN: 10, Decimals: 2, RepublishMinNewRespondents: 5, Expected: day("2021-06-30")},
		Retention:    experiment.Retention{Applicants: day("2021-06-30"), Participants: day("2022-03-31"), Text: text("期間を過ぎた個人情報は消去します。", "Personal data are erased after that.")},
		Mail:         experiment.MailIdentity{FromName: text("架空ラボ", "Made-up lab"), Office: text("架空ラボ事務局", "Made-up lab office"), Hours: text("平日10時から17時", "Weekdays, 10:00 to 17:00")},
		Placeholders: []experiment.Placeholder{{Path: "listings[*].fee_yen_per_month", Note: text("報酬は調整中です。", "Fees are being settled.")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	e, err := experiment.Parse(string(compiled))
	if err != nil {
		t.Fatal(err)
	}
	return e
}
