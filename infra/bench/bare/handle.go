package main

import (
	"context"
	"crypto/rand"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	sestypes "github.com/aws/aws-sdk-go-v2/service/ses/types"
)

func (b *bare) page(ctx context.Context, _ events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	if err := b.read(ctx, 1); err != nil {
		return events.APIGatewayV2HTTPResponse{}, err
	}
	return events.APIGatewayV2HTTPResponse{StatusCode: 200, Body: "Hello."}, nil
}

func (b *bare) save(ctx context.Context, _ events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	if err := b.read(ctx, 1); err != nil {
		return events.APIGatewayV2HTTPResponse{}, err
	}
	var writes []dynamodbtypes.TransactWriteItem
	for _, name := range []string{"response", "surveys"} {
		writes = append(writes, dynamodbtypes.TransactWriteItem{Update: &dynamodbtypes.Update{
			TableName: &b.table, Key: key("bare", name), UpdateExpression: aws.String("SET #text = :text"),
			ExpressionAttributeNames:  map[string]string{"#text": "text"},
			ExpressionAttributeValues: map[string]dynamodbtypes.AttributeValue{":text": text("a few words")},
		}})
	}
	if _, err := b.store.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: writes}); err != nil {
		return events.APIGatewayV2HTTPResponse{}, err
	}
	return events.APIGatewayV2HTTPResponse{StatusCode: 200, Body: "Saved."}, nil
}

func (b *bare) application(ctx context.Context, _ events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	id := rand.Text()
	var writes []dynamodbtypes.TransactWriteItem
	for n := range 5 {
		item := key(id, strconv.Itoa(n))
		item["text"] = text("a few words")
		writes = append(writes, dynamodbtypes.TransactWriteItem{Put: &dynamodbtypes.Put{
			TableName: &b.table, Item: item, ConditionExpression: aws.String("attribute_not_exists(pk)"),
		}})
	}
	if _, err := b.store.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: writes}); err != nil {
		return events.APIGatewayV2HTTPResponse{}, err
	}
	return events.APIGatewayV2HTTPResponse{StatusCode: 201, Body: id}, nil
}

func (b *bare) mail(ctx context.Context, _ map[string]string) error {
	_, err := b.store.GetItem(ctx, &dynamodb.GetItemInput{TableName: &b.table, Key: key("bare", "switch"), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return err
	}
	return b.send(ctx, short)
}

// tick makes the calls of a tick that sends one mail, in their order: the switch
// with the settings and seats, the lists, the quota, and those of the mail.
func (b *bare) tick(ctx context.Context, _ map[string]string) error {
	if err := b.read(ctx, 4); err != nil {
		return err
	}
	for n := range 4 {
		_, err := b.store.Query(ctx, &dynamodb.QueryInput{
			TableName: &b.table, IndexName: aws.String("lists"), KeyConditionExpression: aws.String("#list = :list"),
			ExpressionAttributeNames:  map[string]string{"#list": "list"},
			ExpressionAttributeValues: map[string]dynamodbtypes.AttributeValue{":list": text("bare#" + strconv.Itoa(n))},
		})
		if err != nil {
			return err
		}
	}
	if _, err := b.mailer.GetSendQuota(ctx, &ses.GetSendQuotaInput{}); err != nil {
		return err
	}
	return b.deliver(ctx, short)
}

// work is so many mails of so many bytes.
type work struct{ Mails, Bytes int }

// message is as long as the work says. Its lines are as long as those of a mail.
func (w work) message() string {
	const line = "A few words, and then some more, until the line is as long as it is.\r\n"
	text := strings.Builder{}
	text.WriteString(short)
	for text.Len() < w.Bytes {
		text.WriteString(line)
	}
	return text.String()
}

// writes makes one write and hands one mail over, for each mail.
func (b *bare) writes(ctx context.Context, w work) error {
	message := w.message()
	for range w.Mails {
		if err := b.update(ctx); err != nil {
			return err
		}
		if err := b.send(ctx, message); err != nil {
			return err
		}
	}
	return nil
}

// calls makes the calls that remind makes for each mail.
func (b *bare) calls(ctx context.Context, w work) error {
	message := w.message()
	for range w.Mails {
		if err := b.deliver(ctx, message); err != nil {
			return err
		}
	}
	return nil
}

// deliver makes the calls of one mail, in their order: the mail with its person,
// application, registration and settings, the claim, the mail handed over, and the
// outcome.
func (b *bare) deliver(ctx context.Context, message string) error {
	if err := b.read(ctx, 5); err != nil {
		return err
	}
	if err := b.update(ctx); err != nil {
		return err
	}
	if err := b.send(ctx, message); err != nil {
		return err
	}
	return b.update(ctx)
}

// read asks for so many items by one request.
func (b *bare) read(ctx context.Context, items int) error {
	keys := make([]map[string]dynamodbtypes.AttributeValue, items)
	for n := range items {
		keys[n] = key("bare", strconv.Itoa(n))
	}
	_, err := b.store.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]dynamodbtypes.KeysAndAttributes{
		b.table: {Keys: keys, ConsistentRead: aws.Bool(true)},
	}})
	return err
}

func (b *bare) update(ctx context.Context) error {
	_, err := b.store.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &b.table, Key: key("bare", "mail"), UpdateExpression: aws.String("SET #text = :text"),
		ExpressionAttributeNames:  map[string]string{"#text": "text"},
		ExpressionAttributeValues: map[string]dynamodbtypes.AttributeValue{":text": text("a few words")},
	})
	return err
}

const short = "Subject: bare\r\n\r\nA few words.\r\n"

func (b *bare) send(ctx context.Context, message string) error {
	_, err := b.mailer.SendRawEmail(ctx, &ses.SendRawEmailInput{
		Destinations: []string{"bare@lab.example"},
		RawMessage:   &sestypes.RawMessage{Data: []byte(message)},
	})
	return err
}

func key(pk, sk string) map[string]dynamodbtypes.AttributeValue {
	return map[string]dynamodbtypes.AttributeValue{"pk": text("bare#" + pk), "sk": text(sk)}
}

func text(s string) dynamodbtypes.AttributeValue {
	return &dynamodbtypes.AttributeValueMemberS{Value: s}
}
