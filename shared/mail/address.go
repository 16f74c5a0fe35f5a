package mail

// addressConfirm goes to an address that somebody wants to use from now on. It
// may be a stranger's, so it says what confirming would do and no more.
func addressConfirm(l *letter) {
	l.about("メールアドレスの確認をお願いします({short})", "Please confirm your mail address ({short})")
	l.title("メールアドレスの確認をお願いします", "Please confirm your mail address")
	l.greet()
	l.paragraph("{office}です。{yours}について、ご連絡先をこのメールアドレスに変更する手続きがありました。下のリンクで開くページで確認いただくと、変更が完了します。",
		"You asked us to use this address for your {yours}. The change takes effect when you confirm it on the page that the link opens.")
	l.record(
		l.fact("受付番号", "Reference", "{reference}"),
		l.fact("新しいメールアドレス", "New mail address", "{address}"),
		l.fact("確認の期限", "Confirm by", "{link until}"),
	)
	l.press(ConfirmAddress, "メールアドレスを確認する", "Confirm this address")
	l.paragraph("期限までに確認がないときは、ご連絡先はこれまでのメールアドレスのままです。",
		"If you do not confirm it in time, we keep using the address we have.")
	l.heading("このメールに心当たりがないとき", "If you did not ask for this")
	l.paragraph("どなたかがアドレスを入力し間違えた可能性があります。リンクは開かずに、このメールを削除してください。変更は行われません。",
		"Somebody may have mistyped an address. Please do not open the link and delete this mail; nothing will be changed.")
	l.sign("このメールは、ご連絡先としてこのメールアドレスが入力されたためお送りしています。",
		"You get this mail because this address was entered as a new contact address.")
}

// addressChanged tells the old address. It has no link and does not name the
// new address: whoever reads the old mailbox may not be meant to know.
func addressChanged(l *letter) {
	l.about("ご連絡先のメールアドレスが変わりました({short})", "Your contact address was changed ({short})")
	l.title("ご連絡先のメールアドレスが変わりました", "Your contact address was changed")
	l.greet()
	l.paragraph("{office}です。{yours}について、ご連絡先がこのメールアドレスから別のアドレスに変更されました。これからのご連絡は、新しいアドレスへお送りします。",
		"The contact address of your {yours} was changed from this address to another. From now on we will write to the new one.")
	l.record(
		l.fact("受付番号", "Reference", "{reference}"),
		l.fact("変更日時", "Changed", "{at}"),
	)
	l.paragraph("安全のため、新しいアドレスはこのメールには記載していません。",
		"For your safety this mail does not name the new address.")
	l.heading("ご自身で変更していないとき", "If it was not you")
	l.paragraph("すぐに {contact} までご連絡ください。元のアドレスに戻します。",
		"Please write to {contact} at once and we will restore your address.")
	l.sign("このメールは、ご連絡先の変更をお知らせするために、変更前のアドレスへ一度だけお送りしています。",
		"You get this mail once, at the address used until now, to tell you of the change.")
}

// addressMoved brings the new address its own link, because the links sent to
// the old one have stopped working.
func addressMoved(l *letter) {
	l.about("メールアドレスの変更が完了しました({short})", "Your mail address is changed ({short})")
	l.title("メールアドレスの変更が完了しました", "Your mail address is changed")
	l.greet()
	l.paragraph("{office}です。{yours}について、これからのご連絡はこのメールアドレスへお送りします。",
		"From now on we will write to this address about your {yours}.")
	l.record(
		l.fact("受付番号", "Reference", "{reference}"),
		l.fact("新しいメールアドレス", "New mail address", "{address}"),
		l.fact("変更日時", "Changed", "{at}"),
	)
	l.paragraph("これまでにお送りしたリンクは使えなくなりました。{matter}内容のページは、次の新しいリンクから開いてください。",
		"The links in our earlier mails have stopped working. Please use this new one for your page.")
	l.changeByLink()
	l.heading("ご自身で変更していないとき", "If it was not you")
	l.paragraph("すぐに {contact} までご連絡ください。",
		"Please write to {contact} at once.")
	l.sign("このメールは、ご連絡先の変更が確認されたためお送りしています。",
		"You get this mail because the change to this address was confirmed.")
}
