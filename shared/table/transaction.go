package table

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"regexp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// values are the placeholders of an expression: ":name" to any value that can
// be stored. Attributes stand in expressions as "#name", because DynamoDB
// reserves hundreds of words, "status" and "until" among them; "#name" among the
// values is what stands for an attribute of another name, as the key of a map.
type values map[string]any

// transaction is one decision under construction. Its methods return the
// position of the write, by which a failed condition is told.
type transaction struct {
	table  *Table
	writes []types.TransactWriteItem
	err    error // of encoding, reported by commit
}

func (t *Table) begin() *transaction { return &transaction{table: t} }

// put writes a whole item, on a condition if there is one.
func (x *transaction) put(item any, condition string, v values) int {
	attributes, err := attributevalue.MarshalMap(item)
	x.err = errors.Join(x.err, err)
	return x.add(types.TransactWriteItem{Put: &types.Put{
		TableName: &x.table.name, Item: attributes,
		ConditionExpression: optional(condition), ExpressionAttributeNames: v.names(condition), ExpressionAttributeValues: x.encode(v),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}})
}

// update changes attributes of an item on a condition.
func (x *transaction) update(key Key, change, condition string, v values) int {
	return x.add(types.TransactWriteItem{Update: &types.Update{
		TableName: &x.table.name, Key: key.attributes(), UpdateExpression: &change,
		ConditionExpression: optional(condition), ExpressionAttributeNames: v.names(change, condition), ExpressionAttributeValues: x.encode(v),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}})
}

// remove deletes an item on a condition.
func (x *transaction) remove(key Key, condition string, v values) {
	x.add(types.TransactWriteItem{Delete: &types.Delete{
		TableName: &x.table.name, Key: key.attributes(),
		ConditionExpression: optional(condition), ExpressionAttributeNames: v.names(condition), ExpressionAttributeValues: x.encode(v),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}})
}

// check makes the decision depend on an item that it does not change.
func (x *transaction) check(key Key, condition string, v values) int {
	return x.add(types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &x.table.name, Key: key.attributes(),
		ConditionExpression: &condition, ExpressionAttributeNames: v.names(condition), ExpressionAttributeValues: x.encode(v),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}})
}

func (x *transaction) add(write types.TransactWriteItem) int {
	x.writes = append(x.writes, write)
	return len(x.writes) - 1
}

func (x *transaction) encode(v values) map[string]types.AttributeValue {
	encoded, err := encodeValues(v)
	x.err = errors.Join(x.err, err)
	return encoded
}

// refusal says which conditions of a transaction did not hold, and what the
// items were instead.
type refusal struct {
	items map[int]map[string]types.AttributeValue // by position; nil for no item
}

func (r *refusal) Error() string { return fmt.Sprintf("%d conditions do not hold", len(r.items)) }

// at returns what stood where the condition of a write did not hold.
func (r *refusal) at(position int) (map[string]types.AttributeValue, bool) {
	item, failed := r.items[position]
	return item, failed
}

// unexplained is a refusal for a condition that a decision did not reckon with:
// what it was decided on has changed, and it has to look again.
func unexplained(r *refusal) error { return fmt.Errorf("%w: %w", errConflict, r) }

var (
	// errConflict is a transaction that met another one, or throttling: nothing was
	// written, and the same may be tried again.
	errConflict = errors.New("transaction conflict")
	// errNoAnswer is a transaction of which the table did not say what became of it.
	errNoAnswer = errors.New("no answer")
)

// commit writes everything or nothing. It returns a *refusal if a condition
// does not hold and errConflict if the transaction met another one.
func (x *transaction) commit(ctx context.Context) error {
	if x.err != nil {
		return fmt.Errorf("encoding a transaction: %w", x.err)
	}
	_, err := x.table.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: x.writes}, withoutRetries)
	if err == nil {
		return nil
	}
	if canceled, ok := errors.AsType[*types.TransactionCanceledException](err); ok {
		return reasonOf(canceled)
	}
	return fmt.Errorf("committing a transaction: %w", unsettled(err))
}

// unsettled marks the errors of a write after which the same may be tried again:
// with errConflict if it met another one or throttling, with errNoAnswer if the
// table did not say what became of it.
func unsettled(err error) error {
	api, ok := errors.AsType[smithy.APIError](err)
	switch {
	case !ok || api.ErrorFault() == smithy.FaultServer:
		return fmt.Errorf("%w: %w", errNoAnswer, err)
	case isThrottle(api.ErrorCode()), api.ErrorCode() == "TransactionConflictException":
		return fmt.Errorf("%w: %w", errConflict, err)
	}
	return err
}

// withoutRetries leaves repeating to decide, which knows what a lost answer means.
func withoutRetries(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }

// reasonOf tells failed conditions from conflicts. A conflict comes first: the
// other transaction may be this very decision, on its way, and what the conditions
// found is not yet all of what it writes.
func reasonOf(canceled *types.TransactionCanceledException) error {
	failed := &refusal{items: map[int]map[string]types.AttributeValue{}}
	again := false
	for i, reason := range canceled.CancellationReasons {
		switch code := aws.ToString(reason.Code); {
		case code == "ConditionalCheckFailed":
			failed.items[i] = reason.Item
		case code == "TransactionConflict" || isThrottle(code):
			again = true
		}
	}
	switch {
	case again:
		return fmt.Errorf("%w: %w", errConflict, canceled)
	case len(failed.items) > 0:
		return failed
	}
	return fmt.Errorf("committing a transaction: %w", canceled)
}

func isThrottle(code string) bool {
	switch code {
	case "ThrottlingError", "ThrottlingException", "ProvisionedThroughputExceeded",
		"ProvisionedThroughputExceededException", "RequestLimitExceeded", "TransactionInProgressException":
		return true
	}
	return false
}

// decide runs one decision until it is taken or refused. What met a conflict or
// throttling is tried again, maxTries times at the most, then it is ErrBusy.
// What lost its answer is tried again too, because every decision recognizes
// itself when it finds itself taken; if it stays without an answer, it is
// ErrUncertain.
func (t *Table) decide(ctx context.Context, try func() error) error {
	return t.decideWith(ctx, ordinary, try)
}

// effort is how hard a decision is tried.
type effort struct {
	tries      int           // at most, if it meets conflicts
	unanswered int           // tries without an answer, at most
	wait       time.Duration // the longest before the second try; it doubles
}

var (
	// ordinary spreads twenty posts of one form and stays under a second and a half.
	ordinary = effort{tries: maxTries, unanswered: 3, wait: 20 * time.Millisecond}
	// crowded is for what many people decide on at once, the seats of a briefing: of
	// fifty at once, each meets the others until its turn comes. Eight ordinary tries
	// let 19 of 50 through on DynamoDB Local; with these, nobody is turned away there
	// unless it is slow. They take up to twenty seconds.
	crowded = effort{tries: 20, unanswered: 5, wait: 80 * time.Millisecond}
)

// longestWait is where the doubling ends.
const longestWait = 2500 * time.Millisecond

// backoff is how long to wait before try n (1, 2, …): full jitter.
func (e effort) backoff(n int) time.Duration {
	return time.Millisecond + rand.N(min(longestWait, e.wait<<(n-1)))
}

func (t *Table) decideWith(ctx context.Context, e effort, try func() error) error {
	uncertain, unanswered := false, 0
	for n := 1; ; n++ {
		err := try()
		conflict, noAnswer := errors.Is(err, errConflict), errors.Is(err, errNoAnswer)
		uncertain = uncertain || noAnswer && !neverLeft(err)
		if !conflict && !noAnswer {
			return err
		}
		if noAnswer {
			unanswered++
		}
		if again := conflict && n < e.tries || noAnswer && unanswered < e.unanswered; again && t.wait(ctx, e.backoff(n)) == nil {
			continue
		}
		if uncertain {
			return fmt.Errorf("%w: %w", ErrUncertain, err)
		}
		return fmt.Errorf("%w: %w", ErrBusy, err)
	}
}

// neverLeft reports whether a request failed before there was a connection.
func neverLeft(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// encodeValues returns the values as DynamoDB takes them; nil for none.
func encodeValues(v values) (map[string]types.AttributeValue, error) {
	if len(v) == 0 {
		return nil, nil
	}
	encoded := make(map[string]types.AttributeValue, len(v))
	for name, value := range v {
		if name[0] == '#' {
			continue
		}
		attribute, ready := value.(types.AttributeValue)
		if !ready {
			var err error
			if attribute, err = attributevalue.Marshal(value); err != nil {
				return nil, fmt.Errorf("encoding %s: %w", name, err)
			}
		}
		encoded[name] = attribute
	}
	return encoded, nil
}

// names resolves every "#name" of the expressions to the attribute "name".
func names(expressions ...string) map[string]string { return values(nil).names(expressions...) }

// names does so, but for what the values name otherwise.
func (v values) names(expressions ...string) map[string]string {
	var found map[string]string
	for _, expression := range expressions {
		for _, placeholder := range placeholders.FindAllString(expression, -1) {
			if found == nil {
				found = make(map[string]string)
			}
			found[placeholder] = placeholder[1:]
			if name, other := v[placeholder].(string); other {
				found[placeholder] = name
			}
		}
	}
	return found
}

var placeholders = regexp.MustCompile(`#[a-zA-Z][a-zA-Z0-9]*`)

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
