package mail

// seatOffered offers a seat that became free to who waits for it the longest.
// Opening the page takes nothing: a program that follows links answers for nobody.
func seatOffered(l *letter) {
	l.seated(false)
	l.about("説明会のお席が空きました。お返事をお願いします({short})", "A seat at the briefing is free: please answer ({short})")
	l.title("説明会のお席が空きました", "A seat at the briefing is free for you")
	l.greet()
	l.paragraph("{office}です。キャンセル待ちをいただいていた「{title}」の説明会にお席が1つ空き、あなたのためにお取りしています。参加されるかどうか、{reply by}までにお返事ください。",
		"A seat has become free at the briefing on “{title}” that you are waiting for, and we are keeping it for you. Please tell us by {reply by} whether you will take it.")
	l.record(append(l.session(),
		l.fact("お返事の期限", "Answer by", "{reply by}"),
		l.fact("受付番号", "Reference", "{reference}"),
	)...)
	l.press(OpenPage, "参加・不参加を答える", "Take the seat or leave it")
	l.paragraph("ページを開いただけでは、何も決まりません。参加すると答えると、お席が確定し、参加のしかたをメールでお送りします。",
		"Opening the page decides nothing. Once you take the seat there it is yours, and we will mail you how to join.")
	l.paragraph("期限までにお返事がないときは、お席を次の方にご案内します。参加されないときも、お返事いただけると次の方に早くご案内できます。",
		"If we do not hear from you in time, the seat goes to the next person. If you cannot come, an answer lets us offer it sooner.")
	l.keepPrivate()
	l.unexpected()
	l.sign("このメールは、キャンセル待ちをされている説明会にお席が空いたためお送りしています。",
		"You get this mail because a seat became free at a briefing that you are waiting for.")
}

// seatLapsed tells that an offered seat was not taken.
func seatLapsed(l *letter) {
	l.seated(false)
	l.about("説明会のお席のお返事の期限が過ぎました({short})", "The time to take the seat has passed ({short})")
	l.title("お席のお返事の期限が過ぎました", "The time to take the seat has passed")
	l.greet()
	l.paragraph("{office}です。「{title}」の説明会のお席をご案内していましたが、期限までにお返事を確認できませんでしたので、ご案内を終えました。下記の回のキャンセル待ちも、これで終わりです。",
		"We offered you a seat at a briefing on “{title}” and had no answer in time, so the offer has ended. You are no longer on the waiting list of this session.")
	l.record(append(l.session(), l.fact("受付番号", "Reference", "{reference}"))...)
	if l.facts.Applied {
		l.paragraph("ご応募はそのまま有効です。", "Your application stands as it is.")
	}
	if s := l.facts.Session; s != nil && l.facts.Date.Before(s.Start) {
		l.heading("もう一度登録したいとき", "If you would still like to come")
		l.paragraph("お席は次の方にご案内しますが、説明会が始まるまでは、下のリンクからもう一度登録できます。満席のときは、キャンセル待ちの最後になります。",
			"The seat goes to the next person. Until the session starts you can register again with the link below; if it is full, you join the end of its waiting list.")
	}
	l.others()
	l.press(OpenPage, "登録のページを開く", "Open your page")
	l.keepPrivate()
	l.unexpected()
	l.sign("このメールは、ご案内したお席の期限が過ぎたことをお知らせするためにお送りしています。",
		"You get this mail because a seat that was offered to you was not taken in time.")
}

// unexpected is for whoever does not know what a mail is about.
func (l *letter) unexpected() {
	l.heading("このメールに心当たりがないとき", "If you do not know what this is about")
	l.paragraph("リンクは開かずに、{contact} までお知らせください。",
		"Please do not open the links, and write to {contact}.")
}
