package mail

// withdrawn confirms a withdrawal. It is the last mail of the experiment, and
// has no link: there is nothing left to do.
func withdrawn(l *letter) {
	l.about("応募の取り下げを受け付けました({short})", "Your application was withdrawn ({short})")
	l.title("応募の取り下げを受け付けました", "Your application was withdrawn")
	l.greet()
	l.paragraph("{office}です。「{title}」への応募の取り下げを受け付けました。ご関心をお寄せいただき、ありがとうございました。",
		"Your application to “{title}” has been withdrawn. Thank you for your interest.")
	l.record(
		l.fact("受付番号", "Reference", "{reference}"),
		l.fact("取り下げ日時", "Withdrawn", "{at}"),
	)
	l.paragraph("この応募についてのメールは、これが最後です。お送りする予定だったメールはすべて取りやめました。",
		"This is the last mail about this application. All others that were planned have been cancelled.")
	l.paragraph("お預かりした個人情報は、遅くとも{erased}までに消去します。",
		"Your personal data will be erased by {erased} at the latest.")
	l.heading("ご自身で取り下げていないとき", "If it was not you")
	l.paragraph("すぐに {contact} までご連絡ください。",
		"Please write to {contact} at once.")
	l.sign("このメールは、応募の取り下げを確認するために一度だけお送りしています。",
		"You get this mail once, to confirm that the application was withdrawn.")
}
