// Command tick is a function that notes when it was invoked, and has work again
// six hours later.
package main

import (
	"context"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"livinglab/shared/client"
)

func main() {
	env := client.NewEnv(os.Getenv)
	db := env.DynamoDB(env.AWS())
	lambda.Start(func(ctx context.Context, tick struct{ ScheduledTime time.Time }) (any, error) {
		_, err := db.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: aws.String(os.Getenv("TABLE")),
			Item:      map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "tick " + tick.ScheduledTime.Format(time.RFC3339)}},
		})
		return map[string]any{"next": tick.ScheduledTime.Add(6 * time.Hour)}, err
	})
}
