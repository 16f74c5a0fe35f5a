package mail

// researchLeft confirms that a person withdrew the consent to the research, and what
// became of the answers.
func researchLeft(l *letter) {
	l.about("研究への協力の取り消しを受け付けました({short})", "You have left the research ({short})")
	l.title("研究への協力の取り消しを受け付けました", "You have left the research")
	l.greet()
	l.paragraph("{office}です。「{title}」の研究への協力の同意を、お申し出のとおり取り消しました。これまでのご協力、ありがとうございました。",
		"Your consent to take part in the research of “{title}” has been withdrawn, as you asked. Thank you for having taken part.")
	l.record(
		l.fact("受付番号", "Reference", "{reference}"),
		l.fact("取り消し日時", "Withdrawn", "{at}"),
		fact{l.in("これまでのお答え", "Answers so far"), [][]span{{{text: l.fate()}}}},
	)
	l.paragraph("これからは、研究のアンケートのご案内をお送りしません。ほかのお手続きに変わりはなく、不利になることもありません。",
		"We will send you no more surveys of the research. Nothing else changes, and this puts you at no disadvantage.")
	if l.facts.Answers == AnswersKept {
		l.paragraph("残したお答えは、個人が分からない形で分析に使わせていただきます。あとから消去をご希望のときは、下のページからお手続きいただけます。",
			"The answers that were kept are analyzed in a form that identifies no one. If you would like them erased after all, you can do so on the page below.")
	}
	l.paragraph("すでに公開した集計からは、一人分だけを取り除くことができません。無記名のアンケートにいただいたお答えも、どなたのものか分からないため残ります。",
		"From totals already published, one person's part can no longer be taken out. Answers to anonymous surveys stay, too: nobody can tell whose they are.")
	l.press(OpenPage, "あなた専用のページを開く", "Open your private page")
	l.keepPrivate()
	l.heading("ご自身で取り消していないとき", "If it was not you")
	l.paragraph("あなた専用のリンクが、ほかの方に知られているおそれがあります。すぐに {contact} までご連絡ください。",
		"Somebody else may know your private link. Please write to {contact} at once.")
	l.sign("このメールは、研究への協力の取り消しを確認するためにお送りしています。",
		"You get this mail to confirm that you left the research.")
}

// fate says what became of the answers.
func (l *letter) fate() string {
	switch l.facts.Answers {
	case AnswersErased:
		return l.in("消去しました", "erased")
	case AnswersKept:
		return l.in("残しました", "kept")
	}
	return l.in("ありません", "none")
}
