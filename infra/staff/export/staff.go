package export

import (
	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/table"
)

// Staff is the file of the names and addresses of who gets the summaries of an experiment,
// and of who did.
func Staff(e *experiment.Experiment) File[table.Person] {
	of := func(name string, text locale.Text, value func(table.Person) string) column[table.Person] {
		return column[table.Person]{name: name, text: text, kind: Text, value: value}
	}
	return File[table.Person]{
		{name: "person", text: locale.Text{JA: "職員の番号(メールのファイルとつなぐ)", EN: "The pseudonym, which joins the files of mails"}, kind: ID,
			value: func(p table.Person) string { return p.ID }},
		of("family_name", locale.Text{JA: "姓", EN: "Family name"}, func(p table.Person) string { return p.FamilyName }),
		of("given_name", locale.Text{JA: "名", EN: "Given name"}, func(p table.Person) string { return p.GivenName }),
		of("address", locale.Text{JA: "メールアドレス(入力のまま)", EN: "E-mail address as typed"}, func(p table.Person) string { return p.Address.Typed }),
		of("address_sent_to", locale.Text{JA: "送信に使うメールアドレス", EN: "E-mail address that mails are sent to"}, func(p table.Person) string { return p.Address.Send }),
		{name: "language", text: locale.Text{JA: "メールの言語", EN: "Language of mails"}, kind: Choice, choices: languages(),
			value: func(p table.Person) string { return string(p.Lang) }},
		{name: "since", text: locale.Text{JA: "まとめを受け取り始めた日時", EN: "Since when the summaries go there"}, kind: Instant,
			value: func(p table.Person) string { return rfc3339(p.Created, e.Zone()) }},
		{name: "until", text: locale.Text{JA: "受け取るのをやめた日時(今も受け取る人は空)", EN: "When they stopped; empty for who gets them now"}, kind: Instant,
			value: func(p table.Person) string { return rfc3339(p.Withdrawn, e.Zone()) }},
	}
}
