package mail

import "livinglab/shared/locale"

// acknowledgement tells a person that the application arrived and what was
// received. It goes to an address that nobody has confirmed yet, so it repeats
// nothing that was written freely: that is one click away.
func acknowledgement(l *letter) {
	l.about("ご応募を受け付けました({short})", "We have received your application ({short})")
	l.title("ご応募を受け付けました", "We have received your application")
	l.greet()
	l.paragraph("{office}です。「{title}」にご応募いただき、ありがとうございます。次のとおり受け付けました。",
		"Thank you for applying to “{title}”. This is what we have received.")
	l.record(
		l.fact("受付番号", "Reference", "{reference}"),
		l.fact("受付日時", "Received", "{at}"),
		l.fact("お名前", "Name", "{full name}"),
		l.fact("メールアドレス", "Mail address", "{address}"),
		l.choices(),
		l.consents(),
	)
	l.heading("これからの流れ", "What happens next")
	steps := []locale.Text{}
	if l.editable() {
		steps = append(steps, locale.Text{
			JA: "応募内容は、{deadline}まで変更できます。",
			EN: "You can change your application until {deadline}."})
	}
	l.list(append(steps,
		locale.Text{JA: "選考の結果は、{result}にこのメールアドレスへお知らせします。",
			EN: "We will tell you the result at this address on {result}."},
		locale.Text{JA: "取り下げはいつでもできます。",
			EN: "You can withdraw at any time."})...)
	l.press(OpenPage, "応募内容の確認・変更・取り下げ", "View, change or withdraw your application")
	l.keepPrivate()
	l.firstSurvey()
	l.heading("このメールに心当たりがないとき", "If you did not apply")
	l.paragraph("どなたかがアドレスを入力し間違えた可能性があります。リンクは開かずに、{contact} までお知らせください。こちらで登録を取り消します。",
		"Somebody may have mistyped an address. Please do not open the link; write to {contact} and we will remove the entry.")
	l.paragraph("個人情報の取り扱いや同意の取り消しについても、{contact} で承ります。",
		"Please also write to {contact} about your personal data or to withdraw a consent.")
	l.sign("このメールは、応募フォームにこのメールアドレスが入力されたためお送りしています。",
		"You get this mail because this address was entered in the application form.")
}

// firstSurvey tells of the survey that can be answered from the private page as soon
// as one has applied: no other mail invites to it.
func (l *letter) firstSurvey() {
	if !l.open() {
		return
	}
	l.heading("{survey}(任意)", "{survey} (optional)")
	l.paragraph("この実証の研究にご協力いただける方には、アンケートをお願いしています。上のリンクで開くあなた専用のページから、{survey close}までお答えいただけます。お答えいただくかどうかも、お答えの内容も、選考には影響しません。",
		"If you are willing to help with the research, there is a survey to answer. It is on the page that the link above opens, until {survey close}. Neither whether you answer nor what you answer has any effect on selection.")
}

// keepPrivate says whose the link is and how long it works.
func (l *letter) keepPrivate() {
	l.paragraph("このリンクはあなた専用です。ほかの方に転送しないでください。{link until}まで使えます。",
		"The link is yours alone: please do not forward it. It works until {link until}.")
}
