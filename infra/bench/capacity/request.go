package capacity

import (
	"encoding/json"
	"fmt"
)

// Request is a request to DynamoDB, as far as its charge depends on it.
type Request struct {
	Operation string

	schema Schema
	body   body
	writes []write
	asking []byte
}

// body is what the operations have in common and apart.
type body struct {
	Key, Item      Item
	ConsistentRead bool

	FilterExpression, ProjectionExpression string
	TransactItems                          []map[string]struct{ Key, Item Item } // by "Put", "Update", "Delete", "ConditionCheck"
	RequestItems                           map[string]struct {
		Keys           []Item
		ConsistentRead bool
	}
}

// write is one item that a request writes, or depends on in a transaction.
type write struct {
	key      Item
	item     Item // to be put; nil for an update, a deletion or a check
	wasThere Item // before the request
	isThere  Item // after it
}

// Read reads a request. It returns an error for an operation that it does not
// know how to charge.
func (s Schema) Read(operation string, text []byte) (*Request, error) {
	r := &Request{Operation: operation, schema: s}
	if err := json.Unmarshal(text, &r.body); err != nil {
		return nil, fmt.Errorf("reading a %s: %w", operation, err)
	}
	if r.body.FilterExpression != "" || r.body.ProjectionExpression != "" {
		if operation != "Query" {
			return nil, fmt.Errorf("the charge of a %s is not known: it reads more than it returns", operation)
		}
		var err error
		if r.asking, err = asking(text); err != nil {
			return nil, fmt.Errorf("reading a %s: %w", operation, err)
		}
	}
	switch operation {
	case "GetItem", "BatchGetItem", "Query":
	case "PutItem":
		r.writes = []write{{key: s.key(r.body.Item), item: r.body.Item}}
	case "UpdateItem", "DeleteItem":
		r.writes = []write{{key: r.body.Key}}
	case "TransactWriteItems":
		for _, one := range r.body.TransactItems {
			for _, w := range one {
				if w.Item != nil {
					w.Key = s.key(w.Item)
				}
				r.writes = append(r.writes, write{key: w.Key, item: w.Item})
			}
		}
	default:
		return nil, fmt.Errorf("the charge of a %s is not known", operation)
	}
	return r, nil
}

// asking is a request that asks for its charge, too.
func asking(text []byte) ([]byte, error) {
	body := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &body); err != nil {
		return nil, err
	}
	body["ReturnConsumedCapacity"] = json.RawMessage(`"TOTAL"`)
	return json.Marshal(body)
}

// Asking is the request as it is to be made instead, if what it returns does not tell what it
// reads: then the answer has to say it. It is nil for all others.
func (r *Request) Asking() []byte { return r.asking }

// Before reads the items that the request is going to write as they are: get
// returns the item under a key, nil if there is none.
func (r *Request) Before(get func(key Item) (Item, error)) error {
	for i := range r.writes {
		item, err := get(r.writes[i].key)
		if err != nil {
			return fmt.Errorf("reading an item before a %s: %w", r.Operation, err)
		}
		r.writes[i].wasThere = item
	}
	return nil
}

// After reads them again when the request has been carried out.
func (r *Request) After(get func(key Item) (Item, error)) error {
	for i := range r.writes {
		item, err := get(r.writes[i].key)
		if err != nil {
			return fmt.Errorf("reading an item after a %s: %w", r.Operation, err)
		}
		r.writes[i].isThere = item
	}
	return nil
}

// Charge is what the request costs. Answer is what DynamoDB said, which
// matters for reads.
func (r *Request) Charge(answer []byte) (Units, error) {
	if r.writes != nil {
		return r.writing(), nil
	}
	var said struct {
		Item      Item
		Items     []Item
		Responses map[string][]Item

		ConsumedCapacity *struct{ CapacityUnits float64 }
	}
	if err := json.Unmarshal(answer, &said); err != nil {
		return Units{}, fmt.Errorf("reading the answer to a %s: %w", r.Operation, err)
	}
	units := Units{}
	if r.asking != nil {
		if said.ConsumedCapacity == nil {
			return Units{}, fmt.Errorf("the answer to a %s does not say what it read", r.Operation)
		}
		units.Read = said.ConsumedCapacity.CapacityUnits
		return units, nil
	}
	switch r.Operation {
	case "GetItem":
		units.Read = reading(said.Item.Size(), r.body.ConsistentRead)
	case "Query": // all that it reads counts together
		size := 0
		for _, item := range said.Items {
			size += item.Size()
		}
		units.Read = reading(size, r.body.ConsistentRead)
	case "BatchGetItem": // each item counts by itself, one that is missing too
		for table, asked := range r.body.RequestItems {
			found := said.Responses[table]
			for _, item := range found {
				units.Read += reading(item.Size(), asked.ConsistentRead)
			}
			units.Read += float64(len(asked.Keys)-len(found)) * reading(0, asked.ConsistentRead)
		}
	}
	return units, nil
}

// writing is the charge of all writes. One that was not carried out is charged
// by what was there and what was to be put.
func (r *Request) writing() Units {
	units := Units{}
	for _, w := range r.writes {
		larger := w.isThere
		if w.item.Size() > larger.Size() {
			larger = w.item
		}
		each := writing(w.wasThere, larger)
		if r.Operation == "TransactWriteItems" {
			each *= transactional
		}
		units.Write += each + r.schema.indexing(w.wasThere, w.isThere)
	}
	return units
}
