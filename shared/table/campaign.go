package table

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"livinglab/shared/locale"
	"livinglab/shared/mail"
)

// Campaign is the planning of one mail to many people, and how far it has got.
// The mails themselves are in the ledger; this spares a tick from looking through
// everybody again.
type Campaign struct {
	Key
	Experiment string  `dynamodbav:"experiment"`
	ID         string  `dynamodbav:"id"`               // what is planned, and for which occasion
	Cursor     string  `dynamodbav:"cursor,omitempty"` // whom it has reached
	Planned    int     `dynamodbav:"planned"`          // mails
	Started    Instant `dynamodbav:"started"`
	Done       Instant `dynamodbav:"done,omitempty"`
}

// Campaigns reads campaigns by their ids, consistently; one that has not begun is
// without Started.
func (t *Table) Campaigns(ctx context.Context, experiment string, ids ...string) (map[string]Campaign, error) {
	keys := make([]Key, len(ids))
	for i, id := range ids {
		keys[i] = campaignKey(experiment, id)
	}
	found := make(map[string]Campaign, len(ids))
	if len(keys) == 0 {
		return found, nil
	}
	items, err := t.read(ctx, keys...)
	if err != nil {
		return nil, fmt.Errorf("reading campaigns: %w", err)
	}
	for i, id := range ids {
		c := Campaign{Key: keys[i], Experiment: experiment, ID: id}
		if err := decode(items[i], &c); err != nil && !errors.Is(err, ErrNotFound) {
			return nil, err
		}
		found[id] = c
	}
	return found, nil
}

// SaveCampaign stores how far a campaign has got. One that is done stays so: ticks
// may overlap, and the slower one has nothing to add.
func (t *Table) SaveCampaign(ctx context.Context, c Campaign) error {
	if err := t.putIf(ctx, c, "attribute_not_exists(#done)"); err != nil && !errors.Is(err, errCondition) {
		return fmt.Errorf("saving a campaign: %w", err)
	}
	return nil
}

// Plan is a mail that should exist.
type Plan struct {
	Person     string
	Experiment string
	Lang       locale.Lang
	Kind       mail.Kind
	Occasion   string
	Due        time.Time
	NotAfter   time.Time // from when on it is of no use; zero for never
}

// PlanMail writes a mail that should exist, once. It returns when it was first planned,
// by this call or an earlier one, and whether it is new.
func (t *Table) PlanMail(ctx context.Context, p Plan, now time.Time) (planned Instant, fresh bool, err error) {
	m := newMail(Person{ID: p.Person, Experiment: p.Experiment, Lang: p.Lang}, p.Kind, p.Occasion, At(p.Due))
	m.Created, m.NotAfter = At(now), At(p.NotAfter)
	err = t.putIf(ctx, m, isNew)
	if met, stands := errors.AsType[*standing](err); stands {
		return Instant(text(met.item["created"])), false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("planning mail %s: %w", m.ID, err)
	}
	return m.Created, true, nil
}

// standing is the errCondition of a put: what stands there instead.
type standing struct {
	item map[string]types.AttributeValue
}

func (*standing) Error() string        { return errCondition.Error() }
func (*standing) Is(target error) bool { return target == errCondition }

// putIf writes a whole item on a condition; a [standing] if that does not hold.
func (t *Table) putIf(ctx context.Context, item any, condition string) error {
	attributes, err := attributevalue.MarshalMap(item)
	if err != nil {
		return fmt.Errorf("encoding an item: %w", err)
	}
	return t.decide(ctx, func() error {
		_, err := t.client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: &t.name, Item: attributes,
			ConditionExpression: &condition, ExpressionAttributeNames: names(condition),
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}, withoutRetries)
		if failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
			return &standing{failed.Item}
		}
		if err != nil {
			return unsettled(err)
		}
		return nil
	})
}
