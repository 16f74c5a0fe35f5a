// Command remind is the Lambda that sends mail: every minute it plans the mails that
// should exist, sends what is due, each mail once, and gives up for unknown what an
// attempt left open. A new mail it sends at once.
//
// It is invoked by EventBridge Scheduler and by the table's stream.
package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/ses"

	"livinglab/shared/client"
	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/mail/sending"
	"livinglab/shared/table"
)

func main() {
	slog.SetDefault(lambdacontext.NewLogger())
	h, err := newHandler(os.Getenv)
	if err != nil {
		slog.Error("starting", "error", err)
		os.Exit(1)
	}
	lambda.StartWithOptions(h.remind, lambda.WithContext(context.Background()))
}

// newHandler builds the handler from the environment.
func newHandler(getenv func(string) string) (*handler, error) {
	env := client.NewEnv(getenv)
	name, configurationSet := env.Need("TABLE"), env.Need("MAIL_CONFIGURATION_SET")
	from := mail.Identity{From: env.Need("MAIL_FROM"), Office: env.Need("MAIL_REPLY_TO"), Site: env.Need("BASE_URL")}
	aws := env.AWS()
	if err := env.Err(); err != nil {
		return nil, err
	}
	experiments, err := experiment.Shipped()
	if err != nil {
		return nil, err
	}
	mailer := sending.Client(aws, func(o *ses.Options) { o.BaseEndpoint = env.Endpoint("AWS_ENDPOINT_URL_SES") })
	return &handler{
		table:       table.New(env.DynamoDB(aws), name),
		experiments: experiments,
		sender:      sending.New(mailer, configurationSet),
		pace:        &sending.Pace{},
		from:        from,
		random:      rand.Text,
	}, nil
}
