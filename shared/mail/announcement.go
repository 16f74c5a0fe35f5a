package mail

// briefingThanks thanks who came. Who has not applied learns how to, while that can
// be done.
func briefingThanks(l *letter) {
	l.about("説明会にご参加いただき、ありがとうございました({short})", "Thank you for coming to the briefing ({short})")
	l.title("ご参加いただき、ありがとうございました", "Thank you for coming")
	l.greet()
	l.paragraph("{office}です。「{title}」の説明会にご参加いただき、ありがとうございました。",
		"Thank you for taking part in the briefing on “{title}”.")
	l.record(l.attended()...)
	if !l.facts.Applied && l.editable() {
		l.heading("応募をお考えの方へ", "If you would like to apply")
		l.paragraph("応募は{deadline}まで、次のページで受け付けています。応募するかどうかは、もちろん自由です。",
			"You can apply until {deadline}. Whether you do is entirely up to you.")
		l.lead(l.values["apply"], "応募フォームを開く", "Open the application form")
	}
	if l.open() {
		l.heading("短いアンケートのお願い", "A short survey")
		l.paragraph("今後の説明会をよりよくするため、次のページで感想をお聞かせください。質問は少しだけで、お答えは任意です。お答えの内容や、お答えいただくかどうかが、応募や選考に影響することはありません。",
			"To make the next briefings better, we would like to know what you thought. There are only a few questions, and answering is optional. Neither your answers nor whether you give any has an effect on an application.")
		l.press(OpenSurvey, "アンケートを開く", "Open the survey")
		l.surveyLink()
	}
	l.heading("お尋ねになりたいことがあるとき", "If you have questions")
	l.paragraph("どうぞ {contact} までお寄せください。", "Please write to {contact}.")
	l.sign("このメールは、説明会に参加された方にお送りしています。",
		"You get this mail because you took part in the briefing.")
}

// attended is the briefing that is over.
func (l *letter) attended() []fact {
	return []fact{
		l.fact("説明会", "Session", "{session}"),
		l.fact("日時", "Date", "{when}"),
		l.fact("受付番号", "Reference", "{reference}"),
	}
}

// briefingMissed offers the other dates to who was not seen, and blames nobody: a
// connection may have failed, or ours.
func briefingMissed(l *letter) {
	l.about("説明会のほかの日程のご案内({short})", "Other dates for the briefing ({short})")
	l.title("説明会のほかの日程のご案内", "Other dates for the briefing")
	l.greet()
	l.paragraph("{office}です。ご登録いただいた「{title}」の下記の説明会では、お会いできなかったようです。ご都合がつかなかったときや、うまく接続できなかったときのために、これからの日程をご案内します。行き違いでご参加いただいていたときは、ご容赦ください。",
		"It seems that we did not meet you at this briefing on “{title}”. In case you could not make it, or could not connect, here are the dates still to come. If you were there and we missed you, please forgive us.")
	l.record(l.attended()...)
	if len(l.facts.Others) == 0 {
		l.problem("there is no other date")
	}
	l.others()
	l.paragraph("参加を希望されるときは、下のリンクから日程をお選びください。",
		"If you would like to come, please choose a date with the link below.")
	l.press(OpenPage, "ほかの日程を選ぶ", "Choose another date")
	l.keepPrivate()
	l.unexpected()
	l.sign("このメールは、説明会に登録された方にお送りしています。",
		"You get this mail because you registered for the briefing.")
}

// applicationReminder tells who registered for a briefing and has not applied when
// applications close.
func applicationReminder(l *letter) {
	if l.facts.Applied || !l.editable() {
		l.problem("the person has applied, or nobody can")
	}
	l.about("応募の締め切りのご案内({short})", "When applications close ({short})")
	l.title("応募の締め切りのご案内", "When applications close")
	l.greet()
	l.paragraph("{office}です。説明会にご登録いただいた「{title}」は、{deadline}に応募の受け付けを終わります。",
		"You registered for a briefing on “{title}”. Applications close on {deadline}.")
	l.paragraph("応募をお考えでしたら、期限までに次のページからお手続きください。応募されないときは、何もする必要はありません。",
		"If you would like to apply, please do so on the following page before then. If not, there is nothing you need to do.")
	l.record(
		l.fact("応募の締め切り", "Applications close", "{deadline}"),
		l.fact("説明会の登録の受付番号", "Reference of your registration", "{reference}"),
	)
	l.lead(l.values["apply"], "応募フォームを開く", "Open the application form")
	l.heading("お尋ねになりたいことがあるとき", "If you have questions")
	l.paragraph("どうぞ {contact} までお寄せください。", "Please write to {contact}.")
	l.sign("このメールは、説明会に登録され、まだ応募されていない方にお送りしています。行き違いで応募いただいていたときは、ご容赦ください。",
		"You get this mail because you registered for a briefing and have not applied. If your application crossed with this mail, please forgive us.")
}
