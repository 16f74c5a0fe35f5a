package mail

// briefingReminder names instants alone, never "tomorrow": it may be late.
func briefingReminder(l *letter) {
	l.seated(true)
	l.about("説明会は{start}からです({short})", "Your briefing begins {start} ({short})")
	l.title("ご登録の説明会のご案内", "Your briefing: when it is and how to join")
	l.greet()
	l.paragraph("{office}です。ご登録いただいた「{title}」の説明会の日時と、参加のしかたをご案内します。お会いできるのを楽しみにしています。",
		"This is when your briefing on “{title}” takes place and how to join it. We look forward to meeting you.")
	l.record(append(l.session(), l.fact("受付番号", "Reference", "{reference}"))...)
	l.join()
	l.changeDate()
	l.unexpected()
	l.sign("このメールは、説明会に登録された方にお送りしています。",
		"You get this mail because you are registered for the briefing.")
}

// briefingMoved tells of a change that the lab made: of the date, or of the words
// alone. Who waits hears of it too, and still waits.
func briefingMoved(l *letter) {
	if l.rescheduled() {
		l.about("説明会の日時が変わりました({short})", "The briefing has a new date ({short})")
		l.title("説明会の日時が変わりました", "The briefing has a new date")
	} else {
		l.about("説明会のご案内が変わりました({short})", "News about your briefing ({short})")
		l.title("説明会のご案内が変わりました", "News about your briefing")
	}
	l.greet()
	if l.rescheduled() {
		l.paragraph("{office}です。「{title}」の説明会の日時を、次のとおり変更しました。ご予定をいただいていたところ、ご迷惑をおかけして申し訳ありません。",
			"We have had to move the briefing on “{title}” that you registered for. We are sorry for the trouble this causes you.")
		l.record(
			l.fact("説明会", "Session", "{session}"),
			l.fact("新しい日時", "New date", "{when}"),
			l.fact("これまでの日時", "Date before", "{before}"),
			l.fact("場所", "Place", "{place}"),
			l.fact("受付番号", "Reference", "{reference}"),
		)
	} else {
		l.paragraph("{office}です。「{title}」の説明会のご案内に変更がありました。日時は変わりません。いまのご案内は次のとおりです。",
			"Something about the briefing on “{title}” that you registered for has changed. The date has not. These are the details now.")
		l.record(append(l.session(), l.fact("受付番号", "Reference", "{reference}"))...)
	}
	if l.facts.Held {
		l.paragraph("お席はそのままお取りしています。このままご参加いただけるときは、何もする必要はありません。添付のファイル(invite.ics)で、カレンダーの予定も新しくなります。",
			"You still have your seat; if you can come, there is nothing you need to do. The attached file (invite.ics) updates the entry in your calendar.")
		l.join()
		l.heading("ご都合が合わないとき", "If you cannot come")
		l.paragraph("お手数ですが、下のリンクから日程の変更やキャンセルをお願いします。",
			"Please use the link below to choose another date or to cancel.")
	} else if !l.facts.ReplyBy.IsZero() {
		l.paragraph("お席をひとつお取り置きしています。{reply by}までに、下のリンクから参加・不参加をお知らせください。ご都合が合わないときは、別の日程に変更することもできます。",
			"We are keeping a seat for you. Please use the link below by {reply by} to say whether you can come; if you cannot, you can also choose another date.")
	} else {
		l.paragraph("キャンセル待ちの順番はそのままです。お席が空いたときは、このメールアドレスへご案内します。",
			"Your place on the waiting list has not changed. If a seat becomes free, we will write to this address.")
		l.heading("ご都合が合わないとき", "If you cannot come")
		l.paragraph("お手数ですが、下のリンクから日程の変更やキャンセル待ちの取り消しをお願いします。",
			"Please use the link below to choose another date or to leave the waiting list.")
	}
	if len(l.facts.Others) > 0 {
		l.dates(l.facts.Others)
	}
	l.pressRegistration()
	l.unexpected()
	l.sign("このメールは、ご登録の説明会に変更があったためお送りしています。",
		"You get this mail because a briefing that you registered for has changed.")
}

// rescheduled says whether the briefing takes place at another time than before.
func (l *letter) rescheduled() bool {
	now, before := l.facts.Session, l.facts.Before
	return now != nil && before != nil && !(before.Start.Equal(now.Start) && before.End.Equal(now.End))
}

// briefingCanceled tells that the lab calls a briefing off.
func briefingCanceled(l *letter) {
	l.about("説明会の中止のお知らせ({short})", "The briefing is cancelled ({short})")
	l.title("説明会を中止します", "The briefing is cancelled")
	l.greet()
	l.paragraph("{office}です。「{title}」の下記の説明会は、中止することになりました。ご予定をいただいていたところ、誠に申し訳ありません。",
		"We have had to cancel this briefing on “{title}”. We are sorry, all the more as you had made time for it.")
	l.record(append(l.session(), l.fact("受付番号", "Reference", "{reference}"))...)
	l.calendarCleared()
	if l.facts.Applied {
		l.paragraph("ご応募はそのまま有効です。", "Your application stands as it is.")
	}
	if len(l.facts.Others) > 0 {
		l.others()
		l.paragraph("よろしければ、下のリンクからほかの日程をお選びください。",
			"If one of these suits you, please choose it with the link below.")
		l.press(OpenPage, "ほかの日程を選ぶ", "Choose another date")
	} else {
		l.paragraph("いまのところ、ほかの日程はありません。登録の内容は、下のリンクで確かめられます。",
			"There is no other date at present. You can see your registration with the link below.")
		l.press(OpenPage, "登録内容を確認する", "View your registration")
	}
	l.keepPrivate()
	l.heading("お尋ねになりたいことがあるとき", "If you have questions")
	l.paragraph("説明会で聞きたかったことも、どうぞ {contact} までお寄せください。",
		"What you wanted to ask at the briefing is welcome, too: please write to {contact}.")
	l.sign("このメールは、ご登録の説明会が中止になったためお送りしています。",
		"You get this mail because a briefing that you registered for was cancelled.")
}
