// Package sending hands mails to Amazon SES, one request each, and says what
// became of them.
//
// SES cannot be asked whether it already has a mail, so a mail is handed over
// once: the SDK's own retries, which may put three copies into SES, are off,
// and nothing here repeats a request. What the answer means for the mail is an
// [Outcome]; where there was none it says so ([Unknown]) and SES's own events
// settle it later.
//
//	sender := sending.New(sending.Client(cfg), "configuration-set")
//	quota, err := sender.Quota(ctx, at)     // asked once a minute
//	err = pace.Wait(ctx, quota)             // half the rate that SES allows
//	outcome := sender.Send(ctx, message)    // claim the mail before
//	pace.Saw(outcome.Verdict)
package sending

import (
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/ses"
)

// timeout is how long SES has to take a mail, connecting included.
const timeout = 10 * time.Second

// Client returns a client of SES that sends every request once: no retries and
// no redirects, whatever the configuration and AWS_MAX_ATTEMPTS say. Of the
// configuration's own HTTP client only the transport is kept.
func Client(cfg aws.Config, options ...func(*ses.Options)) *ses.Client {
	var transport http.RoundTripper
	if client, ok := cfg.HTTPClient.(*http.Client); ok {
		transport = client.Transport
	}
	if transport == nil {
		transport = awshttp.NewBuildableClient().GetTransport()
	}
	return ses.NewFromConfig(cfg, append(options, once, func(o *ses.Options) {
		o.HTTPClient = &http.Client{
			Transport:     transport,
			Timeout:       timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	})...)
}

// once turns retries off.
func once(o *ses.Options) {
	o.Retryer = aws.NopRetryer{}
	o.RetryMaxAttempts = 1
}
