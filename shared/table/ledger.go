package table

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The transitions of a mail. Each is one conditional update, bound to the state
// and the attempt that it was decided on, and recognizes itself when the answer
// to it was lost.

// Claim is one attempt's hold on a mail.
type Claim struct {
	ID      string  // of the attempt, random
	To      string  // the address that the message goes to, in its comparable form
	Grants  []Grant // what the links in the message open, if there are any
	Subject string
	Text    string // as rendered, secrets blanked
	Now     time.Time
}

// Lease is how long an attempt may take. A sender has less time than this, so
// an attempt that has not reported by then is dead.
const Lease = 2 * time.Minute

// ErrTaken means that a mail is no longer as it was read: another sender has
// it, or it has ended.
var ErrTaken = errors.New("the mail has been taken")

// ClaimMail takes a pending mail for one attempt: the last thing before the
// wire. It returns the mail as claimed, or ErrTaken.
func (t *Table) ClaimMail(ctx context.Context, m Mail, c Claim) (Mail, error) {
	now := At(c.Now)
	m.State, m.Claim, m.Lease = Sending, c.ID, At(c.Now.Add(Lease))
	m.Attempt++
	m.Subject, m.Text = c.Subject, c.Text
	m.entry = dueEntry(m, m.Lease)

	change := `SET #status = :sending, #claim = :claim, #lease = :lease, #attempt = :attempt,
		#subject = :subject, #text = :text, #list = :list, #at = :at`
	v := values{
		":sending": Sending, ":pending": Pending, ":claim": c.ID, ":lease": m.Lease, ":attempt": m.Attempt,
		":subject": c.Subject, ":text": c.Text, ":list": m.List, ":at": m.At,
		":now": now, ":before": m.Attempt - 1, ":to": &types.AttributeValueMemberSS{Value: []string{digest(c.To)}},
	}
	if len(c.Grants) > 0 {
		grants := slices.Clone(c.Grants)
		for i := range grants {
			grants[i].Claim, grants[i].To = c.ID, digest(c.To)
		}
		m.Links = slices.Concat(m.Links, grants)
		change += ", #links = list_append(if_not_exists(#links, :none), :granted)"
		v[":none"], v[":granted"] = []Grant{}, grants
	}
	old, err := t.change(ctx, m.Key, change+" ADD #sentTo :to",
		`#status = :pending AND #due <= :now AND #attempt = :before
		AND (attribute_not_exists(#notAfter) OR #notAfter > :now)`, v)
	if errors.Is(err, errCondition) {
		// An update whose answer was lost is repeated, and then meets its own claim.
		if old.State == Sending && old.Claim == c.ID {
			return m, nil
		}
		return Mail{}, ErrTaken
	}
	if err != nil {
		return Mail{}, fmt.Errorf("claiming mail %s: %w", m.ID, err)
	}
	return m, nil
}

// Accept records that SES has accepted the claimed attempt. It holds even if
// the attempt has meanwhile been given up for unknown.
func (t *Table) Accept(ctx context.Context, m Mail, messageID string, now time.Time) error {
	e := endedEntry(m, Sent, At(now))
	return t.settle(ctx, m, `SET #status = :to, #sent = :now, #list = :list, #at = :at REMOVE #reason ADD #messages :message`,
		values{
			":to": Sent, ":now": At(now), ":list": e.List, ":at": e.At,
			":message": &types.AttributeValueMemberSS{Value: []string{messageID}},
		}, Sending, Unknown, Sent)
}

// Requeue puts the claimed attempt back: SES has certainly not taken it, which
// holds even if the attempt has meanwhile been given up for unknown. It does not
// count, and its links were never handed out.
func (t *Table) Requeue(ctx context.Context, m Mail, due time.Time, reason string) error {
	e := dueEntry(m, At(due))
	links := slices.DeleteFunc(slices.Clone(m.Links), func(g Grant) bool { return g.Claim == m.Claim })
	return t.settle(ctx, m, `SET #status = :to, #due = :due, #attempt = :attempt, #links = :links, #reason = :reason, #list = :list, #at = :at`,
		values{":to": Pending, ":due": At(due), ":attempt": m.Attempt - 1, ":links": links, ":reason": reason, ":list": e.List, ":at": e.At}, Sending, Unknown)
}

// Fail ends the claimed attempt: SES refuses the message for what it is, which
// holds even if the attempt has meanwhile been given up for unknown.
func (t *Table) Fail(ctx context.Context, m Mail, reason string, now time.Time) error {
	e := endedEntry(m, Failed, At(now))
	return t.settle(ctx, m, `SET #status = :to, #reason = :reason, #list = :list, #at = :at`,
		values{":to": Failed, ":reason": reason, ":list": e.List, ":at": e.At}, Sending, Unknown)
}

// Doubt gives the claimed attempt up: SES may have accepted it or not.
func (t *Table) Doubt(ctx context.Context, m Mail, reason string, now time.Time) error {
	e := unknownEntry(m, At(now))
	return t.settle(ctx, m, `SET #status = :to, #reason = :reason, #list = :list, #at = :at`,
		values{":to": Unknown, ":reason": reason, ":list": e.List, ":at": e.At}, Sending)
}

// End closes a pending mail that is not going to be sent: it is no longer
// wanted, too late, suppressed, or cannot be written.
func (t *Table) End(ctx context.Context, m Mail, state State, reason string, now time.Time) error {
	e := endedEntry(m, state, At(now))
	_, err := t.change(ctx, m.Key, `SET #status = :to, #reason = :reason, #list = :list, #at = :at`,
		`#status = :pending AND #attempt = :attempt`,
		values{":to": state, ":reason": reason, ":list": e.List, ":at": e.At, ":pending": Pending, ":attempt": m.Attempt})
	if errors.Is(err, errCondition) {
		return ErrTaken
	}
	if err != nil {
		return fmt.Errorf("ending mail %s: %w", m.ID, err)
	}
	return nil
}

// settle writes the outcome of an attempt, on the condition that the mail is
// still that attempt's and in one of the states. What it finds settled by
// itself before is settled; otherwise it returns ErrTaken.
func (t *Table) settle(ctx context.Context, m Mail, change string, v values, from ...State) error {
	v[":claim"] = m.Claim
	names := make([]string, len(from))
	for i, state := range from {
		names[i] = fmt.Sprintf(":from%d", i)
		v[names[i]] = state
	}
	condition := "#claim = :claim AND #status IN (" + strings.Join(names, ", ") + ")"
	old, err := t.change(ctx, m.Key, change, condition, v)
	if errors.Is(err, errCondition) {
		if m.Claim != "" && old.Claim == m.Claim && old.State == v[":to"] {
			return nil
		}
		return ErrTaken
	}
	if err != nil {
		return fmt.Errorf("settling mail %s: %w", m.ID, err)
	}
	return nil
}

// errCondition is the failed condition of a change to one mail.
var errCondition = errors.New("condition does not hold")

// change updates a mail on a condition. If that does not hold it returns the
// mail as it is and errCondition.
func (t *Table) change(ctx context.Context, key Key, change, condition string, v values) (Mail, error) {
	encoded, err := encodeValues(v)
	if err != nil {
		return Mail{}, err
	}
	var old Mail
	err = t.decide(ctx, func() error {
		_, err := t.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &t.name, Key: key.attributes(),
			UpdateExpression: &change, ConditionExpression: &condition,
			ExpressionAttributeNames: names(change, condition), ExpressionAttributeValues: encoded,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}, withoutRetries)
		if failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
			return errors.Join(errCondition, decode(failed.Item, &old))
		}
		if err != nil {
			return unsettled(err)
		}
		return nil
	})
	return old, err
}
