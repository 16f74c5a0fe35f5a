// Command summarize is the Lambda that tells staff how an experiment stands: every hour
// it looks whether the file calls for a summary at this time, whether the plan of the
// analysis is to be frozen, and whether a wave has closed whose answers are to be analyzed.
// It also notes which alarms ring, for the next summary. It sends nothing: a summary's
// mails are lines of the ledger, as all others are.
//
// It is invoked by EventBridge Scheduler and, with the alarms, by SNS.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"livinglab/shared/client"
	"livinglab/shared/experiment"
	"livinglab/shared/survey"
	"livinglab/shared/table"
)

func main() {
	slog.SetDefault(lambdacontext.NewLogger())
	h, err := newHandler(os.Getenv)
	if err != nil {
		slog.Error("starting", "error", err)
		os.Exit(1)
	}
	lambda.StartWithOptions(h.summarize, lambda.WithContext(context.Background()))
}

// newHandler builds the handler from the environment.
func newHandler(getenv func(string) string) (*handler, error) {
	env := client.NewEnv(getenv)
	name, aws := env.Need("TABLE"), env.AWS()
	if err := env.Err(); err != nil {
		return nil, err
	}
	experiments, err := experiment.Shipped()
	if err != nil {
		return nil, err
	}
	instruments, err := survey.Shipped()
	if err != nil {
		return nil, err
	}
	return &handler{table: table.New(env.DynamoDB(aws), name), experiments: experiments, instruments: instruments}, nil
}
