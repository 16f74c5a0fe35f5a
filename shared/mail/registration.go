package mail

import "time"

// joinOpens is how long before a briefing starts its door opens.
const joinOpens = 15 * time.Minute

// briefingConfirmation tells a person that a seat is theirs, with all that a
// reminder says: who registers late gets no other. Like the acknowledgement it may
// go to an address that nobody has confirmed, so it repeats nothing that was
// written freely.
func briefingConfirmation(l *letter) {
	l.seated(true)
	l.about("説明会の登録を受け付けました({short})", "You are registered for the briefing ({short})")
	l.title("説明会の登録を受け付けました", "You are registered for the briefing")
	l.greet()
	l.paragraph("{office}です。「{title}」の説明会にご登録いただき、ありがとうございます。お席をご用意しました。",
		"Thank you for registering for a briefing on “{title}”. A seat is reserved for you.")
	l.record(append(l.session(), l.registered()...)...)
	l.join()
	l.paragraph("カレンダーに追加できるファイル(invite.ics)を添付しています。日時が変わったときは、予定を置き換える新しいファイルをお送りします。",
		"A calendar file (invite.ics) is attached. If the date changes, we will send a new one that replaces the entry.")
	l.changeDate()
	l.mistyped()
	l.sign("このメールは、説明会の登録フォームにこのメールアドレスが入力されたためお送りしています。",
		"You get this mail because this address was entered in the registration form of the briefing.")
}

// briefingWaiting promises no seat: it says when there would be one. A seat that
// was given up for it leaves the calendar.
func briefingWaiting(l *letter) {
	l.seated(false)
	l.about("説明会のキャンセル待ちを受け付けました({short})", "You are on the waiting list for the briefing ({short})")
	l.title("説明会のキャンセル待ちを受け付けました", "You are on the waiting list for the briefing")
	l.greet()
	l.paragraph("{office}です。「{title}」の説明会にお申し込みいただき、ありがとうございます。ご希望の回は満席のため、キャンセル待ちとして承りました。お席はまだありません。",
		"Thank you for your interest in a briefing on “{title}”. The session you chose is full, so we have put you on its waiting list. You do not have a seat yet.")
	l.record(append(l.session(), l.registered()...)...)
	if l.facts.Before != nil {
		l.paragraph("{before}の回のお席は取り消しました。添付のファイル(invite.ics)で、カレンダーの予定も取り消せます。",
			"Your seat at the session of {before} has been given up. The attached file (invite.ics) removes the entry from your calendar.")
	}
	l.heading("お席が空いたとき", "If a seat becomes free")
	l.paragraph("お申し込みの順に、このメールアドレスへご案内します。ご案内のメールに書かれた期限までに、ページで参加するとお返事いただくと、お席が確定します。説明会が始まるまでに空きがなければ、ご参加いただけません。",
		"We offer it to the people who wait in the order in which they registered, by mail to this address. The seat is yours once you accept it on your page by the time that the mail names. If none becomes free before the session starts, you cannot take part in it.")
	l.others()
	l.paragraph("ほかの回への変更やキャンセル待ちの取り消しは、下のリンクからいつでもできます。お席のある回も、そのページで確かめられます。",
		"Use the link below at any time to choose another session or to leave the waiting list. The page shows which sessions have seats.")
	l.pressRegistration()
	l.mistyped()
	l.sign("このメールは、説明会の登録フォームにこのメールアドレスが入力されたためお送りしています。",
		"You get this mail because this address was entered in the registration form of the briefing.")
}

// briefingChanged confirms another date of the person's own choice.
func briefingChanged(l *letter) {
	l.seated(true)
	l.about("説明会の日程を変更しました({short})", "You changed the date of your briefing ({short})")
	l.title("説明会の日程を変更しました", "You changed the date of your briefing")
	l.greet()
	l.paragraph("{office}です。「{title}」の説明会の日程の変更を受け付けました。新しい回のお席をご用意しました。",
		"We have changed the date of your briefing on “{title}”. A seat is reserved for you at the new one.")
	l.record(
		l.fact("変更後の説明会", "New session", "{session}"),
		l.fact("変更後の日時", "New date", "{when}"),
		l.fact("変更前の日時", "Date before", "{before}"),
		l.fact("場所", "Place", "{place}"),
		l.fact("受付番号", "Reference", "{reference}"),
	)
	l.paragraph("変更前の回の登録は取り消しました。添付のファイル(invite.ics)で、カレンダーの予定も新しい日時に変わります。",
		"Your registration for the earlier date has ended. The attached file (invite.ics) moves the entry in your calendar.")
	l.join()
	l.changeDate()
	l.heading("ご自身で変更していないとき", "If it was not you")
	l.paragraph("あなた専用のリンクが、ほかの方に知られているおそれがあります。すぐに {contact} までご連絡ください。",
		"Somebody else may know your private link. Please write to {contact} at once.")
	l.sign("このメールは、説明会の日程が変更されたときにお送りしています。",
		"You get this mail whenever the date of your briefing is changed.")
}

// registrationCanceled confirms that a person gave a registration up.
func registrationCanceled(l *letter) {
	l.about("説明会の登録を取り消しました({short})", "Your registration was cancelled ({short})")
	l.title("説明会の登録を取り消しました", "Your registration was cancelled")
	l.greet()
	l.paragraph("{office}です。「{title}」の説明会について、次の登録の取り消しを受け付けました。お知らせいただき、ありがとうございました。",
		"We have cancelled this registration for a briefing on “{title}”. Thank you for letting us know.")
	l.record(append(l.session(),
		l.fact("受付番号", "Reference", "{reference}"),
		l.fact("取り消し日時", "Cancelled", "{at}"),
	)...)
	l.calendarCleared()
	if l.facts.Applied {
		l.paragraph("ご応募はそのまま有効です。", "Your application stands as it is.")
	}
	l.others()
	l.paragraph("もう一度登録したいときは、下のリンクから日程を選べます。",
		"If you would like to register again, you can choose a date with the link below.")
	l.press(OpenPage, "説明会の日程を選ぶ", "Choose a date")
	l.keepPrivate()
	l.heading("ご自身で取り消していないとき", "If it was not you")
	l.paragraph("すぐに {contact} までご連絡ください。", "Please write to {contact} at once.")
	l.sign("このメールは、説明会の登録の取り消しを確認するためにお送りしています。",
		"You get this mail to confirm that your registration was cancelled.")
}

// registrationStanding answers a further post with an address that is already
// registered. It repeats nothing of that post, which may be somebody else's.
func registrationStanding(l *letter) {
	l.about("すでに受け付けている説明会の登録があります({short})", "You are already registered for a briefing ({short})")
	l.title("すでに受け付けている説明会の登録があります", "You are already registered for a briefing")
	l.greet()
	l.paragraph("{office}です。「{title}」の説明会の登録フォームに、このメールアドレスがもう一度入力されました。",
		"This address was entered again in the registration form for the briefings on “{title}”.")
	if l.facts.Held {
		l.paragraph("先に受け付けた登録がそのまま有効です。お席に変わりはなく、今回の入力では何も変わっていません。",
			"Your earlier registration stands. You still have your seat, and nothing has changed.")
	} else {
		l.paragraph("先に受け付けた登録がそのまま有効です。お席はまだなく、キャンセル待ちの順番にも変わりはありません。",
			"Your earlier registration stands. You do not have a seat yet, and your place on the waiting list has not changed.")
	}
	l.record(append(l.session(),
		l.fact("有効な登録の受付番号", "Reference of your registration", "{reference}"),
		l.fact("受付日時", "Received", "{at}"),
	)...)
	l.paragraph("日程を変えたいときや取り消したいときは、下のリンクからお手続きください。",
		"To choose another date or cancel, use the link below.")
	l.pressRegistration()
	l.heading("ご自身で入力していないとき", "If it was not you")
	l.paragraph("登録は変わっていませんので、何もする必要はありません。そもそも登録した覚えがないときは、リンクは開かずに {contact} までお知らせください。",
		"Your registration has not changed and there is nothing you need to do. If you never registered at all, please do not open the link and write to {contact}.")
	l.sign("このメールは、説明会の登録フォームにこのメールアドレスが入力されたためお送りしています(1日1通まで)。",
		"You get this mail because this address was entered in the registration form (at most one such mail a day).")
}

// session is what, when and where.
func (l *letter) session() []fact {
	return []fact{
		l.fact("説明会", "Session", "{session}"),
		l.fact("日時", "Date", "{when}"),
		l.fact("場所", "Place", "{place}"),
	}
}

// registered is what was received with a registration.
func (l *letter) registered() []fact {
	return []fact{
		l.fact("受付番号", "Reference", "{reference}"),
		l.fact("受付日時", "Received", "{at}"),
		l.fact("お名前", "Name", "{full name}"),
		l.fact("メールアドレス", "Mail address", "{address}"),
		l.consents(),
	}
}

// join is the way in. The room's address is not in a mail, so that another room
// needs no other mail.
func (l *letter) join() {
	l.heading("参加のしかた", "How to join")
	l.paragraph("{join from}から、下のボタンで開くページより入室できます。接続先が変わっても、このボタンはそのまま使えます。",
		"From {join from} you can enter through the page that the button below opens. It leads to the right room even if that changes.")
	l.press(Join, "説明会に参加する", "Join the briefing")
	l.paragraph("この参加のリンクはあなた専用です。ほかの方に転送しないでください。説明会が終わるまで使えます。",
		"This way in is yours alone: please do not forward it. It works until the briefing ends.")
}

// changeDate is the way to another date, or out.
func (l *letter) changeDate() {
	l.heading("日程の変更・キャンセル", "To change the date or cancel")
	l.paragraph("ご都合が変わったときは、下のリンクから日程の変更やキャンセルができます。空いたお席はお待ちの方にご案内しますので、早めにお手続きいただけると助かります。",
		"If your plans change, use the link below to choose another date or to cancel. A seat that becomes free goes to somebody who is waiting, so it helps to know early.")
	l.pressRegistration()
}

// pressRegistration is the button to the page of a registration.
func (l *letter) pressRegistration() {
	l.press(OpenPage, "登録内容の確認・変更・キャンセル", "View, change or cancel your registration")
	l.keepPrivate()
}

// calendarCleared says that the entry of a seat leaves the calendar, if there was a
// seat.
func (l *letter) calendarCleared() {
	if l.facts.Held {
		l.paragraph("添付のファイル(invite.ics)で、カレンダーの予定も取り消せます。",
			"The attached file (invite.ics) removes the entry from your calendar.")
	}
}

// others lists the dates that the person could choose instead, if there are any.
func (l *letter) others() {
	if len(l.facts.Others) == 0 {
		return
	}
	l.heading("ほかの日程", "Other dates")
	l.dates(l.facts.Others)
}

// mistyped is for whoever gets the mail instead of the person who registered.
func (l *letter) mistyped() {
	l.heading("このメールに心当たりがないとき", "If you did not register")
	l.paragraph("どなたかがアドレスを入力し間違えた可能性があります。リンクは開かずに、{contact} までお知らせください。こちらで登録を取り消します。",
		"Somebody may have mistyped an address. Please do not open the links; write to {contact} and we will remove the entry.")
	l.paragraph("個人情報の取り扱いや同意の取り消しについても、{contact} で承ります。",
		"Please also write to {contact} about your personal data or to withdraw your consent.")
}

// seated fails a letter whose words do not fit whether the person has a seat.
func (l *letter) seated(held bool) {
	if l.facts.Held != held {
		l.problem("the words do not fit: a seat is held: %v", l.facts.Held)
	}
}
