package export

import (
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/table"
)

// Work is the file of the mails that wait for staff at an instant, without address
// and text.
func Work(e *experiment.Experiment, now time.Time) File[table.Mail] {
	return File[table.Mail]{
		{name: "concern", text: locale.Text{JA: "対応が必要な理由", EN: "Why it waits for you"}, kind: Choice, choices: concerns(), value: func(m table.Mail) string {
			why, _ := m.Concern(now)
			return string(why)
		}},
		mailAt(e, "since", locale.Text{JA: "いつから(送信できないメールは、送るはずだった日時)", EN: "Since when; of a mail that could not be sent, when it was to be"}, func(m table.Mail) table.Instant {
			_, since := m.Concern(now)
			return since
		}),
		person(func(m table.Mail) string { return m.Person }),
		{name: "mail", text: locale.Text{JA: "メールの番号", EN: "The mail"}, kind: ID, value: func(m table.Mail) string { return m.ID }},
		{name: "kind", text: locale.Text{JA: "種類", EN: "What it is for"}, kind: Text, value: func(m table.Mail) string { return string(m.Kind) }},
		{name: "state", text: locale.Text{JA: "状態", EN: "State"}, kind: Choice, choices: states(), value: func(m table.Mail) string { return string(m.State) }},
		{name: "reason", text: locale.Text{JA: "その状態の理由", EN: "Why it is in this state"}, kind: Text, value: func(m table.Mail) string { return m.Reason }},
	}
}

func concerns() []experiment.Choice {
	return []experiment.Choice{
		{ID: string(table.InDoubt), Label: locale.Text{JA: "送信されたか15分たっても不明", EN: "Sent or not: unknown for 15 minutes"}},
		{ID: string(table.Refused), Label: locale.Text{JA: "送信できない", EN: "It could not be sent"}},
		{ID: string(table.HeldBack), Label: locale.Text{JA: "宛先が受け取らないため送っていない", EN: "Held back, because the address takes no mail"}},
		{ID: string(table.CameBack), Label: locale.Text{JA: "届かずに戻った", EN: "It came back"}},
		{ID: string(table.ComplainedOf), Label: locale.Text{JA: "迷惑メールとして報告された", EN: "Reported as spam"}},
	}
}

// Suppressed is the file of the people whose address takes no mail, without the
// address.
func Suppressed(e *experiment.Experiment) File[table.SuppressedPerson] {
	return File[table.SuppressedPerson]{
		person(func(s table.SuppressedPerson) string { return s.Person }),
		{name: "reason", text: locale.Text{JA: "受け取らない理由", EN: "Why it takes none"}, kind: Choice, choices: []experiment.Choice{
			{ID: string(table.Bounced), Label: locale.Text{JA: "宛先がない", EN: "A mail bounced"}},
			{ID: string(table.Complained), Label: locale.Text{JA: "迷惑メールとして報告された", EN: "A mail was reported as spam"}},
		}, value: func(s table.SuppressedPerson) string { return string(s.Reason) }},
		{name: "since", text: locale.Text{JA: "いつから", EN: "Since when"}, kind: Instant, value: func(s table.SuppressedPerson) string { return rfc3339(s.At, e.Zone()) }},
		{name: "mail", text: locale.Text{JA: "最初にそれを知らせたメールの番号", EN: "The mail that was the first to tell"}, kind: ID, value: func(s table.SuppressedPerson) string { return s.Mail }},
		{name: "present", text: locale.Text{JA: "いまのアドレスか(noなら以前のアドレス)", EN: "Whether it is the person's address now"}, kind: YesNo, value: func(s table.SuppressedPerson) string { return yesNo(s.Present) }},
	}
}
