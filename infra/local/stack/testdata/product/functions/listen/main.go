// Command listen is a function that notes which events of mails it was told of.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"livinglab/shared/client"
)

func main() {
	env := client.NewEnv(os.Getenv)
	db := env.DynamoDB(env.AWS())
	lambda.Start(func(ctx context.Context, e events.SNSEvent) error {
		var problems []error
		for _, record := range e.Records {
			var told struct{ EventType string }
			problems = append(problems, json.Unmarshal([]byte(record.SNS.Message), &told))
			_, err := db.PutItem(ctx, &dynamodb.PutItemInput{
				TableName: aws.String(os.Getenv("TABLE")),
				Item:      map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "event " + told.EventType}},
			})
			problems = append(problems, err)
		}
		return errors.Join(problems...)
	})
}
