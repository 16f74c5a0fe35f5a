// Command probe is a function that does as its path says.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	sestypes "github.com/aws/aws-sdk-go-v2/service/ses/types"

	"livinglab/shared/client"
)

func main() { lambda.Start(handle) }

func handle(ctx context.Context, e events.APIGatewayV2HTTPRequest) (any, error) {
	value := e.QueryStringParameters["value"]
	env := client.NewEnv(os.Getenv)
	switch e.RawPath {
	case "/sleep":
		pause, err := time.ParseDuration(value)
		if err != nil {
			return nil, err
		}
		time.Sleep(pause)
	case "/fail":
		return nil, errors.New("as told")
	case "/panic":
		panic("as told")
	case "/exit":
		os.Exit(3)
	case "/environment":
		return os.Environ(), nil
	case "/pid":
		return os.Getpid(), nil
	case "/write":
		db := dynamodb.NewFromConfig(env.AWS(), func(o *dynamodb.Options) {
			o.BaseEndpoint, o.Retryer = env.Endpoint("AWS_ENDPOINT_URL_DYNAMODB"), aws.NopRetryer{}
		})
		_, err := db.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: aws.String(os.Getenv("TABLE")),
			Item:      map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: value}},
		})
		return outcome(err), nil
	case "/mail":
		mailer := ses.NewFromConfig(env.AWS(), func(o *ses.Options) {
			o.BaseEndpoint, o.Retryer = env.Endpoint("AWS_ENDPOINT_URL_SES"), aws.NopRetryer{}
		})
		_, err := mailer.SendRawEmail(ctx, &ses.SendRawEmailInput{
			Source: aws.String("lab@example.jp"), Destinations: []string{value},
			ConfigurationSetName: aws.String(os.Getenv("SET")),
			RawMessage:           &sestypes.RawMessage{Data: []byte("From: lab@example.jp\r\nTo: " + value + "\r\nSubject: probe\r\n\r\nA made-up mail.\r\n")},
		})
		return outcome(err), nil
	case "/cookies":
		return events.APIGatewayV2HTTPResponse{
			StatusCode: 201, Cookies: []string{"a=1; Path=/", "b=2"}, Headers: map[string]string{"x-made-up": "yes"},
			Body: "AAH/", IsBase64Encoded: true,
		}, nil
	}
	return e, nil
}

// outcome is an answer that tells of an error.
func outcome(err error) any {
	if err != nil {
		return map[string]any{"statusCode": 500, "body": err.Error()}
	}
	return json.RawMessage(`{"statusCode":200,"body":"done"}`)
}
