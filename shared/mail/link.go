package mail

// privateLink sends the way to a person's own page to whoever lost it.
func privateLink(l *letter) {
	l.about("{matter}内容のページへのリンク({short})", "The link to your {matter} ({short})")
	l.title("{matter}内容のページへのリンク", "The link to your {matter}")
	l.greet()
	l.paragraph("{office}です。ご請求のあった、{yours}内容のページをお送りします。",
		"Here is the link to your {yours}, as requested.")
	l.record(l.fact("受付番号", "Reference", "{reference}"))
	l.changeByLink()
	l.heading("請求した覚えがないとき", "If you did not ask for it")
	l.paragraph("このメールは削除してください。リンクを受け取ったのはこのアドレスだけで、{matter}は変わっていません。気になることがあれば {contact} までお知らせください。",
		"Please delete this mail. The link was sent to this address only and your {matter} has not changed. If anything worries you, write to {contact}.")
	l.sign("このメールは、リンクの再送が請求されたためお送りしています(1日1通まで)。",
		"You get this mail because somebody asked for the link to be sent again (at most one such mail a day).")
}
