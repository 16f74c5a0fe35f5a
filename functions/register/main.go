// Command register is the Lambda behind the briefings: it shows the registration
// form, accepts registrations, shows their receipts, and serves the pages on which a
// registered person changes the date, takes a seat that became free, cancels, joins
// the session, and stops announcements.
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
	origins := web.ParseOrigins(env.May("ALLOWED_ORIGINS") + " " + env.May("BASE_URL"))
	store := env.DynamoDB(env.AWS())
	if err := env.Err(); err != nil {
		return nil, err
	}
	experiments, err := experiment.Shipped()
	if err != nil {
		return nil, err
	}
	return &handler{
		table:       table.New(store, name),
		experiments: experiments,
		pages:       web.NewPages(templates, web.LabOf(experiments, office)),
		origins:     origins,
		random:      rand.Text,
	}, nil
}
