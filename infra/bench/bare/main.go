// Command bare is the Lambda that starts and mails are compared with: the smallest
// one with the same two clients. It holds nothing else of the product.
//
// The clients are built as the functions build theirs, from the environment
// alone: the configuration of a workstation, which the SDK's own loader looks
// for, would double the start of what it is compared with.
//
// BARE says what it does with an event:
//
//	page         reads one item and answers a request with one line
//	save         reads one item, and writes two in one transaction, as a saved page of a survey does
//	application  writes five items in one transaction first, as a first application does
//	mail         takes a tick, reads one item and hands one short mail to SES
//	tick         takes a tick and makes the calls that remind makes for one mail
//	writes       makes one write and hands one mail over, as often as it is told
//	calls        makes the calls that remind makes for each further mail, as often
package main

import (
	"errors"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ses"

	"livinglab/shared/client"
)

type bare struct {
	store  *dynamodb.Client
	mailer *ses.Client
	table  string
}

func main() {
	env := client.NewEnv(os.Getenv)
	cfg := env.AWS()
	b := &bare{
		store: env.DynamoDB(cfg),
		mailer: ses.NewFromConfig(cfg, func(o *ses.Options) {
			o.BaseEndpoint, o.Retryer = env.Endpoint("AWS_ENDPOINT_URL_SES"), aws.NopRetryer{}
		}),
		table: env.Need("TABLE"),
	}
	name := env.Need("BARE")
	if err := env.Err(); err != nil {
		fail(err)
	}
	switch name {
	case "page":
		lambda.Start(b.page)
	case "save":
		lambda.Start(b.save)
	case "application":
		lambda.Start(b.application)
	case "mail":
		lambda.Start(b.mail)
	case "tick":
		lambda.Start(b.tick)
	case "writes":
		lambda.Start(b.writes)
	case "calls":
		lambda.Start(b.calls)
	default:
		fail(errors.New("BARE is page, save, application, mail, tick, writes or calls"))
	}
}

func fail(err error) {
	slog.Error("starting", "error", err)
	os.Exit(1)
}
