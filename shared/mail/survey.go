package mail

import (
	"time"

	"livinglab/shared/experiment"
)

// surveyInvitation tells who takes part in the research that a survey is open. Who has
// not been asked to take part is asked first.
func surveyInvitation(l *letter) {
	l.answerable()
	l.about("「{survey}」へのご回答のお願い({short})", "{survey}: we would like to hear from you ({short})")
	l.title("「{survey}」へのご回答のお願い", "{survey}")
	l.greet()
	l.paragraph("{office}です。「{title}」にお力添えいただき、ありがとうございます。「{survey}」の受け付けを始めました。",
		"Thank you for being part of “{title}”. This survey is now open.")
	l.purpose()
	l.record(append(l.surveyed(), l.fact("受付番号", "Reference", "{reference}"))...)
	l.asksFirst()
	l.answering()
	l.inConfidence()
	l.ratherNot()
	l.sign("このメールは、このアンケートの対象の方に、受け付けの開始をお知らせするためにお送りしています。",
		"You get this mail once, because this survey is for you and has opened.")
}

// surveyReminder reminds who has not finished a survey. Where the survey is about to
// close, the letter leads with that.
func surveyReminder(l *letter) {
	l.answerable()
	l.remindOfSurvey()
	l.greet()
	l.paragraph("{office}です。「{title}」の「{survey}」に、まだお答えが済んでいないようでしたので、もう一度ご案内します。行き違いでお答えいただいていたときは、ご容赦ください。",
		"As far as we can see, you have not finished this survey of “{title}” yet. If you have in the meantime, please forgive us.")
	if l.facts.Begun {
		l.paragraph("途中までのお答えをお預かりしています。続きからお答えいただけます。",
			"We have kept the answers that you have given so far, and you can go on from there.")
	} else {
		l.purpose()
	}
	l.record(append(l.surveyed(), l.fact("受付番号", "Reference", "{reference}"))...)
	l.asksFirst()
	l.answering()
	l.onceAnswered()
	l.inConfidence()
	l.ratherNot()
	l.sign("このメールは、このアンケートの対象で、まだお答えが済んでいない方にお送りしています。",
		"You get this mail because this survey is for you and you have not finished it.")
}

// hostSurvey tells the contact of a host that a survey of the hosts is open.
func hostSurvey(l *letter) {
	l.answerable()
	l.about("「{survey}」へのご回答のお願い({short})", "{survey}: we would like to hear from you ({short})")
	l.title("「{survey}」へのご回答のお願い", "{survey}")
	l.greetHost()
	l.paragraph("{office}です。「{title}」に受け入れ先としてご協力いただき、ありがとうございます。受け入れ先の皆さまにうかがう「{survey}」の受け付けを始めました。",
		"Thank you for hosting a side job in “{title}”. A survey of all hosts is now open.")
	l.purposeOfHosts()
	l.record(l.hosting()...)
	l.answering()
	l.ratherNotHost()
	l.sign("このメールは、受け入れ先のご担当の方に、受け付けの開始をお知らせするためにお送りしています。",
		"You get this mail once, because you are the contact of a host and the survey has opened.")
}

// hostSurveyReminder reminds the contact of a host who has not finished a survey.
func hostSurveyReminder(l *letter) {
	l.answerable()
	l.remindOfSurvey()
	l.greetHost()
	l.paragraph("{office}です。「{title}」の受け入れ先の皆さまにうかがっている「{survey}」に、まだお答えが済んでいないようでしたので、もう一度ご案内します。行き違いでお答えいただいていたときは、ご容赦ください。",
		"As far as we can see, this survey of the hosts of “{title}” is not finished on your side yet. If it is in the meantime, please forgive us.")
	if l.facts.Begun {
		l.paragraph("途中までのお答えをお預かりしています。続きからお答えいただけます。",
			"We have kept the answers that you have given so far, and you can go on from there.")
	} else {
		l.purposeOfHosts()
	}
	l.record(l.hosting()...)
	l.answering()
	l.onceAnswered()
	l.ratherNotHost()
	l.sign("このメールは、受け入れ先のご担当の方で、まだお答えが済んでいない方にお送りしています。",
		"You get this mail because you are the contact of a host and the survey is not finished.")
}

// open says whether the mail's survey can be answered.
func (l *letter) open() bool {
	return l.facts.Round != nil && l.facts.Round.State(l.facts.Date) == experiment.Open
}

// answerable fails a letter that asks for answers which nobody can give.
func (l *letter) answerable() {
	if !l.open() {
		l.problem("the survey is not open")
	}
}

// closing is from how long before its end a survey is about to close.
const closing = 24 * time.Hour

// remindOfSurvey is the head of a reminder.
func (l *letter) remindOfSurvey() {
	if r := l.facts.Round; r != nil && r.Close.Sub(l.facts.Date) <= closing {
		l.about("「{survey}」の受け付けは{survey close}までです({short})", "{survey}: open until {survey close} ({short})")
		l.title("「{survey}」の受け付けは{survey close}までです", "{survey}: open until {survey close}")
		return
	}
	l.about("「{survey}」にまだお答えいただけます({short})", "{survey}: there is still time to answer ({short})")
	l.title("「{survey}」にまだお答えいただけます", "{survey}: there is still time to answer")
}

// greetHost opens a letter to an organization, to the person who answers for it.
func (l *letter) greetHost() { l.paragraph("{host} {name} 様", "Dear {name} ({host}),") }

// purpose says why there are surveys.
func (l *letter) purpose() {
	l.paragraph("この実証では、「{question}」という問いを、お一人おひとりのお答えをもとに調べています。",
		"The experiment asks: “{question}” Your answers are what it learns from.")
}

func (l *letter) purposeOfHosts() {
	l.paragraph("この実証では、「{question}」という問いを調べています。受け入れ先の皆さまにどう映ったかも、その大切な手がかりです。",
		"The experiment asks: “{question}” How it looks from the side of the hosts is an important part of the answer.")
}

// surveyed is which survey, until when, and how long it takes.
func (l *letter) surveyed() []fact {
	facts := []fact{
		l.fact("アンケート", "Survey", "{survey}"),
		l.fact("受付の期限", "Open until", "{survey close}"),
	}
	if l.values["duration"] != "" {
		facts = append(facts, l.fact("かかる時間", "Time it takes", "{duration}"))
	}
	return facts
}

// hosting is the same for a host, and which side job it is about.
func (l *letter) hosting() []fact {
	return append(l.surveyed(), l.fact("受け入れる副業", "Side job", "{listing}"))
}

// asksFirst prepares who has not agreed to take part in the research, by its present
// text, for being asked.
func (l *letter) asksFirst() {
	if l.facts.Agreed {
		return
	}
	l.paragraph("ページを開くと、はじめに研究への協力についての説明があります。協力するかどうかは、そこでお選びください。協力されない場合も、ほかに変わることはありません。",
		"The page begins with what taking part in the research means, and asks whether you would like to. If you would not, nothing else changes.")
}

// answering is the button, and how one answers.
func (l *letter) answering() {
	l.press(OpenSurvey, "アンケートに答える", "Answer the survey")
	l.surveyLink()
	l.paragraph("お答えはページごとに保存されます。途中でやめても、期限までは、どの端末からでも続きからお答えいただけます。",
		"Your answers are saved page by page. You can stop at any point and go on later, on any device, until the survey closes.")
}

// surveyLink says whose the link is, and until when answers are taken.
func (l *letter) surveyLink() {
	l.paragraph("このリンクはあなた専用です。ほかの方に転送しないでください。お答えは{survey close}まで受け付けます。",
		"The link is yours alone: please do not forward it. Answers are taken until {survey close}.")
}

// onceAnswered promises peace.
func (l *letter) onceAnswered() {
	l.paragraph("お答えが済んだあとは、このアンケートのご案内をお送りしません。",
		"Once you have answered, we will not write to you about this survey again.")
}

// inConfidence says who sees the answers.
func (l *letter) inConfidence() {
	l.paragraph("お答えの内容を受け入れ先にお伝えすることはありません。お答えいただくかどうかも、お答えの内容も、選考や副業の条件には影響しません。",
		"Your answers are never passed on to a host. Neither whether you answer nor what you answer has any effect on selection or on the terms of a side job.")
}

// ratherNot says that answering is a choice.
func (l *letter) ratherNot() {
	l.heading("お答えにならないとき", "If you would rather not")
	l.paragraph("お答えは任意です。お答えにならないときは、何もする必要はありません。研究への協力をやめたいときやお尋ねになりたいことがあるときは、{contact} までお知らせください。",
		"Answering is up to you; if you would rather not, there is nothing you need to do. If you would like to leave the research, or have a question, please write to {contact}.")
}

func (l *letter) ratherNotHost() {
	l.heading("お答えにならないとき", "If you would rather not")
	l.paragraph("お答えは任意です。お答えにならないときは、何もする必要はありません。ご担当が変わったときやお尋ねになりたいことがあるときは、{contact} までお知らせください。",
		"Answering is up to you; if you would rather not, there is nothing you need to do. If somebody else answers for you now, or you have a question, please write to {contact}.")
}
