// Command feedback is the Lambda that hears what became of each mail: accepted,
// delivered, returned, bounced, complained of. It marks addresses that take no mail,
// and pauses all mail when too much comes back.
//
// It is invoked by SNS with the events that SES publishes.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/ses"

	"livinglab/shared/client"
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
	lambda.StartWithOptions(h.feedback, lambda.WithContext(context.Background()))
}

// newHandler builds the handler from the environment.
func newHandler(getenv func(string) string) (*handler, error) {
	env := client.NewEnv(getenv)
	name, configurationSet := env.Need("TABLE"), env.Need("MAIL_CONFIGURATION_SET")
	aws := env.AWS()
	if err := env.Err(); err != nil {
		return nil, err
	}
	account := sending.Client(aws, func(o *ses.Options) { o.BaseEndpoint = env.Endpoint("AWS_ENDPOINT_URL_SES") })
	return &handler{
		table:            table.New(env.DynamoDB(aws), name),
		sender:           sending.New(account, configurationSet),
		configurationSet: configurationSet,
	}, nil
}
