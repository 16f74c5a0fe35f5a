package export

import (
	"livinglab/shared/locale"
	"livinglab/shared/table"
)

// People is the file of names and addresses, apart from everything else. It has
// the rows of the file of applications.
func People() File[table.Applicant] {
	return File[table.Applicant]{
		person(func(a table.Applicant) string { return a.Person.ID }),
		status(),
		personal("family_name", locale.Text{JA: "姓", EN: "Family name"}, func(p table.Person) string { return p.FamilyName }),
		personal("given_name", locale.Text{JA: "名", EN: "Given name"}, func(p table.Person) string { return p.GivenName }),
		personal("family_kana", locale.Text{JA: "セイ", EN: "Family name in katakana"}, func(p table.Person) string { return p.FamilyKana }),
		personal("given_kana", locale.Text{JA: "メイ", EN: "Given name in katakana"}, func(p table.Person) string { return p.GivenKana }),
		personal("address", locale.Text{JA: "メールアドレス(入力のまま)", EN: "E-mail address as typed"}, func(p table.Person) string { return p.Address.Typed }),
		personal("address_sent_to", locale.Text{JA: "送信に使うメールアドレス", EN: "E-mail address that mails are sent to"}, func(p table.Person) string { return p.Address.Send }),
		personal("new_address", locale.Text{JA: "確認を待っている新しいメールアドレス(入力のまま)", EN: "New e-mail address that waits to be confirmed, as typed"}, func(p table.Person) string {
			if p.NewAddress == nil {
				return ""
			}
			return p.NewAddress.Address.Typed
		}),
	}
}

func personal(name string, text locale.Text, value func(table.Person) string) column[table.Applicant] {
	return column[table.Applicant]{
		name: name, text: text, kind: Text,
		value: func(a table.Applicant) string { return value(a.Person) },
	}
}
