package table

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// suspect is a refused post that looked automatic. It holds nothing of what was
// posted.
type suspect struct {
	Key
	Reason  string `dynamodbav:"reason"`
	Expires int64  `dynamodbav:"expires"`
}

// suspectLife is how long a refused post is listed.
const suspectLife = 30 * 24 * time.Hour

// NoteSuspect lists a refused post for staff, under an id of its own.
func (t *Table) NoteSuspect(ctx context.Context, experiment, id, reason string, now time.Time) error {
	item, err := attributevalue.MarshalMap(suspect{
		Key: suspectKey(experiment, id, At(now)), Reason: reason, Expires: now.Add(suspectLife).Unix(),
	})
	if err != nil {
		return fmt.Errorf("encoding a suspect: %w", err)
	}
	if _, err := t.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &t.name, Item: item}); err != nil {
		return fmt.Errorf("noting a suspect: %w", err)
	}
	return nil
}
