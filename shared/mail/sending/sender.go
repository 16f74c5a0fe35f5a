package sending

import (
	"context"
	"net/http/httptrace"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	"github.com/aws/aws-sdk-go-v2/service/ses/types"

	"livinglab/shared/mail"
)

// Sender hands mails to SES. It is safe for concurrent use.
type Sender struct {
	client           *ses.Client
	configurationSet string
	timeout          time.Duration

	mu     sync.Mutex
	quota  Quota     // as SES last told it
	minute time.Time // when that was
}

// New returns a sender. The configuration set publishes the events by which
// doubtful mails are settled.
func New(client *ses.Client, configurationSet string) *Sender {
	return &Sender{client: client, configurationSet: configurationSet, timeout: timeout}
}

// Send makes one request to SES. The caller has claimed the mail before and
// stores the outcome afterwards. The tags come back with every event.
func (s *Sender) Send(ctx context.Context, m mail.Message) Outcome {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	// From here on a connection is about to carry the request, and SES may
	// have it whatever the answer.
	var onTheWire atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { onTheWire.Store(true) },
	})
	out, err := s.client.SendRawEmail(ctx, &ses.SendRawEmailInput{
		Source:               aws.String(m.From),
		Destinations:         []string{m.To},
		RawMessage:           &types.RawMessage{Data: m.Raw},
		ConfigurationSetName: aws.String(s.configurationSet),
		Tags: []types.MessageTag{
			{Name: aws.String("mail"), Value: aws.String(m.ID)},
			{Name: aws.String("attempt"), Value: aws.String(strconv.Itoa(m.Attempt))},
			{Name: aws.String("kind"), Value: aws.String(string(m.Kind))},
			{Name: aws.String("person"), Value: aws.String(m.Person)},
		},
	}, once)
	if err != nil {
		return classify(err, onTheWire.Load())
	}
	if aws.ToString(out.MessageId) == "" {
		return Outcome{Verdict: Unknown, Reason: "an answer without a message id"}
	}
	return Outcome{Verdict: Accepted, MessageID: *out.MessageId}
}
