// Command follow is a function that listens to the table and mails what it was
// told of. It fails at what is named so, and takes long over what is.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	"github.com/aws/aws-sdk-go-v2/service/ses/types"

	"livinglab/shared/client"
)

func main() {
	env := client.NewEnv(os.Getenv)
	mailer := ses.NewFromConfig(env.AWS(), func(o *ses.Options) {
		o.BaseEndpoint, o.Retryer = env.Endpoint("AWS_ENDPOINT_URL_SES"), aws.NopRetryer{}
	})
	lambda.Start(func(ctx context.Context, raw json.RawMessage) error {
		var e events.DynamoDBEvent
		if err := json.Unmarshal(raw, &e); err != nil {
			return err
		}
		var told []string
		for _, r := range e.Records {
			told = append(told, r.EventName+" "+r.Change.Keys["pk"].String()+" "+r.Change.ApproximateCreationDateTime.UTC().Format("02 15:04:05"))
		}
		subject := strings.Join(told, ", ")
		_, err := mailer.SendRawEmail(ctx, &ses.SendRawEmailInput{
			Source: aws.String("lab@example.jp"), Destinations: []string{"follow@example.jp"},
			RawMessage: &types.RawMessage{Data: []byte("From: lab@example.jp\r\nTo: follow@example.jp\r\nSubject: " + subject + "\r\n\r\n" + string(raw))},
		})
		switch {
		case strings.Contains(subject, "fail"):
			return errors.New("as told")
		case strings.Contains(subject, "slow"):
			time.Sleep(time.Minute)
		}
		return err
	})
}
