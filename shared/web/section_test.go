package web_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/locale"
	"livinglab/shared/web"
)

func TestAConfirmationShowsAndCarriesWhatWasTyped(t *testing.T) {
	t.Parallel()
	typed := url.Values{
		"family_name": {"架空"}, "town": {"kamaishi"}, "many": {"shiojiri", "kamaishi"},
		"choices": {"kamaishi", "", ""}, "token": {"t"}, web.Back: {"town"},
	}
	errs := web.Errors{{Field: "email", Text: text("入力してください", "Enter it")}}
	all := []web.Section{{Fields: web.Filled(fields, typed, errs)}}

	var focused, wrong []string
	for _, f := range all[0].Fields {
		if f.Focus {
			focused = append(focused, f.Name)
		}
		if f.Wrong() {
			wrong = append(wrong, f.Name)
		}
	}
	if diff := cmp.Diff([][]string{{"town"}, {"email"}}, [][]string{focused, wrong}); diff != "" {
		t.Errorf("focused and wrong: %s", diff)
	}

	said := map[string][]string{}
	for _, row := range web.Answers(locale.English, all, true)[0] {
		said[row.ChangeValue] = append(row.Lines, row.Items...)
		if row.ChangeName != web.Back {
			t.Errorf("%s is changed by %q", row.ChangeValue, row.ChangeName)
		}
	}
	want := map[string][]string{
		"family_name": {"架空"}, "email": nil, "motivation": nil, "town": {"Kamaishi"}, "one": nil,
		"many": {"Shiojiri", "Kamaishi"}, "consent": {"Not agreed"}, "choices": {"Kamaishi"},
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Error(diff)
	}
	if row := web.Answers(locale.Japanese, all, false)[0][0]; row.ChangeName != "" {
		t.Error("a way back is offered where there is none")
	}

	carried := url.Values{}
	for _, h := range web.Carried(all, typed, "token") {
		carried.Add(h.Name, h.Value)
	}
	kept := url.Values{}
	for name, values := range typed {
		if name != web.Back {
			kept[name] = values
		}
	}
	if diff := cmp.Diff(kept, carried); diff != "" {
		t.Errorf("carried along: %s", diff)
	}
}
