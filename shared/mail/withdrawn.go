package mail

// withdrawn confirms that a person left the experiment. It is the last mail, and
// has no link: there is nothing left to do. Who had a seat at a briefing has
// none any more.
func withdrawn(l *letter) {
	l.about("{matter}の取り下げを受け付けました({short})", "Your {matter} was withdrawn ({short})")
	l.title("{matter}の取り下げを受け付けました", "Your {matter} was withdrawn")
	l.greet()
	l.paragraph("{office}です。{yours}の取り下げを受け付けました。ご関心をお寄せいただき、ありがとうございました。",
		"Your {yours} has been withdrawn. Thank you for your interest.")
	l.record(
		l.fact("受付番号", "Reference", "{reference}"),
		l.fact("取り下げ日時", "Withdrawn", "{at}"),
	)
	if l.facts.Session != nil {
		if l.facts.Applied {
			l.paragraph("{when}の説明会の登録も取り消しました。",
				"Your registration for the briefing of {when} has been cancelled as well.")
		}
		l.calendarCleared()
	}
	l.paragraph("この{matter}についてのメールは、これが最後です。お送りする予定だったメールはすべて取りやめました。",
		"This is the last mail about this {matter}. All others that were planned have been cancelled.")
	l.paragraph("お預かりした個人情報は、遅くとも{erased}までに消去します。",
		"Your personal data will be erased by {erased} at the latest.")
	switch l.facts.Answers {
	case AnswersKept:
		l.paragraph("アンケートのお答えは、お申し出のとおり、個人が分からない形にして残します。",
			"Your answers to the surveys are kept, as you chose, in a form that identifies no one.")
	case AnswersErased:
		l.paragraph("アンケートのお答えは、お申し出のとおり消去しました。すでに公開した集計からは、一人分だけを取り除くことができません。",
			"Your answers to the surveys have been erased, as you asked. From totals already published, one person's part can no longer be taken out.")
	}
	l.heading("ご自身で取り下げていないとき", "If it was not you")
	l.paragraph("すぐに {contact} までご連絡ください。",
		"Please write to {contact} at once.")
	l.sign("このメールは、{matter}の取り下げを確認するために一度だけお送りしています。",
		"You get this mail once, to confirm that the {matter} was withdrawn.")
}
