package tabletest_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"livinglab/shared/table/tabletest"
)

func TestATableIsTheTemplatesOwn(t *testing.T) {
	t.Parallel()
	env := tabletest.Streaming(t)
	out, err := env.Client(t).DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &env.Name})
	if err != nil {
		t.Fatal(err)
	}
	keys := func(schema []types.KeySchemaElement) (names []string) {
		for _, k := range schema {
			names = append(names, aws.ToString(k.AttributeName)+" "+string(k.KeyType))
		}
		return names
	}
	if diff := cmp.Diff([]string{"pk HASH", "sk RANGE"}, keys(out.Table.KeySchema)); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	if len(out.Table.GlobalSecondaryIndexes) != 1 {
		t.Fatalf("the table has %d indexes", len(out.Table.GlobalSecondaryIndexes))
	}
	index := out.Table.GlobalSecondaryIndexes[0]
	if diff := cmp.Diff([]string{"list HASH", "at RANGE"}, keys(index.KeySchema)); diff != "" {
		t.Errorf("keys of the index (-want +got):\n%s", diff)
	}
	if aws.ToString(index.IndexName) != "lists" || index.Projection.ProjectionType != types.ProjectionTypeKeysOnly {
		t.Errorf("the index is %s with %s", aws.ToString(index.IndexName), index.Projection.ProjectionType)
	}
	if out.Table.StreamSpecification == nil || out.Table.StreamSpecification.StreamViewType != types.StreamViewTypeKeysOnly {
		t.Errorf("the stream is %+v", out.Table.StreamSpecification)
	}
}

func TestTablesAreSeparate(t *testing.T) {
	t.Parallel()
	one, other := tabletest.New(t), tabletest.New(t)
	item := map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "a"}, "sk": &types.AttributeValueMemberS{Value: "b"}}
	if _, err := one.Client(t).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &one.Name, Item: item}); err != nil {
		t.Fatal(err)
	}
	if n, m := len(one.Items(t)), len(other.Items(t)); n != 1 || m != 0 {
		t.Errorf("one table holds %d items, the other %d", n, m)
	}
}

// What was changed or deleted since the moment is as it was, and what came is gone, also
// where it is more than DynamoDB writes at once.
func TestATableIsTakenBackToAMoment(t *testing.T) {
	t.Parallel()
	env := tabletest.New(t)
	c := env.Client(t)
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	put := func(sk, value string) {
		t.Helper()
		item := map[string]types.AttributeValue{"pk": text("a"), "sk": text(sk), "value": text(value)}
		if _, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &env.Name, Item: item}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 30 {
		put(fmt.Sprintf("kept %02d", i), "before")
	}
	before, moment := env.Items(t), env.Moment(t)
	for i := range 30 {
		put(fmt.Sprintf("new %02d", i), "after")
	}
	put("kept 00", "after")
	key := map[string]types.AttributeValue{"pk": text("a"), "sk": text("kept 29")}
	if _, err := c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &env.Name, Key: key}); err != nil {
		t.Fatal(err)
	}
	env.Rewind(t, moment)
	if diff := cmp.Diff(before, env.Items(t)); diff != "" {
		t.Errorf("(-at the moment +now):\n%s", diff)
	}
}
