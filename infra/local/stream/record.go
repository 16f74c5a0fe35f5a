package stream

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// record is one change as a function is told of it, and as filters see it.
type record struct {
	event events.DynamoDBEventRecord
	plain map[string]any
}

// newRecord returns a record as Lambda hands it over, with the time of the stack
// in place of DynamoDB Local's own, rounded down to the second as at AWS.
func newRecord(r types.Record, at time.Time) record {
	change := r.Dynamodb
	if change == nil {
		change = &types.StreamRecord{}
	}
	told := record{event: events.DynamoDBEventRecord{
		EventID: aws.ToString(r.EventID), EventName: string(r.EventName), EventSource: "aws:dynamodb", EventVersion: "1.1",
		Change: events.DynamoDBStreamRecord{
			ApproximateCreationDateTime: events.SecondsEpochTime{Time: at.Truncate(time.Second)},
			Keys:                        attributes(change.Keys),
			NewImage:                    attributes(change.NewImage),
			OldImage:                    attributes(change.OldImage),
			SequenceNumber:              aws.ToString(change.SequenceNumber),
			SizeBytes:                   aws.ToInt64(change.SizeBytes),
			StreamViewType:              string(change.StreamViewType),
		},
	}}
	if err := told.flatten(); err != nil {
		slog.Error("a record of the table's stream cannot be filtered", "record", told.event.EventID, "error", err)
	}
	return told
}

// flatten fills in what filters see.
func (r *record) flatten() error {
	text, err := json.Marshal(r.event)
	if err != nil {
		return fmt.Errorf("writing the record: %w", err)
	}
	return json.Unmarshal(text, &r.plain)
}

// region is the fourth part of an ARN.
func region(arn string) string {
	parts := strings.Split(arn, ":")
	return parts[min(3, len(parts)-1)]
}

func attributes(all map[string]types.AttributeValue) map[string]events.DynamoDBAttributeValue {
	if all == nil {
		return nil
	}
	out := make(map[string]events.DynamoDBAttributeValue, len(all))
	for name, value := range all {
		out[name] = attribute(value)
	}
	return out
}

func attribute(value types.AttributeValue) events.DynamoDBAttributeValue {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return events.NewStringAttribute(v.Value)
	case *types.AttributeValueMemberN:
		return events.NewNumberAttribute(v.Value)
	case *types.AttributeValueMemberB:
		return events.NewBinaryAttribute(v.Value)
	case *types.AttributeValueMemberBOOL:
		return events.NewBooleanAttribute(v.Value)
	case *types.AttributeValueMemberSS:
		return events.NewStringSetAttribute(v.Value)
	case *types.AttributeValueMemberNS:
		return events.NewNumberSetAttribute(v.Value)
	case *types.AttributeValueMemberBS:
		return events.NewBinarySetAttribute(v.Value)
	case *types.AttributeValueMemberM:
		return events.NewMapAttribute(attributes(v.Value))
	case *types.AttributeValueMemberL:
		list := make([]events.DynamoDBAttributeValue, 0, len(v.Value))
		for _, item := range v.Value {
			list = append(list, attribute(item))
		}
		return events.NewListAttribute(list)
	}
	return events.NewNullAttribute()
}
