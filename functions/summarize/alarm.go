package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"livinglab/shared/table"
)

// hear notes what SNS tells of alarms. One bad record does not stop the rest; what failed
// is returned, so that it is delivered again.
func (h *handler) hear(ctx context.Context, records []events.SNSEventRecord) error {
	var problems []error
	for _, record := range records {
		if err := h.note(ctx, record.SNS); err != nil {
			problems = append(problems, fmt.Errorf("notification %q: %w", record.SNS.MessageID, err))
		}
	}
	return errors.Join(problems...)
}

// change is what CloudWatch publishes when an alarm changes its state.
type change struct {
	Alarm string `json:"AlarmName"`
	About string `json:"AlarmDescription"`
	State string `json:"NewStateValue"`
	At    string `json:"StateChangeTime"`
}

// The states of an alarm. One that has no data yet has not been anything.
const (
	ringing = "ALARM"
	over    = "OK"
)

// note notes the change of an alarm. Who has the rights may publish anything to the topic
// by hand: what is no change of an alarm would be none the next time either, and is dropped.
func (h *handler) note(ctx context.Context, n events.SNSEntity) error {
	c, ok := readChange(n.Message)
	if !ok {
		slog.WarnContext(ctx, "notification is of no alarm", "notification", n.MessageID)
		return nil
	}
	if c.State != ringing && c.State != over {
		return nil
	}
	at, err := time.Parse(changeLayout, c.At)
	if err != nil {
		at = n.Timestamp // some seconds after it
	}
	return h.table.NoteAlarm(ctx, table.Alarm{Name: nameInTemplate(c.Alarm), About: c.About, At: at, Rings: c.State == ringing})
}

// readChange reads the message of a notification, and reports whether it is of an alarm.
func readChange(message string) (c change, ok bool) {
	err := json.Unmarshal([]byte(message), &c)
	return c, err == nil && c.Alarm != "" && c.State != ""
}

// changeLayout is how CloudWatch writes when an alarm changed: 2020-11-02T09:00:00.000+0000.
const changeLayout = "2006-01-02T15:04:05.000-0700"

// generated is the name that CloudFormation gives: the stack's, the template's and letters
// that make it unique. Neither of the last two has a hyphen.
var generated = regexp.MustCompile(`^.+-([A-Za-z0-9]+)-[A-Za-z0-9]{8,}$`)

// nameInTemplate is what the template calls an alarm: the part of its name that staff find
// again. The name of any other alarm is kept.
func nameInTemplate(name string) string {
	if found := generated.FindStringSubmatch(name); found != nil {
		return found[1]
	}
	return name
}
