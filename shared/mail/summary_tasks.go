package mail

import (
	"fmt"
	"slices"
	"strings"

	"livinglab/shared/locale"
)

// tasks are the things that need staff.
func (l *letter) tasks(s *Summary) []task {
	var all []task
	if s.Alerts > 0 {
		all = append(all, task{
			what: l.in(
				fmt.Sprintf("負担が大きいという回答が%d件、まだ確認されていません", s.Alerts),
				count(s.Alerts, "answer, not seen to yet, says", "answers, not seen to yet, say")+" that somebody may be under strain"),
			todo: l.words("回答を読んで、ご本人に声をかけてください。済んだら一覧から外します。",
				"Read what was answered and get in touch with the person. Then take it off the list."),
			commands: []string{l.staff("alerts"), command("alert-seen", "PERSON", "SURVEY", "QUESTION")},
		})
	}
	all = append(all, l.stuck(s)...)
	if s.Bounced+s.Complained > 0 {
		all = append(all, task{
			what: l.in(
				fmt.Sprintf("届かずに戻ったメールが%d通、迷惑メールとされたメールが%d通あります", s.Bounced, s.Complained),
				count(s.Bounced, "mail has bounced, ", "mails have bounced, ")+count(s.Complained, "was complained of", "were complained of")),
			todo: l.words("これらの宛先には、もうお送りしません。正しい宛先が分かれば直してください。必要なメールは直した宛先に送り直せます。",
				"Nothing more goes to these addresses. Where you know the right one, correct it; what is still needed can then go there."),
			commands: []string{l.staff("work"), command("address", "PERSON", "NEWADDRESS")},
		})
	}
	if n := s.missed(); n > 0 {
		all = append(all, task{
			what: l.in(fmt.Sprintf("間に合わず、送らなかったメールが%d通あります", n),
				count(n, "mail was too late to be of use and did not leave", "mails were too late to be of use and did not leave")),
			todo: l.words("何が、誰に届かなかったかは、すぐ下にあります。必要な方には、別の方法でご連絡ください。",
				"What they were, and for whom, stands right below. Tell those who need to know in another way."),
			commands: []string{l.staff("mails"), l.staff("people")},
		})
	}
	return append(all, l.troubles(s.Health)...)
}

// stuckness is why mails do not move, and what to do about it.
type stuckness struct {
	state     string
	what      string // in Japanese, with the number in it
	one, many string // in English, after the number
	todo      locale.Text
	commands  []string
}

// stuck are the mails that nothing moves, one task for each reason.
func (l *letter) stuck(s *Summary) []task {
	reasons := []stuckness{
		{
			"unknown", "送られたかどうか分からないメールが%d通あります",
			"mail is in doubt: nobody knows whether it left", "mails are in doubt: nobody knows whether they left",
			locale.Text{
				JA: "届いているかをご本人に確かめるなどして、もう一度送るか、送信済みとするかを決めてください。",
				EN: "For each, find out whether it arrived; then have it sent again, or take it for sent.",
			},
			[]string{l.staff("work"), command("send-again", "PERSON", "MAIL"), command("treat-as-sent", "PERSON", "MAIL")},
		},
		{
			"failed", "送れなかったメールが%d通あります", "mail could not be sent", "mails could not be sent",
			locale.Text{JA: "理由は一覧にあります。取り除いてから、もう一度送ってください。", EN: "The list says why. For each, remove the cause and have it sent again."},
			[]string{l.staff("work"), command("send-again", "PERSON", "MAIL")},
		},
		{
			"overdue", "時刻を過ぎても送られていないメールが%d通あります", "mail is overdue", "mails are overdue",
			locale.Text{JA: "送信が止められていないか、いつごろ終わるかを確かめてください。", EN: "See whether mail is held back, and when it will be done."},
			[]string{command("status")},
		},
		{
			"suppressed", "宛先が受け付けないため、送らなかったメールが%d通あります",
			"mail did not leave because its address takes none", "mails did not leave because their addresses take none",
			locale.Text{
				JA: "正しい宛先が分かれば直してください。まだ必要なメールは、そのとき送り直せます。",
				EN: "Where you know the right address, correct it; what is still needed can then go there.",
			},
			[]string{l.staff("suppressed"), command("address", "PERSON", "NEWADDRESS")},
		},
	}
	for _, m := range s.Stuck {
		if slices.ContainsFunc(reasons, func(r stuckness) bool { return r.state == m.State }) {
			continue
		}
		reasons = append(reasons, stuckness{ // that newer code knows
			m.State, "進まないメールが%d通あります", "mail does not move", "mails do not move",
			locale.Text{JA: "状態は " + tame(m.State) + " です。", EN: "The state is " + tame(m.State) + "."},
			[]string{l.staff("work")},
		})
	}
	var all []task
	for _, r := range reasons {
		if n, which := l.ofState(s.Stuck, r.state); n > 0 {
			all = append(all, task{
				what:     l.in(fmt.Sprintf(r.what, n), count(n, r.one, r.many)),
				todo:     l.words(which+"。"+r.todo.JA, which+". "+r.todo.EN),
				commands: r.commands,
			})
		}
	}
	return all
}

// ofState counts the stuck mails of a state, and says which they are.
func (l *letter) ofState(stuck []StuckMails, state string) (n int, which string) {
	var kinds []string
	for _, m := range stuck {
		if m.State != state {
			continue
		}
		n += m.N
		kinds = append(kinds, l.in(
			fmt.Sprintf("「%s」%d通(%sから)", tame(m.Kind.Title().JA), m.N, l.brief(m.Since)),
			fmt.Sprintf("%d × “%s” (since %s)", m.N, tame(m.Kind.Title().EN), l.brief(m.Since))))
	}
	return n, strings.Join(kinds, l.in("、", ", "))
}

// troubles are what the system did not do as it should.
func (l *letter) troubles(h Health) []task {
	var all []task
	for _, a := range h.Alarms {
		if !a.Over.IsZero() {
			continue
		}
		all = append(all, task{
			what: l.in("警報が鳴っています: "+tame(a.Name), "An alarm rings: "+tame(a.Name)),
			todo: l.words(tame(a.About)+"("+l.brief(a.Since)+"から)",
				tame(a.About)+" (since "+l.brief(a.Since)+")"),
			commands: []string{command("status")},
		})
	}
	if gap := h.Expected - h.Looks; gap > 0 {
		all = append(all, task{
			what: l.in(fmt.Sprintf("メールの見回りが%d回抜けています", gap),
				"Mail was not looked after "+count(gap, "time", "times")),
			todo: l.words(
				fmt.Sprintf("15分ごとに%d回のはずが、%d回でした。そのあいだのメールは、遅れたか、送られていません。続くときは、定期実行が止まっていないか確かめてください。", h.Expected, h.Looks),
				fmt.Sprintf("There should have been %d looks, one in each quarter of an hour, and there were %d. Mail of that time was late or did not leave. If it goes on, see whether the schedule is off.", h.Expected, h.Looks)),
			commands: []string{command("status")},
		})
	}
	if h.Paused {
		all = append(all, task{
			what: l.in("メールの送信が止められていました", "Mail was held back"),
			todo: l.words(tame(h.Reason)+"。再開するまで、メールはどなたにも届きません。",
				tame(h.Reason)+". Until it is resumed, no mail reaches anybody."),
			commands: []string{command("status"), command("resume")},
		})
	}
	return all
}
