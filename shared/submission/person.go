package submission

import (
	"net/url"

	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/table"
	"livinglab/shared/web"
)

// The fields that tell who sends a form, and their names in JSON.
const (
	FamilyName = "family_name"
	GivenName  = "given_name"
	Email      = "email"
)

// NameFields ask for the name.
func NameFields() []web.Field {
	return []web.Field{
		{Kind: web.TextField, Name: FamilyName, Required: true, Width: "medium", Autocomplete: "family-name",
			Label: locale.Text{JA: "姓", EN: "Family name"}, Hint: locale.Text{JA: "例：塩尻", EN: "For example: Shiojiri"}},
		{Kind: web.TextField, Name: GivenName, Required: true, Width: "medium", Autocomplete: "given-name",
			Label: locale.Text{JA: "名", EN: "Given name"}, Hint: locale.Text{JA: "例：花子", EN: "For example: Hanako"}},
	}
}

// EmailField asks for an address.
func EmailField(label, hint locale.Text) web.Field {
	return web.Field{
		Kind: web.TextField, Name: Email, Required: true, Type: "email", InputMode: "email", Autocomplete: "email",
		Label: label, Hint: hint,
	}
}

// CheckName reads the name and notes what is wrong with it, field by field.
func CheckName(typed url.Values, note func(field string, problem locale.Text)) (family, given string) {
	family, problem := input.Name(locale.Text{JA: "姓", EN: "your family name"}, typed.Get(FamilyName))
	note(FamilyName, problem)
	given, problem = input.Name(locale.Text{JA: "名", EN: "your given name"}, typed.Get(GivenName))
	note(GivenName, problem)
	return family, given
}

// Address is an address as the table keeps it.
func Address(a input.Address) table.Address {
	return table.Address{Typed: a.Original, Send: a.Send, Comparable: a.Key()}
}

// Suggestion points out what looks like a slip in an address, without insisting.
func Suggestion(a input.Address) (web.Notice, bool) {
	better, ok := input.Suggest(a.Original)
	if !ok {
		return web.Notice{}, false
	}
	return web.Notice{
		Kind: web.Warning,
		Title: locale.Text{
			JA: "メールアドレスは「" + better + "」ではありませんか？",
			EN: "Did you mean “" + better + "”?",
		},
		Text: []locale.Text{{
			JA: "入力されたのは「" + a.Original + "」です。このアドレスで正しければ、直す必要はありません。",
			EN: "You entered “" + a.Original + "”. If that is right, there is nothing to change.",
		}},
	}, true
}
