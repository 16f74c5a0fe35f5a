// Command survey is the Lambda behind the questionnaires: it asks for the consent to
// the research, shows a survey page by page, saves each page as it is left, and
// takes the answers; and it serves the pages on which a person looks after that consent
// and sees the own results.
//
// It is invoked by API Gateway (HTTP API, payload 2.0).
package main

import (
	"context"
	"crypto/rand"
	"embed"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"livinglab/shared/client"
	"livinglab/shared/experiment"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/web"
)

//go:embed templates
var templates embed.FS

func main() {
	slog.SetDefault(lambdacontext.NewLogger())
	h, err := newHandler(os.Getenv)
	if err != nil {
		slog.Error("starting", "error", err)
		os.Exit(1)
	}
	lambda.StartWithOptions(web.Handler(h.pages, h.routes()), lambda.WithContext(context.Background()))
}

// newHandler builds the handler from the environment.
func newHandler(getenv func(string) string) (*handler, error) {
	env := client.NewEnv(getenv)
	name, office := env.Need("TABLE"), env.Need("OFFICE")
	store := env.DynamoDB(env.AWS())
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
	return &handler{
		table:       table.New(store, name),
		experiments: experiments,
		instruments: instruments,
		pages:       web.NewPages(templates, web.LabOf(experiments, office)),
		random:      rand.Text,
	}, nil
}
