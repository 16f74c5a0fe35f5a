// Command site is the Lambda behind the public pages: the lab's home, the
// experiments, their results, the notes on the concept, the stylesheet, and the answer to
// every address that no other function has.
//
// It is invoked by API Gateway (HTTP API, payload 2.0). Of the table it reads
// what staff have set about the briefings, without which it can do, and the published
// results.
package main

import (
	"embed"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"livinglab/shared/client"
	"livinglab/shared/experiment"
	"livinglab/shared/experiment/notes"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/web"
)

//go:embed templates
var templates embed.FS

//go:embed favicon.svg
var favicon []byte

func main() {
	slog.SetDefault(lambdacontext.NewLogger())
	h, err := newHandler(os.Getenv)
	if err != nil {
		slog.Error("starting", "error", err)
		os.Exit(1)
	}
	lambda.Start(web.Handler(h.pages, h.routes()))
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
	all, err := notes.All()
	if err != nil {
		return nil, err
	}
	instruments, err := survey.Shipped()
	if err != nil {
		return nil, err
	}
	return &handler{
		experiments: experiments,
		notes:       all,
		calendar:    newCalendar(table.New(store, name)),
		library:     newLibrary(table.New(store, name)),
		instruments: instruments,
		pages:       web.NewPages(templates, web.LabOf(experiments, office)),
	}, nil
}
