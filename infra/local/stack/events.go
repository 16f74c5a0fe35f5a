package stack

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"livinglab/infra/local/ses"
	"livinglab/infra/local/stream"
)

// publish stands in for SNS: it has the events of a mail delivered, one after
// the other, to the functions that listen to the topics of its configuration
// set.
func (s *Stack) publish(at time.Time, set string, all []ses.Event) {
	type delivery struct {
		function string
		event    []byte
	}
	var deliveries []delivery
	for _, event := range all {
		for _, topic := range s.topics(set, event.Type) {
			message, err := notification(topic, event, at)
			if err != nil {
				slog.Error("an event of SES was not published", "error", err)
				continue
			}
			for _, f := range s.template.Functions {
				if slices.Contains(f.Topics, topic) {
					deliveries = append(deliveries, delivery{f.Name, message})
				}
			}
		}
	}
	if len(deliveries) == 0 {
		return
	}
	s.Scheduler.At(at, func(ctx context.Context) {
		for _, d := range deliveries {
			s.deliver(ctx, d.function, d.event)
		}
	})
}

// deliver hands an event to a function, three times if it has to, as Lambda does.
func (s *Stack) deliver(ctx context.Context, function string, event []byte) {
	for range 3 {
		_, err := s.Runtime.InvokeEvent(ctx, function, event)
		if err == nil || ctx.Err() != nil {
			return
		}
		slog.Warn("a function did not take an event", "function", function, "error", err)
	}
}

// openStream stands in for the event source mappings of Lambda: from now on the
// functions that listen to the table are told of what is written.
func (s *Stack) openStream(ctx context.Context) error {
	var sources []stream.Source
	for _, f := range s.template.Functions {
		for _, given := range f.Streams {
			if given.On {
				sources = append(sources, stream.Source{
					Name: given.Name, Function: f.Name, ARN: given.ARN, Patterns: given.Patterns,
					Batch: given.Batch, Retries: given.Retries, MaxAge: given.MaxAge,
				})
			}
		}
	}
	reading := dynamodbstreams.NewFromConfig(own(), func(o *dynamodbstreams.Options) { o.BaseEndpoint = &s.DynamoDB })
	opened, err := stream.Open(ctx, reading, s.Table, s.Clock, sources...)
	if err != nil {
		return err
	}
	opened.Invoke = s.Runtime.InvokeEvent
	s.Store.Wrote = opened.Wrote
	s.Scheduler.Hold, s.Scheduler.Settle = opened.Hold, opened.Settle
	s.stream = opened
	return nil
}

// topics are those that are told of events of a type.
func (s *Stack) topics(set, kind string) []string {
	var topics []string
	for _, c := range s.template.ConfigurationSets {
		if c.Name != set {
			continue
		}
		for _, d := range c.Destinations {
			if slices.Contains(d.Types, kind) {
				topics = append(topics, d.Topic)
			}
		}
	}
	return topics
}

// notification is what a function gets from SNS.
func notification(topic string, event ses.Event, at time.Time) ([]byte, error) {
	return json.Marshal(events.SNSEvent{Records: []events.SNSEventRecord{{
		EventVersion: "1.0", EventSource: "aws:sns", EventSubscriptionArn: topic + ":local",
		SNS: events.SNSEntity{
			Type: "Notification", MessageID: rand.Text(), TopicArn: topic,
			Subject: "Amazon SES Email Event Notification", Message: string(event.Message),
			Timestamp: at.UTC(), SignatureVersion: "1", MessageAttributes: map[string]any{},
		},
	}}})
}
