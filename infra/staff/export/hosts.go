package export

import (
	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/table"
)

// host is the column that says for which side job's host somebody answers.
func host[T any](e *experiment.Experiment, of func(T) table.Person) column[T] {
	return column[T]{
		name: "host", text: locale.Text{JA: "担当する副業(受け入れ先の担当者だけ)", EN: "The side job whose host the person answers for; only of hosts' contacts"},
		kind: Choice, choices: listings(e),
		value: func(row T) string { return of(row).Host },
	}
}

// Hosts is the file of the names and addresses of the hosts' contacts, former ones too.
func Hosts(e *experiment.Experiment) File[table.Person] {
	of := func(name string, text locale.Text, value func(table.Person) string) column[table.Person] {
		return column[table.Person]{name: name, text: text, kind: Text, value: value}
	}
	return File[table.Person]{
		{name: "person", text: locale.Text{JA: "担当者の番号(氏名の代わりに、すべてのファイルをつなぐ)", EN: "The contact's pseudonym, which joins all files"}, kind: ID,
			value: func(p table.Person) string { return p.ID }},
		host(e, func(p table.Person) table.Person { return p }),
		of("family_name", locale.Text{JA: "姓", EN: "Family name"}, func(p table.Person) string { return p.FamilyName }),
		of("given_name", locale.Text{JA: "名", EN: "Given name"}, func(p table.Person) string { return p.GivenName }),
		of("address", locale.Text{JA: "メールアドレス(入力のまま)", EN: "E-mail address as typed"}, func(p table.Person) string { return p.Address.Typed }),
		of("address_sent_to", locale.Text{JA: "送信に使うメールアドレス", EN: "E-mail address that mails are sent to"}, func(p table.Person) string { return p.Address.Send }),
		{name: "language", text: locale.Text{JA: "メールの言語", EN: "Language of mails"}, kind: Choice, choices: languages(),
			value: func(p table.Person) string { return string(p.Lang) }},
		{name: "since", text: locale.Text{JA: "登録した日時", EN: "Since when the contact is known"}, kind: Instant,
			value: func(p table.Person) string { return rfc3339(p.Created, e.Zone()) }},
		{name: "until", text: locale.Text{JA: "別の方に交代した日時(今の担当者は空)", EN: "When somebody else took over; empty for the present contact"}, kind: Instant,
			value: func(p table.Person) string { return rfc3339(p.Withdrawn, e.Zone()) }},
	}
}
