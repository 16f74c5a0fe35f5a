package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/user"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"

	"livinglab/shared/table"
)

// session is a table and who works at it.
type session struct {
	table *table.Table
	who   string
	now   func() time.Time // the clock of the stack on this machine; nil for this machine's
}

// connect reaches the table by the ordinary configuration of a workstation, or
// at the address of the stack on this machine or of a DynamoDB Local, which take any
// credentials.
func connect(ctx context.Context, name, local string) (session, error) {
	var clock func() time.Time
	// What goes wrong is returned, and said in one sentence.
	options := []func(*config.LoadOptions) error{config.WithLogger(logging.Nop{})}
	if local != "" {
		if address, err := url.Parse(local); err != nil || address.Host == "" {
			return session{}, fmt.Errorf("-local takes an address such as http://localhost:8080, not %q", local)
		}
		if stack, ok := askStack(ctx, local); ok {
			local, name, clock = stack.DynamoDB, stack.Table, running(stack.Now)
		}
		options = append(options,
			config.WithRegion("ap-northeast-1"),
			config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("local", "local", "")))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return session{}, fmt.Errorf("reading the AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return session{}, errors.New("no region is configured: set AWS_REGION, or AWS_PROFILE to a profile that has one")
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return session{}, fmt.Errorf("finding AWS credentials: sign in, for example by `aws sso login`, or set AWS_PROFILE: %w", err)
	}
	client := dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
		if local != "" {
			o.BaseEndpoint = &local
		}
	})
	who := userOfMachine()
	if local == "" && atAWS(os.Getenv("AWS_ENDPOINT_URL_DYNAMODB")) {
		who = identity(ctx, cfg, who)
	}
	return session{table: table.New(client, name), who: who, now: clock}, nil
}

// atAWS says whether an endpoint, empty for the default one, is AWS's own.
func atAWS(endpoint string) bool {
	address, err := url.Parse(endpoint)
	return endpoint == "" || err == nil && strings.HasSuffix(address.Hostname(), ".amazonaws.com")
}

// identity is who the credentials belong to, or otherwise if AWS does not say:
// asking needs no permission, but STS may be out of reach from here.
func identity(ctx context.Context, cfg aws.Config, otherwise string) string {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	out, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil || aws.ToString(out.Arn) == "" {
		return otherwise
	}
	return *out.Arn
}

// userOfMachine is who is signed in to this machine: what is known of a person
// whom AWS does not name.
func userOfMachine() string {
	name := "unknown"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return "user " + name + " on " + host
}
