package capacity

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func text(s string) Value { return Value{S: &s} }

func number(n string) Value { return Value{N: &n} }

// sized is an item of so many bytes.
func sized(bytes int) Item { return Item{"text": text(strings.Repeat("a", bytes-len("text")))} }

func TestAReadIsChargedByFourKB(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		bytes                int
		consistent, eventual float64
	}{
		{0, 1, 0.5}, {1, 1, 0.5}, {4096, 1, 0.5}, {4097, 2, 1}, {8192, 2, 1}, {400 << 10, 100, 50},
	} {
		if got := reading(c.bytes, true); got != c.consistent {
			t.Errorf("a consistent read of %d bytes: %v, want %v", c.bytes, got, c.consistent)
		}
		if got := reading(c.bytes, false); got != c.eventual {
			t.Errorf("another read of %d bytes: %v, want %v", c.bytes, got, c.eventual)
		}
	}
}

func TestAWriteIsChargedByTheLargerItem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		before, after Item
		want          float64
	}{
		{nil, nil, 1}, // a deletion of nothing
		{nil, sized(1024), 1},
		{nil, sized(1025), 2},
		{sized(3000), sized(100), 3},
		{sized(3000), nil, 3},
		{sized(100), sized(400 << 10), 400},
	} {
		if got := writing(c.before, c.after); got != c.want {
			t.Errorf("from %d to %d bytes: %v, want %v", c.before.Size(), c.after.Size(), got, c.want)
		}
	}
}

func TestAnItemIsAsLargeAsItsNamesAndValues(t *testing.T) {
	t.Parallel()
	yes := true
	for name, c := range map[string]struct {
		value Value
		want  int
	}{
		"text in UTF-8":      {text("架空"), 6},
		"empty text":         {text(""), 0},
		"bytes":              {Value{B: []byte{1, 2, 3}}, 3},
		"a truth":            {Value{BOOL: &yes}, 1},
		"null":               {Value{NULL: &yes}, 1},
		"zero":               {number("0"), 1},
		"one digit":          {number("7"), 2},
		"five digits":        {number("12345"), 4},
		"zeros at the end":   {number("12000"), 2},
		"a negative":         {number("-12"), 3},
		"a fraction":         {number("0.0012"), 2},
		"a set of texts":     {Value{SS: []string{"a", "bc"}}, 3},
		"an empty list":      {Value{L: []Value{}}, 3},
		"a list":             {Value{L: []Value{text("a"), text("bc")}}, 3 + 2 + 3},
		"a map":              {Value{M: map[string]Value{"ab": text("c")}}, 3 + 1 + 2 + 1},
		"a list in a map":    {Value{M: map[string]Value{"ab": {L: []Value{text("c")}}}}, 3 + 1 + 2 + (3 + 1 + 1)},
		"a number with an e": {number("1.5e10"), 2},
	} {
		if got := (Item{"name": c.value}).Size(); got != len("name")+c.want {
			t.Errorf("%s: %d bytes, want %d", name, got, len("name")+c.want)
		}
	}
}

// letters is a table with an index of what is on a list.
var letters = Schema{Key: []string{"pk"}, Indexes: []Index{{Key: []string{"list", "at"}}}}

// listed is an item on a list.
func listed(at string) Item {
	return Item{"pk": text("a"), "list": text("due"), "at": text(at), "text": text("words")}
}

func TestAnIndexIsChargedForWhatMovesInIt(t *testing.T) {
	t.Parallel()
	unlisted := Item{"pk": text("a"), "list": text("due")} // half a key is none
	reworded := listed("1")
	reworded["text"] = text("other words")
	for name, c := range map[string]struct {
		before, after Item
		want          float64
	}{
		"put":                       {nil, listed("1"), 1},
		"put on a list later":       {unlisted, listed("1"), 1},
		"taken off":                 {listed("1"), unlisted, 1},
		"deleted":                   {listed("1"), nil, 1},
		"moved":                     {listed("1"), listed("2"), 2},
		"left where it was":         {listed("1"), reworded, 0},
		"never listed":              {nil, unlisted, 0},
		"a condition did not hold":  {listed("1"), listed("1"), 0},
		"there was nothing, nor is": {nil, nil, 0},
	} {
		if got := letters.indexing(c.before, c.after); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// charge is what a request costs that finds the items of one state and leaves
// those of another.
func charge(t *testing.T, operation, body, answer string, before, after Item) Units {
	t.Helper()
	r, err := letters.Read(operation, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		r.Before(func(Item) (Item, error) { return before, nil }),
		r.After(func(Item) (Item, error) { return after, nil }),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	units, err := r.Charge([]byte(answer))
	if err != nil {
		t.Fatal(err)
	}
	return units
}

func TestATransactionIsChargedTwiceAndItsIndexOnce(t *testing.T) {
	t.Parallel()
	const put = `{"Item":{"pk":{"S":"a"},"list":{"S":"due"},"at":{"S":"1"},"text":{"S":"words"}}}`
	const one = `{"TransactItems":[{"Put":` + put + `}]}`
	if diff := cmp.Diff(Units{Write: 2 + 1}, charge(t, "TransactWriteItems", one, `{}`, nil, listed("1"))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Units{Write: 1 + 1}, charge(t, "PutItem", put, `{}`, nil, listed("1"))); diff != "" {
		t.Error(diff)
	}
	// Canceled, it is charged the same, but nothing moves in the index.
	if diff := cmp.Diff(Units{Write: 2}, charge(t, "TransactWriteItems", one, `{}`, nil, nil)); diff != "" {
		t.Error(diff)
	}
	// A condition on another item is charged as a write of that item.
	const check = `{"TransactItems":[{"Put":` + put + `},{"ConditionCheck":{"Key":{"pk":{"S":"b"}}}}]}`
	if diff := cmp.Diff(Units{Write: 2 + 2}, charge(t, "TransactWriteItems", check, `{}`, nil, nil)); diff != "" {
		t.Error(diff)
	}
	large := `{"TransactItems":[{"Put":{"Item":{"pk":{"S":"a"},"text":{"S":"` + strings.Repeat("a", 2000) + `"}}}}]}`
	if diff := cmp.Diff(Units{Write: 4}, charge(t, "TransactWriteItems", large, `{}`, nil, nil)); diff != "" {
		t.Error(diff)
	}
}

func TestReadsAreChargedByWhatTheyFind(t *testing.T) {
	t.Parallel()
	item := `{"pk":{"S":"` + strings.Repeat("a", 3000) + `"}}`
	for name, c := range map[string]struct {
		operation, body, answer string
		want                    float64
	}{
		"nothing":                   {"GetItem", `{"ConsistentRead":true}`, `{}`, 1},
		"one item":                  {"GetItem", `{}`, `{"Item":` + item + `}`, 0.5},
		"two together":              {"Query", `{}`, `{"Items":[` + item + `,` + item + `]}`, 1},
		"an empty list":             {"Query", `{}`, `{"Items":[]}`, 0.5},
		"two by themselves, of two": {"BatchGetItem", `{"RequestItems":{"t":{"Keys":[{},{}],"ConsistentRead":true}}}`, `{"Responses":{"t":[` + item + `,` + item + `]}}`, 2},
		"what it left out":          {"Query", `{"FilterExpression":"a = b"}`, `{"Items":[` + item + `],"ConsumedCapacity":{"CapacityUnits":7}}`, 7},
		"one by itself, of three":   {"BatchGetItem", `{"RequestItems":{"t":{"Keys":[{},{},{}],"ConsistentRead":true}}}`, `{"Responses":{"t":[` + item + `]}}`, 3},
	} {
		if diff := cmp.Diff(Units{Read: c.want}, charge(t, c.operation, c.body, c.answer, nil, nil)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestWhatCannotBeChargedIsRefused(t *testing.T) {
	t.Parallel()
	for operation, body := range map[string]string{
		"Scan": `{}`, "TransactGetItems": `{}`, "GetItem": `{"ProjectionExpression":"a"}`, "PutItem": `[`,
	} {
		if _, err := letters.Read(operation, []byte(body)); err == nil {
			t.Errorf("%s %s was read", operation, body)
		}
	}
	query, err := letters.Read("Query", []byte(`{"ProjectionExpression":"a"}`))
	if err != nil || string(query.Asking()) != `{"ProjectionExpression":"a","ReturnConsumedCapacity":"TOTAL"}` {
		t.Fatalf("it asks with %s, %v", query.Asking(), err)
	}
	if _, err := query.Charge([]byte(`{"Items":[]}`)); err == nil {
		t.Error("an answer was charged that does not say what was read")
	}
}
