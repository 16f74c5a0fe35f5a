package madeup

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/survey"
)

// Item is one item of the table, as DynamoDB has it.
type Item map[string]types.AttributeValue

// Copies yields the items of a crowd, for writing many at a time: DynamoDB Local carries
// out some hundred transactions a second, and a person is ten of them. Each person is a copy
// of an original of the same arm as it lies in the table, with an id and answers of its own,
// and without the waves that this person did not answer.
//
// What lies outside of people's partitions is not copied: copies have no link and cannot
// apply again.
func (c Crowd) Copies(ctx context.Context, client *dynamodb.Client, name string, of []Original, e *experiment.Experiment, instruments survey.Set) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		items := map[Original][]Item{}
		arms := map[string][]Original{}
		for _, o := range of {
			found, err := partition(ctx, client, name, o.ID)
			if err != nil {
				yield(nil, err)
				return
			}
			items[o], arms[o.Arm] = found, append(arms[o.Arm], o)
		}
		n := 0
		for subject := range c.people(e, instruments) {
			o := arms[subject.Arm][n%len(arms[subject.Arm])]
			n++
			for _, item := range copies(items[o], o, subject) {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}

// partition reads all items of a person.
func partition(ctx context.Context, client *dynamodb.Client, name, person string) ([]Item, error) {
	pages := dynamodb.NewQueryPaginator(client, &dynamodb.QueryInput{
		TableName: &name, ConsistentRead: new(true), KeyConditionExpression: new("pk = :pk"),
		ExpressionAttributeValues: Item{":pk": &types.AttributeValueMemberS{Value: "person#" + person}},
	})
	var items []Item
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading a person's items: %w", err)
		}
		for _, item := range page.Items {
			items = append(items, item)
		}
	}
	return items, nil
}

// copies are an original's items as those of another person.
func copies(items []Item, o Original, s analysis.Subject) []Item {
	names := []string{o.ID, s.ID}
	for _, item := range items {
		if kind := text(item["sk"]); strings.HasPrefix(kind, "mail#") {
			names = append(names, text(item["id"]), mail.ID(mail.Kind(text(item["kind"])), s.ID, text(item["occasion"])))
		}
	}
	renamed := strings.NewReplacer(names...)
	var all []Item
	for _, item := range items {
		sk := text(item["sk"])
		wave, isResponse := strings.CutPrefix(sk, "response#")
		response, answered := s.Responses[wave]
		if isResponse && !answered {
			continue
		}
		item = copied(&types.AttributeValueMemberM{Value: item}, renamed).(*types.AttributeValueMemberM).Value
		switch {
		case isResponse:
			item["answers"] = answers(response.Answers)
		case sk == "surveys":
			for _, noted := range []string{"begun", "saved", "done"} {
				keepAnswered(item[noted], s)
			}
		}
		all = append(all, item)
	}
	return all
}

// copied is a value in which some words stand for others.
func copied(value types.AttributeValue, renamed *strings.Replacer) types.AttributeValue {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return &types.AttributeValueMemberS{Value: renamed.Replace(v.Value)}
	case *types.AttributeValueMemberL:
		list := make([]types.AttributeValue, len(v.Value))
		for n, one := range v.Value {
			list[n] = copied(one, renamed)
		}
		return &types.AttributeValueMemberL{Value: list}
	case *types.AttributeValueMemberM:
		object := make(map[string]types.AttributeValue, len(v.Value))
		for name, one := range v.Value {
			object[name] = copied(one, renamed)
		}
		return &types.AttributeValueMemberM{Value: object}
	}
	return value
}

func answers(given survey.Answers) types.AttributeValue {
	all := map[string]types.AttributeValue{}
	for id, values := range given {
		list := []types.AttributeValue{}
		for _, value := range values {
			list = append(list, &types.AttributeValueMemberS{Value: value})
		}
		all[id] = &types.AttributeValueMemberL{Value: list}
	}
	return &types.AttributeValueMemberM{Value: all}
}

// keepAnswered takes the waves out of a map by wave that a person did not answer.
func keepAnswered(byWave types.AttributeValue, s analysis.Subject) {
	if m, ok := byWave.(*types.AttributeValueMemberM); ok {
		for wave := range m.Value {
			if _, answered := s.Responses[wave]; !answered {
				delete(m.Value, wave)
			}
		}
	}
}

func text(value types.AttributeValue) string {
	if s, ok := value.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}
