package export

import (
	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/table"
)

// People is the file of names and addresses, apart from everything else. It has a
// row for everybody who has applied or registered for a briefing.
func People() File[table.Known] {
	return File[table.Known]{
		person(func(a table.Known) string { return a.Person.ID }),
		standing(),
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

// standing is the column that says what the person has with the experiment.
func standing() column[table.Known] {
	return column[table.Known]{
		name: "status", kind: Choice,
		text: locale.Text{JA: "応募の状態", EN: "State of the application"},
		choices: append(applied(), experiment.Choice{
			ID: "registered", Label: locale.Text{JA: "応募なし(説明会の登録のみ)", EN: "Has not applied, only registered for a briefing"},
		}),
		value: func(k table.Known) string {
			switch {
			case k.Person.Withdrawn != "":
				return "withdrawn"
			case k.Application == nil:
				return "registered"
			}
			return "submitted"
		},
	}
}

func personal(name string, text locale.Text, value func(table.Person) string) column[table.Known] {
	return column[table.Known]{
		name: name, text: text, kind: Text,
		value: func(a table.Known) string { return value(a.Person) },
	}
}
