package mail

// changed confirms an edit, so that a person notices one by somebody else.
func changed(l *letter) {
	l.about("応募内容を変更しました({short})", "Your application was changed ({short})")
	l.title("応募内容を変更しました", "Your application was changed")
	l.greet()
	l.paragraph("{office}です。「{title}」への応募内容の変更を受け付けました。",
		"We have received the change to your application to “{title}”.")
	l.record(
		l.fact("受付番号", "Reference", "{reference}"),
		l.fact("変更日時", "Changed", "{at}"),
		l.choices(),
	)
	l.changeByLink()
	l.heading("ご自身で変更していないとき", "If it was not you")
	l.paragraph("あなた専用のリンクが、ほかの方に知られているおそれがあります。すぐに {contact} までご連絡ください。",
		"Somebody else may know your private link. Please write to {contact} at once.")
	l.sign("このメールは、応募内容が変更されたときにお送りしています。",
		"You get this mail whenever your application is changed.")
}
