package table

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// While a decision is on its way through AWS, its repetition may meet its own
// writes half: one item already written, another still in transaction.
func TestAConflictBesideAFailedConditionIsTriedAgain(t *testing.T) {
	t.Parallel()
	canceled := func(codes ...string) error {
		e := &types.TransactionCanceledException{}
		for _, code := range codes {
			e.CancellationReasons = append(e.CancellationReasons, types.CancellationReason{Code: aws.String(code)})
		}
		return reasonOf(e)
	}
	for _, c := range []struct {
		name    string
		err     error
		again   bool
		refused bool
	}{
		{"a failed condition", canceled("None", "ConditionalCheckFailed"), false, true},
		{"a conflict", canceled("TransactionConflict", "None"), true, false},
		{"both", canceled("TransactionConflict", "ConditionalCheckFailed"), true, false},
		{"both, the other way around", canceled("ConditionalCheckFailed", "TransactionConflict"), true, false},
		{"throttling", canceled("None", "ThrottlingError"), true, false},
		{"something else", canceled("None", "ValidationError"), false, false},
	} {
		_, refused := errors.AsType[*refusal](c.err)
		if again := errors.Is(c.err, errConflict); again != c.again || refused != c.refused {
			t.Errorf("%s: tried again %t, refused %t", c.name, again, refused)
		}
	}
}
