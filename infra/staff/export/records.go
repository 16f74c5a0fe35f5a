package export

import (
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/table"
)

// Mails is the ledger of mails: what became of each, without address and text.
func Mails(e *experiment.Experiment) File[table.Mail] {
	at := func(name string, text locale.Text, of func(table.Mail) table.Instant) column[table.Mail] {
		return mailAt(e, name, text, of)
	}
	return File[table.Mail]{
		{name: "mail", text: locale.Text{JA: "メールの番号", EN: "The mail"}, kind: ID, value: func(m table.Mail) string { return m.ID }},
		person(func(m table.Mail) string { return m.Person }),
		{name: "kind", text: locale.Text{JA: "種類", EN: "What it is for"}, kind: Text, value: func(m table.Mail) string { return string(m.Kind) }},
		{name: "occasion", text: locale.Text{JA: "きっかけ", EN: "The occasion"}, kind: Text, value: func(m table.Mail) string { return m.Occasion }},
		{name: "state", text: locale.Text{JA: "状態", EN: "State"}, kind: Choice, choices: states(), value: func(m table.Mail) string { return string(m.State) }},
		{name: "reason", text: locale.Text{JA: "その状態の理由", EN: "Why it is in this state"}, kind: Text, value: func(m table.Mail) string { return m.Reason }},
		{name: "attempt", text: locale.Text{JA: "送信を試みた回数", EN: "Attempts to send it"}, kind: Integer, value: func(m table.Mail) string { return number(m.Attempt) }},
		at("created", locale.Text{JA: "予定された日時", EN: "When it was planned"}, func(m table.Mail) table.Instant { return m.Created }),
		at("due", locale.Text{JA: "送信の期日", EN: "When it is due"}, func(m table.Mail) table.Instant { return m.Due }),
		at("not_after", locale.Text{JA: "これより後には送らない日時", EN: "When it is too late to send it"}, func(m table.Mail) table.Instant { return m.NotAfter }),
		at("lease", locale.Text{JA: "最後の試みが報告すべき日時", EN: "When the last attempt had to report"}, func(m table.Mail) table.Instant { return m.Lease }),
		at("sent", locale.Text{JA: "送信された日時", EN: "When it was sent"}, func(m table.Mail) table.Instant { return m.Sent }),
		{name: "delivery", text: locale.Text{JA: "送信後にSESから届いた知らせ", EN: "What SES has told of it since"}, kind: Choice, choices: arrivals(), value: func(m table.Mail) string { return string(m.Delivery) }},
		at("delivery_at", locale.Text{JA: "そのことが起きた日時", EN: "When that happened"}, func(m table.Mail) table.Instant { return m.DeliveryAt }),
		{name: "overruled", text: locale.Text{JA: "実は送信されていたとSESから知らされる前の状態", EN: "How it had ended before SES told that it was sent after all"}, kind: Choice, choices: states(), value: func(m table.Mail) string { return string(m.Overruled) }},
	}
}

func mailAt(e *experiment.Experiment, name string, text locale.Text, of func(table.Mail) table.Instant) column[table.Mail] {
	return column[table.Mail]{name: name, text: text, kind: Instant, value: func(m table.Mail) string { return rfc3339(of(m), e.Zone()) }}
}

func arrivals() []experiment.Choice {
	return []experiment.Choice{
		{ID: string(table.Delivered), Label: locale.Text{JA: "届いた", EN: "Delivered"}},
		{ID: string(table.Returned), Label: locale.Text{JA: "今回は届かなかった(アドレスは使える)", EN: "It did not arrive this time; the address stays good"}},
		{ID: string(table.Rejected), Label: locale.Text{JA: "SESが受け取ったが渡さなかった", EN: "SES took it and did not pass it on"}},
		{ID: string(table.Bounced), Label: locale.Text{JA: "宛先がない", EN: "Bounced: it will never arrive at this address"}},
		{ID: string(table.Complained), Label: locale.Text{JA: "迷惑メールとして報告された", EN: "Reported as spam"}},
	}
}

func states() []experiment.Choice {
	return []experiment.Choice{
		{ID: string(table.Pending), Label: locale.Text{JA: "送信待ち", EN: "Waits to be sent"}},
		{ID: string(table.Sending), Label: locale.Text{JA: "送信中", EN: "Being sent"}},
		{ID: string(table.Sent), Label: locale.Text{JA: "送信済み", EN: "Sent"}},
		{ID: string(table.Unknown), Label: locale.Text{JA: "送信されたか不明", EN: "Sent or not: unknown"}},
		{ID: string(table.Failed), Label: locale.Text{JA: "送信できない", EN: "Refused for what it is"}},
		{ID: string(table.Canceled), Label: locale.Text{JA: "不要になった", EN: "No longer wanted when it was due"}},
		{ID: string(table.Missed), Label: locale.Text{JA: "時期を過ぎた", EN: "Too late to be of use"}},
		{ID: string(table.Suppressed), Label: locale.Text{JA: "宛先が受け取らない", EN: "The address takes no mail"}},
	}
}

// Suspects is the file of refused posts that looked automatic.
func Suspects(e *experiment.Experiment) File[table.Suspect] {
	return File[table.Suspect]{
		{name: "at", text: locale.Text{JA: "日時", EN: "When"}, kind: Instant, value: func(s table.Suspect) string { return rfc3339(s.At, e.Zone()) }},
		{name: "reason", text: locale.Text{JA: "理由", EN: "Why it was refused"}, kind: Text, value: func(s table.Suspect) string { return s.Reason }},
	}
}

// Audit is the file of what staff did.
func Audit(zone *time.Location) File[table.AuditEntry] {
	said := func(name string, text locale.Text, of func(table.AuditEntry) string) column[table.AuditEntry] {
		return column[table.AuditEntry]{name: name, text: text, kind: Text, value: of}
	}
	return File[table.AuditEntry]{
		{name: "at", text: locale.Text{JA: "日時", EN: "When"}, kind: Instant, value: func(e table.AuditEntry) string { return rfc3339(e.At, zone) }},
		said("who", locale.Text{JA: "誰が", EN: "Who"}, func(e table.AuditEntry) string { return e.Who }),
		said("act", locale.Text{JA: "何を", EN: "What"}, func(e table.AuditEntry) string { return e.Act }),
		said("experiment", locale.Text{JA: "どの実証の", EN: "Of which experiment"}, func(e table.AuditEntry) string { return e.Experiment }),
		said("details", locale.Text{JA: "どのように", EN: "How"}, func(e table.AuditEntry) string { return e.Details }),
	}
}
