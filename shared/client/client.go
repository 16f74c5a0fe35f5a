// Package client builds the AWS clients of a function from the environment
// that Lambda guarantees. It reads nothing else: loading the shared configuration
// of a workstation doubles the cold start.
package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Env reads the variables that a function cannot do without, and remembers
// which are missing, so that all are reported at once.
type Env struct {
	lookup  func(string) string
	missing []error
}

// NewEnv reads from lookup, which is os.Getenv but in tests.
func NewEnv(lookup func(string) string) *Env { return &Env{lookup: lookup} }

// Need returns the value of a variable that has to be set.
func (e *Env) Need(name string) string {
	value := e.lookup(name)
	if value == "" {
		e.missing = append(e.missing, fmt.Errorf("the environment variable %s is not set", name))
	}
	return value
}

// May returns the value of a variable that can be empty.
func (e *Env) May(name string) string { return e.lookup(name) }

// Err names every missing variable.
func (e *Env) Err() error { return errors.Join(e.missing...) }

// AWS returns the configuration for clients: region, the function's credentials
// and one HTTP client with time limits under that of the function.
func (e *Env) AWS() aws.Config {
	credentials := aws.Credentials{
		AccessKeyID:     e.Need("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: e.Need("AWS_SECRET_ACCESS_KEY"),
		SessionToken:    e.May("AWS_SESSION_TOKEN"),
	}
	return aws.Config{
		Region: e.Need("AWS_REGION"),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return credentials, nil
		}),
		HTTPClient: &http.Client{
			Timeout: 3 * time.Second, // three tries fit into a public function's time
			Transport: &http.Transport{
				DialContext:         (&net.Dialer{Timeout: 2 * time.Second}).DialContext,
				TLSHandshakeTimeout: 3 * time.Second,
				MaxIdleConnsPerHost: 20,
				IdleConnTimeout:     60 * time.Second,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// DynamoDB returns the client of the store, at the endpoint that
// AWS_ENDPOINT_URL_DYNAMODB names if it is set.
func (e *Env) DynamoDB(cfg aws.Config) *dynamodb.Client {
	return DynamoDB(cfg, e.May("AWS_ENDPOINT_URL_DYNAMODB"))
}

// DynamoDB returns a client of the store at an endpoint, or at AWS's own for
// none. It repeats what failed soon: a person waits for the answer.
func DynamoDB(cfg aws.Config, endpoint string) *dynamodb.Client {
	return dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
		o.BaseEndpoint = optional(endpoint)
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = 4
			o.MaxBackoff = 200 * time.Millisecond
		})
	})
}

// Endpoint returns the value of an AWS_ENDPOINT_URL_ variable as the options of
// a client take it.
func (e *Env) Endpoint(name string) *string { return optional(e.May(name)) }

func optional(value string) *string {
	if value == "" {
		return nil
	}
	return &value
}
