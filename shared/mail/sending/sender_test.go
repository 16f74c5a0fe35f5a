package sending

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	"github.com/google/go-cmp/cmp"

	"livinglab/shared/mail"
)

// message is a mail to a made-up person.
func message() mail.Message {
	return mail.Message{
		ID: "Z8m3kq0VtS1rJm5cR2yXbA", Attempt: 2, Kind: mail.Acknowledgement, Person: "p-hanako",
		From: "lab@example.jp", To: "hanako@example.jp",
		Subject: "ご応募を受け付けました", Raw: []byte("From: lab@example.jp\r\n\r\n"),
	}
}

// standIn is an SES that answers as told and counts the requests.
type standIn struct {
	*httptest.Server
	requests atomic.Int32
	form     url.Values // of the last request
}

func newStandIn(t *testing.T, answer http.HandlerFunc) *standIn {
	t.Helper()
	s := &standIn{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		if err := r.ParseForm(); err != nil {
			t.Errorf("parsing the request: %v", err)
		}
		s.form = r.Form
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// config is what a function's environment would give, with retries asked for.
func config() aws.Config {
	return aws.Config{
		Region:           "ap-northeast-1",
		RetryMaxAttempts: 5,
		RetryMode:        aws.RetryModeAdaptive,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDMADEUP", SecretAccessKey: "made-up"}, nil
		}),
	}
}

func senderTo(address string) *Sender {
	s := New(Client(config(), func(o *ses.Options) { o.BaseEndpoint = aws.String(address) }), "lab")
	s.timeout = 2 * time.Second
	return s
}

func accept(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprint(w, `<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult>`+
		`<MessageId>0106-made-up</MessageId></SendRawEmailResult><ResponseMetadata><RequestId>r-1</RequestId>`+
		`</ResponseMetadata></SendRawEmailResponse>`)
}

// refuse answers as SES words its errors.
func refuse(status int, code, words string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(status)
		fmt.Fprintf(w, `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type>`+
			`<Code>%s</Code><Message>%s</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`, code, html.EscapeString(words))
	}
}

func write(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// cut breaks the connection off after so much of an answer.
func cut(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		fmt.Fprint(conn, answer)
		conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
	}
}

func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func TestEveryAnswerOfSESHasOneMeaning(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		want   Verdict
	}{
		{"accepted", accept, Accepted},

		{"too fast", refuse(400, "Throttling", "Maximum sending rate exceeded."), Throttled},
		{"too fast, as the guide names it", refuse(400, "ThrottlingException", "Maximum sending rate exceeded"), Throttled},
		{"too many requests", refuse(400, "Throttling", "Rate exceeded"), Throttled},
		{"too many today", refuse(400, "Throttling", "Daily message quota exceeded."), QuotaExceeded},
		{"too many today, as the help words it", refuse(400, "Throttling", "Daily sending quota exceeded"), QuotaExceeded},

		{"account paused", refuse(400, "AccountSendingPausedException", "Email sending is paused for the account."), Stopped},
		{"account paused by AWS", refuse(400, "MessageRejected", "Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account."), Stopped},
		{"account suspended", refuse(400, "MessageRejected", "Sending suspended for this account."), Stopped},
		{"configuration set paused", refuse(400, "ConfigurationSetSendingPausedException", "Email sending is paused for configuration set lab."), Stopped},
		{"configuration set missing", refuse(400, "ConfigurationSetDoesNotExist", "Configuration set <lab> does not exist."), Stopped},
		{"MAIL FROM not verified", refuse(400, "MailFromDomainNotVerifiedException", "The MAIL FROM domain is not verified."), Stopped},
		{"identity not verified", refuse(400, "MessageRejected", "Email address is not verified. The following identities failed the check in region AP-NORTHEAST-1: lab@example.jp"), Stopped},
		{"recipient in the sandbox", refuse(400, "MessageRejected", "Email address is not verified. The following identities failed the check in region AP-NORTHEAST-1: hanako@example.jp"), Stopped},
		{"no permission", refuse(403, "AccessDenied", "User `arn:aws:sts::000000000000:assumed-role/remind' is not authorized to perform `ses:SendRawEmail' on resource"), Stopped},
		{"wrong key", refuse(403, "InvalidClientTokenId", "The security token included in the request is invalid."), Stopped},
		{"wrong secret", refuse(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided."), Stopped},
		{"token expired", refuse(403, "ExpiredToken", "The security token included in the request is expired"), Stopped},

		{"rejected for its content", refuse(400, "MessageRejected", "Transaction failed: Expected 'MIME-Version'"), Rejected},
		{"address blacklisted", refuse(400, "MessageRejected", "Address blacklisted."), Rejected},
		{"bad address", refuse(400, "InvalidParameterValue", "Local address contains illegal character"), Rejected},
		{"missing domain", refuse(400, "InvalidParameterValue", "Missing final '@domain'"), Rejected},

		{"internal failure", refuse(500, "InternalFailure", "The request processing has failed."), Unknown},
		{"unavailable", refuse(503, "ServiceUnavailable", "Service is unavailable"), Unknown},
		{"throttled with a 5xx", refuse(503, "Throttling", "Maximum sending rate exceeded."), Unknown},
		{"a code of tomorrow", refuse(400, "SomethingNew", "Something new."), Unknown},
		{"an answer of a proxy", write(403, "<html><body>Forbidden</body></html>"), Unknown},
		{"an error that is no XML", write(400, "\x00\x01garbage"), Unknown},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, Unknown},
		{"a redirect that drops the mail", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusSeeOther)
		}, Unknown},
		{"200 that is no XML", write(200, "\x00\x01garbage"), Unknown},
		{"200 with nothing", write(200, ""), Unknown},
		{"200 without a message id", write(200, `<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult></SendRawEmailResult></SendRawEmailResponse>`), Unknown},
		{"200 with an empty message id", write(200, `<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult><MessageId></MessageId></SendRawEmailResult></SendRawEmailResponse>`), Unknown},
		{"cut off before the answer", cut(""), Unknown},
		{"cut off in the headers", cut("HTTP/1.1 200 OK\r\nContent-Le"), Unknown},
		{"cut off in the answer", cut("HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n<SendRawEmailResponse><SendRaw"), Unknown},
		{"cut off in an error", cut("HTTP/1.1 400 Bad Request\r\nContent-Length: 400\r\n\r\n<ErrorResponse><Error><Code>Mess"), Unknown},
		{"hung", hang, Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStandIn(t, c.answer)
			got := senderTo(s.URL).Send(t.Context(), message())
			if got.Verdict != c.want {
				t.Errorf("got %+v, want %q", got, c.want)
			}
			if n := s.requests.Load(); n != 1 {
				t.Errorf("%d requests for one mail", n)
			}
			if strings.Contains(got.Reason, "@example") {
				t.Errorf("the reason names a person: %q", got.Reason)
			}
			if (got.MessageID != "") != (got.Verdict == Accepted) {
				t.Errorf("message id %q with verdict %q", got.MessageID, got.Verdict)
			}
		})
	}
}

func TestWhatWasNeverWrittenMayBeSentAgain(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free := listener.Addr().String()
	listener.Close()

	plain := newStandIn(t, accept)
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and never shakes hands
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() })

	for _, c := range []struct{ name, address string }{
		{"nobody listens", "http://" + free},
		{"the name does not resolve", "http://ses.invalid"},
		{"TLS fails", "https://" + strings.TrimPrefix(plain.URL, "http://")},
		{"TLS hangs", "https://" + silent.Addr().String()},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := senderTo(c.address).Send(t.Context(), message()); got.Verdict != Refused {
				t.Errorf("got %+v, want %q", got, Refused)
			}
		})
	}

	t.Run("the run ended before", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		s := newStandIn(t, accept)
		if got := senderTo(s.URL).Send(ctx, message()); got.Verdict != Refused {
			t.Errorf("got %+v, want %q", got, Refused)
		}
		if n := s.requests.Load(); n != 0 {
			t.Errorf("%d requests", n)
		}
	})

	t.Run("no credentials is the configuration's fault", func(t *testing.T) {
		t.Parallel()
		cfg := config()
		cfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{}, errors.New("none")
		})
		s := New(Client(cfg, func(o *ses.Options) { o.BaseEndpoint = aws.String(plain.URL) }), "lab")
		if got := s.Send(t.Context(), message()); got.Verdict != Stopped {
			t.Errorf("got %+v, want %q", got, Stopped)
		}
	})
}

func TestACanceledRunLeavesTheMailInDoubt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := newStandIn(t, func(w http.ResponseWriter, r *http.Request) {
		cancel()
		hang(w, r)
	})
	if got := senderTo(s.URL).Send(ctx, message()); got.Verdict != Unknown {
		t.Errorf("got %+v, want %q", got, Unknown)
	}
}

// A server that closes an idle connection makes Go's transport send a request
// again on a new one, but only if nothing of it was written.
func TestAConnectionLostBetweenTwoMailsCostsNoCopy(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, accept)
	sender := senderTo(s.URL)
	for range 20 {
		if got := sender.Send(t.Context(), message()); got.Verdict != Accepted && got.Verdict != Unknown {
			t.Errorf("got %+v", got)
		}
		s.CloseClientConnections()
	}
	if n := s.requests.Load(); n > 20 {
		t.Errorf("%d requests for 20 mails", n)
	}
}

func TestTheClientItselfSendsOnce(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, refuse(500, "InternalFailure", "The request processing has failed."))
	client := Client(config(), func(o *ses.Options) { o.BaseEndpoint = aws.String(s.URL) })
	if _, err := client.GetSendQuota(t.Context(), &ses.GetSendQuotaInput{}); err == nil {
		t.Error("it made up a quota")
	}
	if n := s.requests.Load(); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestAClientMadeElsewhereDoesNotRetryEither(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, refuse(500, "InternalFailure", "The request processing has failed."))
	client := ses.NewFromConfig(config(), func(o *ses.Options) { o.BaseEndpoint = aws.String(s.URL) })
	if got := New(client, "lab").Send(t.Context(), message()); got.Verdict != Unknown {
		t.Errorf("got %+v, want %q", got, Unknown)
	}
	if n := s.requests.Load(); n != 1 {
		t.Errorf("%d requests for one mail", n)
	}
}

func TestARequestNamesOneRecipientAndTheMail(t *testing.T) {
	t.Parallel()
	s := newStandIn(t, accept)
	got := senderTo(s.URL).Send(t.Context(), message())
	if diff := cmp.Diff(Outcome{Verdict: Accepted, MessageID: "0106-made-up"}, got); diff != "" {
		t.Error(diff)
	}
	want := url.Values{
		"Action": {"SendRawEmail"}, "Version": {"2010-12-01"},
		"Source":                {"lab@example.jp"},
		"Destinations.member.1": {"hanako@example.jp"},
		"ConfigurationSetName":  {"lab"},
		"RawMessage.Data":       {"RnJvbTogbGFiQGV4YW1wbGUuanANCg0K"},
		"Tags.member.1.Name":    {"mail"}, "Tags.member.1.Value": {"Z8m3kq0VtS1rJm5cR2yXbA"},
		"Tags.member.2.Name": {"attempt"}, "Tags.member.2.Value": {"2"},
		"Tags.member.3.Name": {"kind"}, "Tags.member.3.Value": {"acknowledgement"},
		"Tags.member.4.Name": {"person"}, "Tags.member.4.Value": {"p-hanako"},
	}
	if diff := cmp.Diff(want, s.form); diff != "" {
		t.Error(diff)
	}
}
