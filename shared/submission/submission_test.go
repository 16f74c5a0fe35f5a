package submission_test

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/input"
	"livinglab/shared/locale"
	"livinglab/shared/submission"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
	"livinglab/shared/table/tabletest"
	"livinglab/shared/web"
	"livinglab/shared/web/webtest"
)

var (
	noon         = time.Date(2020, 11, 2, 3, 0, 0, 0, time.UTC)
	registration = submission.Form{What: locale.Text{JA: "登録", EN: "registration"}, Random: rand.Text}
)

// said is what one answer says, in both languages.
type said struct{ JA, EN string }

func (s said) String() string { return s.JA + "\n" + s.EN }

func wordsOf(n web.Notice) said {
	s := said{JA: n.Title.JA, EN: n.Title.EN}
	for _, text := range n.Text {
		s.JA, s.EN = s.JA+"\n"+text.JA, s.EN+"\n"+text.EN
	}
	return s
}

// seen is a function that answers every post with what is said about it.
type seen struct {
	Refused bool
	Notice  web.Notice
	Typed   url.Values
}

// watching is a function whose form notes refused posts in the table.
func watching(t *testing.T, store *table.Table) webtest.Handler {
	t.Helper()
	form := registration
	form.Table = store
	e := &experiment.Experiment{ID: "trial"}
	pages := web.NewPages(nil, web.Lab{})
	mux := http.NewServeMux()
	mux.HandleFunc("POST /registrations", pages.Answer(func(w http.ResponseWriter, r *http.Request) error {
		typed, err := web.ReadForm(r)
		if err != nil {
			return err
		}
		notice, refused := form.Suspicious(r, e, typed)
		web.WriteJSON(w, http.StatusOK, seen{Refused: refused, Notice: notice, Typed: typed})
		return nil
	}))
	return web.Handler(pages, mux)
}

func post(t *testing.T, serve webtest.Handler, form url.Values) seen {
	t.Helper()
	answer := webtest.New(t, serve, noon).Post("/registrations", form).Want(http.StatusOK)
	var got seen
	if err := json.Unmarshal([]byte(answer.Body), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

// shown is the form of a made-up person (架空の人物), as old as that.
func shown(age time.Duration, trap string) url.Values {
	return url.Values{
		submission.FamilyName: {"架空"}, submission.Token: {"the first token"}, submission.Trap: {trap},
		submission.Shown: {strconv.FormatInt(noon.Add(-age).UnixMilli(), 10)},
	}
}

func TestARegistrationThatLooksAutomaticIsRefusedInItsOwnWords(t *testing.T) {
	t.Parallel()
	env := tabletest.New(t)
	for name, serve := range map[string]webtest.Handler{
		"noted":                watching(t, table.New(env.Client(t), env.Name)),
		"refused all the same": watching(t, table.New(env.Client(t, faulty.Always(faulty.Unreachable)), env.Name)),
	} {
		for _, c := range []struct {
			form     url.Values
			newToken bool
		}{
			{shown(time.Minute, "https://spam.example"), false},
			{shown(time.Second-time.Millisecond, ""), false},
			{shown(24*time.Hour+time.Millisecond, ""), true},
		} {
			got := post(t, serve, c.form)
			words := wordsOf(got.Notice)
			if !got.Refused || !got.Notice.Focus || !strings.Contains(words.JA, "登録はまだ受け付けていません") ||
				!strings.Contains(words.EN, "Your registration was not received") {
				t.Errorf("%s: refused %t: %s", name, got.Refused, words)
			}
			if strings.Contains(words.JA, "応募") || strings.Contains(words.EN, "application") {
				t.Errorf("%s: a registration is told of applications: %s", name, words)
			}
			if !strings.Contains(words.JA, submission.CheckButton.JA) || !strings.Contains(words.EN, submission.CheckButton.EN) {
				t.Errorf("%s: it does not name the button: %s", name, words)
			}
			if got.Typed.Get(submission.FamilyName) != "架空" || got.Typed.Get(submission.Trap) != "" {
				t.Errorf("%s: what was typed is lost, or trapped for ever", name)
			}
			if fresh := got.Typed.Get(submission.Token) != "the first token"; fresh != c.newToken {
				t.Errorf("%s: the form has a new token: %t", name, fresh)
			}
		}
	}
	if n := len(env.Items(t)); n != 3 {
		t.Errorf("%d refused posts are noted, want 3", n)
	}
}

func TestAFormMayBeSentFromOneSecondUntilADayOld(t *testing.T) {
	t.Parallel()
	env := tabletest.New(t)
	serve := watching(t, table.New(env.Client(t), env.Name))
	elsewhere := shown(0, "")
	elsewhere.Del(submission.Shown) // hosted elsewhere, it does not say
	for _, form := range []url.Values{shown(time.Second, ""), shown(24*time.Hour, ""), elsewhere} {
		if got := post(t, serve, form); got.Refused {
			t.Errorf("shown at %q it is refused", form.Get(submission.Shown))
		}
	}
	if n := len(env.Items(t)); n != 0 {
		t.Errorf("%d posts are noted, want none", n)
	}
}

func TestAFailureIsToldInTheWordsOfWhatWasSent(t *testing.T) {
	t.Parallel()
	busy, lost := fmt.Errorf("registering: %w", table.ErrBusy), fmt.Errorf("registering: %w", table.ErrUncertain)
	for _, c := range []struct {
		notice web.Notice
		ja, en string
	}{
		{registration.NotStored(busy), "登録はまだ受け付けられていません", "Your registration was not received"},
		{registration.NotStored(lost), "登録の受け付けを完了できませんでした", "We could not finish receiving your registration"},
		{registration.OddToken(), "登録はまだ受け付けていません", "Your registration was not received yet"},
		{submission.NotSaved(busy), "変更はまだ保存されていません", "Your changes were not saved"},
		{submission.NotSaved(lost), "変更を保存できたか確認できませんでした", "We could not confirm that your changes were saved"},
	} {
		words := wordsOf(c.notice)
		if !strings.Contains(words.JA, c.ja) || !strings.Contains(words.EN, c.en) {
			t.Errorf("want %q and %q in: %s", c.ja, c.en, words)
		}
		if strings.Contains(words.JA, "応募") || strings.Contains(words.EN, "application") {
			t.Errorf("a registration is told of applications: %s", words)
		}
	}
	button := locale.Text{JA: "この内容で登録する", EN: "Register"}
	if again := submission.PressAgain(registration.NotStored(busy), button); !again.Focus ||
		!strings.Contains(again.Title.JA, button.JA) || !strings.Contains(again.Title.EN, button.EN) || len(again.Text) == 0 {
		t.Errorf("what to do is told so: %s", wordsOf(again))
	}
}

func TestADecisionThatWasNotTakenIsNoFaultOfThePage(t *testing.T) {
	t.Parallel()
	other := fmt.Errorf("reading: %w", table.ErrNotFound)
	for err, want := range map[error]int{
		fmt.Errorf("canceling: %w", table.ErrBusy):      http.StatusServiceUnavailable,
		fmt.Errorf("canceling: %w", table.ErrUncertain): http.StatusServiceUnavailable,
		other: http.StatusInternalServerError,
	} {
		pages, mux := web.NewPages(nil, web.Lab{}), http.NewServeMux()
		mux.HandleFunc("POST /", pages.Answer(func(http.ResponseWriter, *http.Request) error { return submission.NotTaken(err) }))
		webtest.New(t, web.Handler(pages, mux), noon).Post("/", nil).Want(want)
	}
}

func TestTheSamePostWithoutATokenIsTheSameOne(t *testing.T) {
	t.Parallel()
	one, again, other := submission.TokenOf("a"), submission.TokenOf("a"), submission.TokenOf("b")
	if one != again || one == other {
		t.Errorf("the tokens are %q, %q and %q", one, again, other)
	}
	if _, problem := input.Token(one); problem != (locale.Text{}) {
		t.Errorf("it is no token: %s", problem.EN)
	}
}

func TestANameIsToldFieldByField(t *testing.T) {
	t.Parallel()
	var errs web.Errors
	note := func(field string, problem locale.Text) {
		if problem != (locale.Text{}) {
			errs.Add(field, problem)
		}
	}
	family, given := submission.CheckName(url.Values{submission.FamilyName: {" 架空 "}, submission.GivenName: {"花@子"}}, note)
	if family != "架空" || given == "花@子" {
		t.Errorf("the name is %q %q", family, given)
	}
	if len(errs) != 1 || errs[0].Field != submission.GivenName {
		t.Errorf("told: %v", errs)
	}
}

func TestAKeyOfAProgramIsNoTokenOfAForm(t *testing.T) {
	t.Parallel()
	form := strings.Repeat("a", 26)
	for key, good := range map[string]bool{
		"k-1": true, form: true, strings.Repeat("k", 255): true,
		"": true, "two words": false, "キー": false, strings.Repeat("k", 256): false,
	} {
		r := httptest.NewRequest(http.MethodPost, "/", nil)
		r.Header["Idempotency-Key"] = []string{key}
		var errs web.Errors
		token, keyed := submission.IdempotencyKey(r, &errs)
		if keyed != (key != "") || token == form || good != (len(errs) == 0) {
			t.Errorf("the key %.30q stands for %.30q, %t: %v", key, token, keyed, errs)
		}
	}
}

func TestJSONThatCannotBeReadIsToldByItsField(t *testing.T) {
	t.Parallel()
	var posted struct {
		Email string `json:"email"`
	}
	for body, want := range map[string]string{`{"email":1}`: "email", `[]`: "request"} {
		w := httptest.NewRecorder()
		err := submission.UnreadableJSON(w, httptest.NewRequest(http.MethodPost, "/", nil), input.DecodeJSON([]byte(body), &posted))
		if err != nil || w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), `"`+want+`":`) {
			t.Errorf("%s: %d %s, %v", body, w.Code, w.Body, err)
		}
	}
	other := errors.New("the line was cut")
	if err := submission.UnreadableJSON(nil, nil, other); !errors.Is(err, other) {
		t.Errorf("another error became %v", err)
	}
}
