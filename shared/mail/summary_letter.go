package mail

import (
	"fmt"
	"strings"
	"time"

	"livinglab/shared/locale"
)

// staffSummary tells staff how an experiment stands: first what needs them, then what came
// in, who has answered, what is due, and how mail and the system fare. It names nobody:
// each part says which command leads on.
func staffSummary(l *letter) {
	s := l.facts.Summary
	if s == nil {
		l.problem("no summary")
		return
	}
	tasks := l.tasks(s)
	l.summaryHead(s, len(tasks))
	l.greet()
	l.span(s)
	l.heading("いま対応が必要なこと", "What needs you now")
	for _, t := range tasks {
		l.blocks = append(l.blocks, block{task: &t})
	}
	if len(tasks) == 0 {
		l.paragraph("対応が必要なことはありません。", "Nothing needs you.")
	}
	l.missed(s)
	l.cameIn(s)
	l.answered(s)
	l.ahead(s)
	l.ofMails(s)
	l.ofHealth(s)
	l.analyzed(s)
	l.heading("受け取りをやめるとき", "If you no longer want it")
	l.paragraph("次のコマンドで、このまとめの宛先から外れます。ほかの方を加えるときは add-staff をお使いください。",
		"This command takes you off the list. Use add-staff to put somebody on it.")
	l.commands(l.staff("remove-staff", l.facts.Person))
	l.sign("このメールは、まとめを受け取る方として登録されている事務局の方にお送りしています。",
		"You get this mail because you are on the list of staff who get summaries.")
}

// summaryHead is the subject and the title. The subject leads with what matters most: how
// much needs staff or, if nothing does, what is new.
func (l *letter) summaryHead(s *Summary, tasks int) {
	from, to := l.briefDay(s.Since), l.briefDay(s.At)
	ja, en := from+"–"+to+"のまとめ", "summary, "+from+" – "+to
	if s.Since.IsZero() {
		ja, en = to+"までのまとめ", "summary up to "+to
	}
	first := s.first(tasks)
	l.about("【"+first.JA+"】{short}: "+ja, "["+first.EN+"] {short}: "+en)
	l.title(ja, strings.ToUpper(en[:1])+en[1:])
}

// first is the one fact that a subject has room for.
func (s *Summary) first(tasks int) locale.Text {
	registered, answered := 0, 0
	for _, b := range s.Briefings {
		registered += b.New
	}
	for _, w := range s.Waves {
		answered += w.Done.New
	}
	switch {
	case tasks > 0:
		return locale.Text{JA: fmt.Sprintf("要確認%d件", tasks), EN: fmt.Sprintf("%d to see to", tasks)}
	case s.Applied.New > 0:
		return locale.Text{JA: fmt.Sprintf("応募 新規%d件", s.Applied.New), EN: count(s.Applied.New, "new application", "new applications")}
	case registered > 0:
		return locale.Text{JA: fmt.Sprintf("説明会 新規%d件", registered), EN: count(registered, "new registration", "new registrations")}
	case answered > 0:
		return locale.Text{JA: fmt.Sprintf("回答 新規%d件", answered), EN: count(answered, "new answer", "new answers")}
	case s.Withdrawn.New > 0:
		return locale.Text{JA: fmt.Sprintf("取り下げ%d件", s.Withdrawn.New), EN: count(s.Withdrawn.New, "withdrawal", "withdrawals")}
	case len(s.Analyses) > 0:
		return locale.Text{JA: "分析の結果", EN: "an analysis is ready"}
	case len(s.DueSoon) > 0:
		return locale.Text{JA: fmt.Sprintf("予定%d件", len(s.DueSoon)), EN: fmt.Sprintf("%d ahead", len(s.DueSoon))}
	}
	return locale.Text{JA: "動きなし", EN: "nothing new"}
}

// span says what time the summary covers.
func (l *letter) span(s *Summary) {
	l.paragraph("「{title}」のまとめです。「新規」と「+」の付いた数は下の期間のもの、ほかは期間の終わりの時点のものです。",
		"This is how “{title}” stands. What is new, and what has a plus sign, came in the time below; everything else is as it stood at its end.")
	zone := l.facts.Experiment.Zone()
	from := l.in("はじめ", "the beginning")
	if !s.Since.IsZero() {
		from = locale.Instant(l.facts.Lang, s.Since, zone)
	}
	to := locale.Instant(l.facts.Lang, s.At, zone)
	l.record(fact{l.in("期間", "Time"), [][]span{l.words(from+"から", "from "+from), l.words(to+"まで", "to "+to)}})
}

// mostMissed is how many occasions of missed mails a letter names: mail programs cut off
// what is longer than some 100 kB.
const mostMissed = 30

// missed names the mails that were too late, and for whom they were.
func (l *letter) missed(s *Summary) {
	if len(s.Missed) == 0 {
		return
	}
	l.heading("送らなかったメール", "Mails that did not leave")
	var facts []fact
	for i, m := range s.Missed {
		if i == mostMissed {
			rest := 0
			for _, other := range s.Missed[i:] {
				rest += other.N
			}
			facts = append(facts, l.labeled(l.in("ほか", "Others"), l.in(fmt.Sprintf("%d通", rest), count(rest, "mail", "mails"))))
			break
		}
		lines := [][]span{
			l.words(fmt.Sprintf("%sの予定、%d人", l.brief(m.Due), m.N), fmt.Sprintf("due %s, for %s", l.brief(m.Due), count(m.N, "person", "people"))),
		}
		if m.Occasion != "" { // none: what is left of the kind
			lines = append(lines, l.words("きっかけ: "+tame(m.Occasion), "occasion: "+tame(m.Occasion)))
		}
		ids := l.words("番号: ", "ids: ")
		for _, id := range m.People {
			ids = append(ids, span{text: tame(id), whole: true}, span{text: " "})
		}
		if rest := m.N - len(m.People); rest > 0 {
			ids = append(ids, span{text: l.in(fmt.Sprintf("ほか%d人", rest), "and "+count(rest, "other", "others")), whole: true})
		}
		facts = append(facts, fact{tame(m.Kind.Title().In(l.facts.Lang)), append(lines, ids)})
	}
	l.record(facts...)
}

// cameIn is what came in: applications by side job and day, registrations by briefing.
func (l *letter) cameIn(s *Summary) {
	l.heading("受け付け", "What came in")
	l.table([]string{l.in("応募者", "Applicants"), l.in("合計と新規", "Total, new")},
		row{l.in("応募した", "Applied"), []figure{counted(s.Applied)}},
		row{l.in("取り下げた", "Withdrew"), []figure{counted(s.Withdrawn)}})
	l.perDay(s.PerDay)
	var rows []row
	for _, x := range s.Listings {
		title := x.Listing
		if listing, ok := l.facts.Experiment.Listing(x.Listing); ok {
			title = listing.Title.In(l.facts.Lang)
		}
		rows = append(rows, row{title, []figure{counted(x.First), counted(x.Any)}})
	}
	l.table([]string{l.in("副業", "Side job"), l.in("第1希望", "First wish"), l.in("希望全体", "Any wish")}, rows...)
	rows = nil
	sessions := l.facts.Experiment.Sessions(nil)
	for _, x := range s.Briefings {
		title := x.Briefing
		for _, session := range sessions {
			if session.ID == x.Briefing {
				title = session.Title.In(l.facts.Lang)
			}
		}
		rows = append(rows, row{title, []figure{
			number(x.New), {number: fmt.Sprintf("%d/%d", x.Seats, x.Capacity)}, number(x.Waiting), number(x.Canceled),
		}})
	}
	l.table([]string{l.in("説明会", "Briefing"), l.in("新規", "New"), l.in("席/定員", "Seats"), l.in("待ち", "Waiting"), l.in("取消", "Given up")}, rows...)
	l.commands(l.staff("applications"), l.staff("registrations"))
}

// perDay draws the applications of the last days, from the first on which there were any.
func (l *letter) perDay(days []DayCount) {
	for len(days) > 0 && days[0].N == 0 {
		days = days[1:]
	}
	if len(days) == 0 {
		return
	}
	g := &bars{caption: l.in("この2週間の応募", "Applications of the last two weeks")}
	for _, d := range days {
		g.most = max(g.most, d.N)
		g.rows = append(g.rows, bar{locale.BriefDay(l.facts.Lang, d.Day.In(time.UTC)), []int{d.N}, fmt.Sprint(d.N)})
	}
	l.blocks = append(l.blocks, block{bars: g})
}

// answered is who has answered the surveys.
func (l *letter) answered(s *Summary) {
	if len(s.Waves) == 0 {
		return
	}
	l.heading("アンケート", "Surveys")
	e := l.facts.Experiment
	for _, w := range s.Waves {
		title := w.Round
		if r, ok := e.Round(w.Round, e.Sessions(nil)); ok {
			title = r.Title.In(l.facts.Lang)
		}
		g := &bars{caption: title + l.in(
			fmt.Sprintf("(%s、対象%d人)", l.window(w, s.At), w.Asked), fmt.Sprintf(" (%s, %d asked)", l.window(w, s.At), w.Asked))}
		if !s.At.Before(w.Open) {
			g.most, g.rows = w.Asked, []bar{{parts: []int{w.Done.Total, w.Begun, w.Silent}}}
			g.key = []string{
				l.in(fmt.Sprintf("回答済み %d人(新規 %d人)", w.Done.Total, w.Done.New), fmt.Sprintf("%d finished (%d new)", w.Done.Total, w.Done.New)),
				l.in(fmt.Sprintf("途中 %d人", w.Begun), fmt.Sprintf("%d begun", w.Begun)),
				l.in(fmt.Sprintf("まだ %d人", w.Silent), fmt.Sprintf("%d silent", w.Silent)),
			}
		}
		l.blocks = append(l.blocks, block{bars: g})
	}
	l.paragraph("まだの方の一覧(番号のみ)は、次のコマンドで書き出せます。",
		"Who has not answered, by id, is in this file:")
	l.commands(l.staff("waves"))
}

// window says from when or until when a survey is open.
func (l *letter) window(w WaveAnswers, at time.Time) string {
	opens, last := l.brief(w.Open), l.brief(w.Close.Add(-time.Nanosecond))
	switch {
	case at.Before(w.Open):
		return l.in(opens+"から", "from "+opens)
	case at.Before(w.Close):
		return l.in(last+"まで", "until "+last)
	}
	return l.in(last+"に終了", "closed on "+last)
}

// ahead is what is due in the days that follow.
func (l *letter) ahead(s *Summary) {
	l.heading("この先7日間の予定", "The next seven days")
	if len(s.DueSoon) == 0 {
		l.paragraph("予定はありません。", "Nothing is due.")
		return
	}
	var facts []fact
	for _, x := range s.DueSoon {
		facts = append(facts, l.labeled(l.brief(x.At), tame(x.What.In(l.facts.Lang))))
	}
	l.record(facts...)
}

// ofMails is how many mails there are in each state.
func (l *letter) ofMails(s *Summary) {
	m := s.Mails
	l.heading("メールの状況", "Mails")
	l.table([]string{l.in("状態", "State"), l.in("合計と新規", "Total, new")},
		row{l.in("送信済み", "Sent"), []figure{counted(m.Sent)}},
		row{l.in("送れなかった", "Failed"), []figure{counted(m.Failed)}},
		row{l.in("間に合わなかった", "Missed"), []figure{counted(m.Missed)}},
		row{l.in("宛先が受け付けない", "Suppressed"), []figure{counted(m.Suppressed)}},
		row{l.in("不要になった", "No longer wanted"), []figure{counted(m.Canceled)}})
	l.table([]string{l.in("まだ終わっていないもの", "Not ended yet"), l.in("いま", "Now")},
		row{l.in("送信を待っている", "Waiting"), []figure{number(m.Waiting)}},
		row{l.in("そのうち時刻を過ぎた", "Of these, overdue"), []figure{number(m.Overdue)}},
		row{l.in("送られたか分からない", "In doubt"), []figure{number(m.Unknown)}})
	l.table([]string{l.in("宛先からの知らせ", "What came back"), l.in("新規", "New")},
		row{l.in("届かずに戻った", "Bounced"), []figure{number(s.Bounced)}},
		row{l.in("迷惑メールとされた", "Complained of"), []figure{number(s.Complained)}})
	l.commands(l.staff("mails"), l.staff("work"))
}

// ofHealth is how the system fared.
func (l *letter) ofHealth(s *Summary) {
	h := s.Health
	l.heading("システムの状態", "The system")
	sending := l.in("止められていません", "not held back")
	if h.Paused {
		sending = l.in("止められています", "held back") + ": " + tame(h.Reason)
	}
	alarms := fact{label: l.in("警報", "Alarms")}
	for _, a := range h.Alarms {
		over := l.in("まだ鳴っています", "it still rings")
		if !a.Over.IsZero() {
			over = l.in(l.brief(a.Over)+"に止まりました", "over since "+l.brief(a.Over))
		}
		alarms.lines = append(alarms.lines, l.words(
			tame(a.Name)+": "+tame(a.About)+"("+l.brief(a.Since)+"から、"+over+")",
			tame(a.Name)+": "+tame(a.About)+" (since "+l.brief(a.Since)+", "+over+")"))
	}
	if len(h.Alarms) == 0 {
		alarms.lines = [][]span{l.words("鳴っていません", "none rang")}
	}
	l.record(
		l.labeled(l.in("メールの見回り", "Looks at the mail"), l.in(fmt.Sprintf("%d回のうち%d回", h.Expected, h.Looks), fmt.Sprintf("%d of %d", h.Looks, h.Expected))),
		l.labeled(l.in("いちばん長く待ったメール", "Longest wait of a due mail"), l.duration(h.Oldest)),
		l.labeled(l.in("送信", "Sending"), sending),
		alarms,
	)
}

// analyzed tells of analyses that are not released.
func (l *letter) analyzed(s *Summary) {
	if len(s.Analyses) == 0 {
		return
	}
	l.heading("新しい分析", "New analyses")
	e := l.facts.Experiment
	var lines []locale.Text
	for _, a := range s.Analyses {
		var ja, en []string
		for _, id := range a.Waves {
			title := locale.Text{JA: id, EN: id}
			if w, ok := e.Wave(id); ok {
				title = w.Title
			}
			ja, en = append(ja, "「"+title.JA+"」"), append(en, "“"+title.EN+"”")
		}
		at := l.brief(a.At)
		lines = append(lines, locale.Text{JA: at + ": " + strings.Join(ja, ""), EN: at + ": " + strings.Join(en, ", ")})
	}
	b := block{}
	for _, line := range lines {
		b.list = append(b.list, l.words(line.JA, line.EN))
	}
	l.blocks = append(l.blocks, b)
	l.paragraph("数値は事務局だけが見られます。公開する内容を確かめてよければ、承認してください。承認するまで公開されません。",
		"The figures are for staff alone. See what would be public, and approve it if it is right; until then nothing is published.")
	l.commands(l.staff("analysis"), l.staff("release"))
}

// command is one of staff's commands, as it is typed.
func command(name string, args ...string) string {
	return strings.Join(append([]string{"go run ./infra/staff", name}, args...), " ")
}

// staff is a command about the experiment.
func (l *letter) staff(name string, args ...string) string {
	return command(name, append([]string{l.facts.Experiment.ID}, args...)...)
}

func (l *letter) commands(lines ...string) {
	l.blocks = append(l.blocks, block{commands: lines})
}

// table is numbers under their heads; nothing if there are none.
func (l *letter) table(head []string, rows ...row) {
	if len(rows) > 0 {
		l.blocks = append(l.blocks, block{table: &table{head, rows}})
	}
}

// words is running text in the reader's language that holds values already: it has no
// placeholders.
func (l *letter) words(ja, en string) []span { return []span{{text: l.in(ja, en)}} }

// labeled is one labeled value.
func (l *letter) labeled(label, value string) fact {
	return fact{label, [][]span{{{text: value}}}}
}

// brief is an instant in a letter that has named the zone.
func (l *letter) brief(at time.Time) string {
	return locale.Brief(l.facts.Lang, at, l.facts.Experiment.Zone())
}

func (l *letter) briefDay(at time.Time) string {
	return locale.BriefDay(l.facts.Lang, at.In(l.facts.Experiment.Zone()))
}

// duration is how long something took, in hours and minutes.
func (l *letter) duration(d time.Duration) string {
	switch {
	case d <= 0:
		return l.in("ありません", "none waited")
	case d < time.Minute:
		return l.in("1分未満", "less than a minute")
	case d < time.Hour:
		return l.in(fmt.Sprintf("%d分", d/time.Minute), count(int(d/time.Minute), "minute", "minutes"))
	}
	hours, minutes := int(d/time.Hour), int(d%time.Hour/time.Minute)
	return l.in(fmt.Sprintf("%d時間%d分", hours, minutes), count(hours, "hour", "hours")+" "+count(minutes, "minute", "minutes"))
}

// missed counts the mails that were missed in the span.
func (s *Summary) missed() int {
	n := 0
	for _, m := range s.Missed {
		n += m.N
	}
	return n
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// longestWords is how much of a text that the system gives a summary has room for, in
// characters.
const longestWords = 300

// tame makes a text of the system fit for a letter, whatever it is: a summary that tells of
// trouble must not fail for the words of it.
func tame(text string) string {
	text = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if forges(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))), " ")
	if runes := []rune(text); len(runes) > longestWords {
		text = string(runes[:longestWords]) + "…"
	}
	return text
}
