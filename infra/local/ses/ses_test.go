package ses

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsses "github.com/aws/aws-sdk-go-v2/service/ses"
	"github.com/google/go-cmp/cmp"

	"livinglab/infra/local/mailbox"
	"livinglab/shared/mail"
	"livinglab/shared/mail/sending"
)

var noon = time.Date(2020, 11, 2, 3, 0, 0, 0, time.UTC)

// account is a server with a sender of the product before it.
type account struct {
	*Server
	sender *sending.Sender
	url    string
	events []string // "send at 03:00"
}

func newAccount(t *testing.T) *account {
	t.Helper()
	box, err := mailbox.Open("")
	if err != nil {
		t.Fatal(err)
	}
	a := &account{Server: New(box, func() time.Time { return noon })}
	a.Sets = []string{"mails"}
	a.Publish = func(at time.Time, _ string, events []Event) {
		for _, e := range events {
			a.events = append(a.events, e.Type+" at "+at.Format("15:04"))
		}
	}
	server := httptest.NewServer(a.Server)
	t.Cleanup(server.Close)
	a.url = server.URL
	config := aws.Config{Region: "ap-northeast-1", Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
	})}
	a.sender = sending.New(sending.Client(config, func(o *awsses.Options) { o.BaseEndpoint = &server.URL }), "mails")
	return a
}

func message(to string) mail.Message {
	return mail.Message{ID: "made-up", Attempt: 1, Kind: "acknowledgement", Person: "p", From: "lab@example.jp", To: to,
		Raw: []byte("From: lab@example.jp\r\nTo: " + to + "\r\nSubject: s\r\n\r\n架空\r\n")}
}

func TestEveryModeIsWhatTheSenderTakesItFor(t *testing.T) {
	t.Parallel()
	for mode, want := range map[Mode]struct {
		verdict  sending.Verdict
		accepted int
	}{
		OK:             {sending.Accepted, 1},
		Throttle:       {sending.Throttled, 0},
		Reject:         {sending.Rejected, 0},
		AcceptNoAnswer: {sending.Unknown, 1},
		Error500:       {sending.Unknown, 0},
		Paused:         {sending.Stopped, 0},
		Quota:          {sending.QuotaExceeded, 0},
	} {
		a := newAccount(t)
		if err := a.Set(Settings{Mode: mode}); err != nil {
			t.Fatal(err)
		}
		outcome := a.sender.Send(t.Context(), message("hanako@example.jp"))
		if outcome.Verdict != want.verdict || a.Mailbox.Count() != want.accepted {
			t.Errorf("%s: %+v, and %d accepted", mode, outcome, a.Mailbox.Count())
		}
		for _, kept := range a.Mailbox.All() {
			if outcome.MessageID != "" && outcome.MessageID != kept.ID {
				t.Errorf("%s: told %q, kept %q", mode, outcome.MessageID, kept.ID)
			}
			wantTags := map[string]string{"mail": "made-up", "attempt": "1", "kind": "acknowledgement", "person": "p"}
			if diff := cmp.Diff(wantTags, kept.Tags); diff != "" {
				t.Error(diff)
			}
		}
	}
}

func TestTheQuotaIsTold(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	if err := a.Set(Settings{Rate: 2.5}); err != nil {
		t.Fatal(err)
	}
	a.sender.Send(t.Context(), message("hanako@example.jp"))
	got, err := a.sender.Quota(t.Context(), noon)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sending.Quota{Rate: 2.5, Daily: 50000, Sent: 1}, got); diff != "" {
		t.Error(diff)
	}
	if err := a.Set(Settings{Mode: Quota}); err != nil {
		t.Fatal(err)
	}
	if got, err = a.sender.Quota(t.Context(), noon.Add(time.Hour)); err != nil || got.Sent < got.Daily {
		t.Errorf("%+v %v", got, err)
	}
}

func TestWhoSendsFasterThanAllowedIsThrottled(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	if err := a.Set(Settings{Rate: 0.01}); err != nil {
		t.Fatal(err)
	}
	if o := a.sender.Send(t.Context(), message("a@example.jp")); o.Verdict != sending.Accepted {
		t.Errorf("%+v", o)
	}
	if o := a.sender.Send(t.Context(), message("b@example.jp")); o.Verdict != sending.Throttled {
		t.Errorf("%+v", o)
	}
}

func TestMailsThatSESWouldNotTakeAreRefused(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	good := url.Values{
		"Action": {"SendRawEmail"}, "Source": {"lab@example.jp"}, "Destinations.member.1": {"hanako@example.jp"},
		"ConfigurationSetName": {"mails"}, "RawMessage.Data": {base64.StdEncoding.EncodeToString([]byte("Subject: s\r\n\r\n"))},
	}
	for code, change := range map[string][2]string{
		"InvalidAction":                {"Action", "SendBulk"},
		"ConfigurationSetDoesNotExist": {"ConfigurationSetName", "other"},
		"Missing final":                {"Destinations.member.1", "hanako"},
		"not ASCII":                    {"Destinations.member.1", "花子@example.jp"},
		"not base64":                   {"RawMessage.Data", "%"},
		"message tag":                  {"Tags.member.1.Name", "a b"},
		"":                             {"Source", "lab@example.jp"},
	} {
		form := url.Values{}
		maps.Copy(form, good)
		form.Set(change[0], change[1])
		response, err := http.PostForm(a.url, form)
		if err != nil {
			t.Fatal(err)
		}
		var body strings.Builder
		_ = response.Write(&body)
		response.Body.Close()
		if refused := response.StatusCode == http.StatusBadRequest; refused != (code != "") || !strings.Contains(body.String(), code) {
			t.Errorf("%q: %s", code, body.String())
		}
	}
	if n := a.Mailbox.Count(); n != 1 {
		t.Errorf("%d mails were taken, want 1", n)
	}
}

func TestEventsTellWhatBecameOfAMail(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		to     string
		timing Timing
		want   []string
	}{
		{"hanako@example.jp", Prompt, []string{"send at 03:00", "delivery at 03:00"}},
		{"hanako@example.jp", Late, []string{"send at 03:10", "delivery at 03:10"}},
		{"hanako@example.jp", Never, nil},
		{"bounce@simulator.amazonses.com", Prompt, []string{"send at 03:00", "bounce at 03:00"}},
		{"Bounce+hanako@simulator.amazonses.com", Prompt, []string{"send at 03:00", "bounce at 03:00"}},
		{"complaint+x@simulator.amazonses.com", Prompt, []string{"send at 03:00", "delivery at 03:00", "complaint at 03:00"}},
		{"success@simulator.amazonses.com", Prompt, []string{"send at 03:00", "delivery at 03:00"}},
		{"ooto@simulator.amazonses.com", Prompt, []string{"send at 03:00", "delivery at 03:00", "bounce at 03:00"}},
		{"suppressionlist@simulator.amazonses.com", Late, []string{"send at 03:10", "bounce at 03:10"}},
		{"transient+hanako@simulator.amazonses.com", Prompt, []string{"send at 03:00", "bounce at 03:00"}},
		{"reject@simulator.amazonses.com", Prompt, []string{"send at 03:00", "reject at 03:00"}},
		{"bounce@example.jp", Prompt, []string{"send at 03:00", "delivery at 03:00"}},
	} {
		a := newAccount(t)
		if err := a.Set(Settings{Events: c.timing}); err != nil {
			t.Fatal(err)
		}
		if o := a.sender.Send(t.Context(), message(c.to)); o.Verdict != sending.Accepted {
			t.Fatalf("%+v", o)
		}
		if diff := cmp.Diff(c.want, a.events); diff != "" {
			t.Errorf("%s, %s: %s", c.to, c.timing, diff)
		}
	}
}

func TestAnEventNamesItsMail(t *testing.T) {
	t.Parallel()
	kept := mailbox.Stored{
		Envelope: mailbox.Envelope{ID: "0106-x", From: "lab@example.jp", To: []string{"bounce@simulator.amazonses.com"}, Accepted: noon, Tags: map[string]string{"mail": "m"}},
		Raw:      []byte("Subject: s\r\n\r\n"),
	}
	events := eventsOf(kept, "mails", noon)
	var bounce struct {
		EventType string
		Mail      struct {
			MessageID   string
			Destination []string
			Tags        map[string][]string
		}
		Bounce struct {
			BounceType        string
			BouncedRecipients []struct{ EmailAddress string }
		}
	}
	if err := json.Unmarshal(events[1].Message, &bounce); err != nil {
		t.Fatal(err)
	}
	got := []any{bounce.EventType, bounce.Mail.MessageID, bounce.Mail.Destination, bounce.Mail.Tags["mail"], bounce.Bounce.BounceType, bounce.Bounce.BouncedRecipients[0].EmailAddress}
	want := []any{"Bounce", "0106-x", kept.To, []string{"m"}, "Permanent", kept.To[0]}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestABounceSaysHowLongItHolds(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]string{
		"bounce@simulator.amazonses.com":          "Permanent General 5.1.1",
		"suppressionlist@simulator.amazonses.com": "Permanent Suppressed 5.1.1",
		"transient@simulator.amazonses.com":       "Transient MailboxFull 4.2.2",
		"ooto@simulator.amazonses.com":            "Transient General",
	} {
		events := eventsOf(mailbox.Stored{Envelope: mailbox.Envelope{ID: "0106-x", To: []string{to}, Accepted: noon}, Raw: []byte("Subject: s\r\n\r\n")}, "mails", noon)
		var told struct {
			Bounce struct {
				BounceType, BounceSubType string
				BouncedRecipients         []struct{ Status string }
			}
		}
		if err := json.Unmarshal(events[len(events)-1].Message, &told); err != nil {
			t.Fatal(err)
		}
		b := told.Bounce
		if got := strings.TrimSpace(b.BounceType + " " + b.BounceSubType + " " + b.BouncedRecipients[0].Status); got != want {
			t.Errorf("%s: %q, want %q", to, got, want)
		}
	}
}

func TestSettingsThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	before := a.Settings()
	for _, change := range []Settings{{Mode: "broken"}, {Events: "soon"}, {Rate: -1}} {
		if err := a.Set(change); err == nil {
			t.Errorf("%+v was taken", change)
		}
	}
	if diff := cmp.Diff(before, a.Settings()); diff != "" {
		t.Error(diff)
	}
}
