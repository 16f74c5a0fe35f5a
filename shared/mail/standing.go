package mail

// standing answers a second post with an address that has already applied. It
// repeats nothing of the second post, which may be somebody else's.
func standing(l *letter) {
	l.about("すでに受け付けている応募があります({short})", "Your application already stands ({short})")
	l.title("すでに受け付けている応募があります", "Your application already stands")
	l.greet()
	l.paragraph("{office}です。「{title}」の応募フォームに、このメールアドレスがもう一度入力されました。",
		"This address was entered again in the application form of “{title}”.")
	l.paragraph("応募はお一人1件です。先に受け付けた応募がそのまま有効で、今回の入力では何も変わっていません。",
		"Each person can apply once. Your first application stands, and nothing about it has changed.")
	l.record(
		l.fact("有効な応募の受付番号", "Reference of your application", "{reference}"),
		l.fact("受付日時", "Received", "{at}"),
	)
	l.changeByLink()
	l.heading("ご自身で入力していないとき", "If it was not you")
	l.paragraph("応募は変わっていませんので、何もする必要はありません。そもそも応募した覚えがないときは、リンクは開かずに {contact} までお知らせください。",
		"Your application has not changed and there is nothing you need to do. If you never applied at all, please do not open the link and write to {contact}.")
	l.sign("このメールは、応募フォームにこのメールアドレスが入力されたためお送りしています(1日1通まで)。",
		"You get this mail because this address was entered in the application form (at most one such mail a day).")
}

// changeByLink is the way to the application, while it can be changed and
// afterwards, or to the registration of who has not applied.
func (l *letter) changeByLink() {
	if !l.facts.Applied {
		l.paragraph("日程の変更やキャンセルは、下のリンクからできます。",
			"To choose another date or cancel, use the link below.")
		l.pressRegistration()
		return
	}
	if l.editable() {
		l.paragraph("内容を変えたいときは、{deadline}までに下のリンクから変更してください。取り下げはいつでもできます。",
			"To change it, use the link below until {deadline}. You can withdraw at any time.")
		l.press(OpenPage, "応募内容の確認・変更・取り下げ", "View, change or withdraw your application")
	} else {
		l.paragraph("変更の受け付けは{deadline}に終わりました。内容の確認と取り下げは、下のリンクからできます。",
			"Changes closed on {deadline}. You can still view or withdraw your application with the link below.")
		l.press(OpenPage, "応募内容の確認・取り下げ", "View or withdraw your application")
	}
	l.keepPrivate()
}
