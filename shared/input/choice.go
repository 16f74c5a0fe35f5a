package input

import (
	"slices"

	"livinglab/shared/locale"
)

// Choice checks that one of the ids was chosen. Nothing chosen is the empty
// string, which is a problem only if an answer is required.
func Choice(label locale.Text, typed string, ids []string, required bool) (string, locale.Text) {
	switch {
	case typed == "" && required:
		return "", unchosen(label)
	case typed == "":
		return "", locale.Text{}
	case !slices.Contains(ids, typed):
		return "", chooseAgain(label)
	}
	return typed, locale.Text{}
}

// Choices checks that all that was chosen is among the ids, and returns it
// in their order, each once.
func Choices(label locale.Text, typed, ids []string, required bool) ([]string, locale.Text) {
	var chosen []string
	for _, id := range typed {
		if id != "" && !slices.Contains(ids, id) {
			return nil, chooseAgain(label)
		}
	}
	for _, id := range ids {
		if slices.Contains(typed, id) {
			chosen = append(chosen, id)
		}
	}
	if len(chosen) == 0 && required {
		return nil, unchosen(label)
	}
	return chosen, locale.Text{}
}

// OrderedChoices checks a first choice, a second one, and so on: at least one
// and at most limit, no two the same, all among the ids. A position left empty
// is skipped and those after it move up. The problems are by position, counted
// from 0; none means that all is well.
func OrderedChoices(label locale.Text, typed, ids []string, limit int) ([]string, map[int]locale.Text) {
	var chosen []string
	problems := map[int]locale.Text{}
	for i, id := range typed {
		switch {
		case id == "":
		case !slices.Contains(ids, id):
			problems[i] = chooseAgain(label)
		case slices.Contains(chosen, id):
			problems[i] = locale.Text{
				JA: "同じものは一度だけ選べます。別のものを選ぶか、空欄にしてください",
				EN: "Choose something else here or leave it empty: each can be chosen once",
			}
		case len(chosen) == limit:
			problems[i] = locale.Text{
				JA: decimal(limit) + "つまで選べます。ここは空欄にしてください",
				EN: "Leave this empty: at most " + decimal(limit) + " can be chosen",
			}
		default:
			chosen = append(chosen, id)
		}
	}
	if len(chosen) == 0 && len(problems) == 0 {
		problems[0] = unchosen(label)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return chosen, nil
}

func chooseAgain(label locale.Text) locale.Text {
	if label == (locale.Text{}) {
		return locale.Text{JA: "表示されている中から選び直してください", EN: "Choose again from what is offered"}
	}
	return locale.Text{
		JA: label.JA + "を、表示されている中から選び直してください",
		EN: "Choose " + label.EN + " again from what is offered",
	}
}

// Checked says whether a box is checked: browsers send "on" or the value of
// the box, programs true. Anything else is an unchecked box.
func Checked(typed string) bool {
	return typed == "on" || typed == "true" || typed == "yes" || typed == "1"
}

// Consent checks the box under a text with the given title. The value of the box
// is the version of the text beside it, so that nobody agrees to a text that has been
// replaced while the page was open.
func Consent(title locale.Text, typed, version string, required bool) (bool, locale.Text) {
	switch {
	case typed == version:
		return true, locale.Text{}
	case typed != "":
		return false, locale.Text{
			JA: "「" + title.JA + "」の内容が改定されました。もう一度読んでからチェックを入れてください",
			EN: "“" + title.EN + "” has been revised. Read it again and then check the box",
		}
	case required:
		return false, locale.Text{
			JA: "「" + title.JA + "」を読み、同意する場合はチェックを入れてください",
			EN: "Read “" + title.EN + "” and check the box if you agree",
		}
	}
	return false, locale.Text{}
}

// Adult checks the box by which a person confirms to be of age.
func Adult(typed string, required bool) (bool, locale.Text) {
	checked := Checked(typed)
	if required && !checked {
		return false, locale.Text{
			JA: "成年に達していることを確認し、チェックを入れてください",
			EN: "Check the box to confirm that you are of legal age",
		}
	}
	return checked, locale.Text{}
}
