package survey

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"livinglab/shared/input"
	"livinglab/shared/locale"
)

// Points returns what a person chooses from: the points of a likert item, whose ids are
// their numbers, or the choices of a single or multiple one.
func (it Item) Points() []Choice {
	if it.Type != Likert {
		return it.Choices
	}
	points := make([]Choice, len(it.Labels))
	for n, label := range it.Labels {
		points[n] = Choice{strconv.Itoa(it.Min + n), label}
	}
	return points
}

// Range returns the smallest and the largest value of a likert item or a number.
func (it Item) Range() (smallest, largest int) {
	if it.Type == Likert {
		return it.Min, it.Min + len(it.Labels) - 1
	}
	return it.Min, it.Max
}

// Check turns what a form sent into what is stored: nothing for an item that was left
// out, which is never a problem here (see Missing). The problem says what to do; the zero
// problem means that all is well. If there is a problem there is no answer.
func (it Item) Check(values []string) ([]string, locale.Text) {
	if it.Type == Multiple {
		return it.checkMultiple(values)
	}
	typed := first(values)
	var answer string
	var problem locale.Text
	switch it.Type {
	case ShortText:
		answer, problem = input.Line(locale.Text{}, typed, it.Max, false)
	case LongText:
		answer, problem = input.Text(locale.Text{}, typed, it.Max, false)
	case Number:
		answer, problem = it.checkNumber(typed)
	case Date:
		answer, problem = checkDate(typed)
	default:
		answer, problem = input.Choice(locale.Text{}, plain(typed), it.ids(), false)
	}
	if answer == "" {
		return nil, problem
	}
	return []string{answer}, locale.Text{}
}

// first returns the value of a field that has one: a form that sends the field twice
// means the one that is filled in.
func first(values []string) string {
	for _, value := range values {
		if strings.TrimSpace(value) != "" {
			return value
		}
	}
	return ""
}

// plain writes full-width digits, signs and letters as a keyboard without an input
// method types them.
func plain(typed string) string { return strings.TrimSpace(norm.NFKC.String(typed)) }

func (it Item) ids() []string {
	var ids []string
	for _, choice := range it.Points() {
		ids = append(ids, choice.ID)
	}
	return ids
}

func (it Item) checkMultiple(values []string) ([]string, locale.Text) {
	chosen, problem := input.Choices(locale.Text{}, values, it.ids(), false)
	if it.Max > 0 && len(chosen) > it.Max {
		n := strconv.Itoa(it.Max)
		return nil, locale.Text{JA: "選べるのは" + n + "つまでです。どれかを外してください", EN: "Choose at most " + n + ": please take some away"}
	}
	return chosen, problem
}

// decimal is a number as people type it, once it is plain: 12, 7.5, -3, 1,200.
var decimal = regexp.MustCompile(`^-?(\d{1,9}|\d{1,3}(,\d{3}){1,2})(\.\d{1,4})?$`)

// minus is what stands for - on keyboards and in what is pasted.
var minus = strings.NewReplacer("−", "-", "–", "-", "ー", "-")

func (it Item) checkNumber(typed string) (string, locale.Text) {
	typed = minus.Replace(plain(typed))
	if typed == "" {
		return "", locale.Text{}
	}
	if !decimal.MatchString(typed) {
		return "", locale.Text{JA: "数字だけで入力してください(例：" + it.example() + ")", EN: "Enter a number alone, such as " + it.example()}
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(typed, ",", ""), 64)
	if smallest, largest := it.Range(); err != nil || n < float64(smallest) || n > float64(largest) {
		from, to := strconv.Itoa(smallest), strconv.Itoa(largest)
		return "", locale.Text{JA: from + "から" + to + "までの数字で入力してください", EN: "Enter a number from " + from + " to " + to}
	}
	return strconv.FormatFloat(n+0, 'f', -1, 64), locale.Text{} // +0 makes 0 of -0
}

// example is a number that the item takes.
func (it Item) example() string {
	smallest, largest := it.Range()
	return strconv.Itoa(min(max(smallest, 10), largest))
}

// The forms of a day: a browser's, and what people type where the browser offers no calendar.
var dateForms = []string{time.DateOnly, "2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "20060102"}

// The years that a day of a person's life or of an experiment lies in.
const firstYear, lastYear = 1900, 2100

func checkDate(typed string) (string, locale.Text) {
	typed = plain(typed)
	if typed == "" {
		return "", locale.Text{}
	}
	for _, form := range dateForms {
		if day, err := time.Parse(form, typed); err == nil && day.Year() >= firstYear && day.Year() <= lastYear {
			return day.Format(time.DateOnly), locale.Text{}
		}
	}
	return "", locale.Text{JA: "日付を「2021-03-29」のように入力してください", EN: "Enter a day, such as 2021-03-29"}
}

// Missing reports whether an answer that is required is not there.
func (it Item) Missing(values []string) bool { return it.Required && len(values) == 0 }

// Alerted reports whether an answer, as it is stored, is one that staff are to look at.
func (it Item) Alerted(values []string) bool {
	if it.Alert.Note == (locale.Text{}) || len(values) == 0 {
		return false
	}
	n, err := strconv.ParseFloat(values[0], 64)
	return err == nil && n <= float64(it.Alert.AtMost)
}
