// Package capacity computes what AWS charges for a request to DynamoDB, from
// the request, the items that it meets, and the published rules:
//
//   - an item is as large as its attributes' names and values;
//   - a write costs a unit for each KB begun of the larger of the item before and
//     after, a consistent read one for each 4 KB begun, any other read half of it;
//   - a transaction writes (and reads) twice: once to prepare, once to commit. A
//     condition on an item that it does not change is charged as a write;
//   - a transaction that is canceled, and a write whose condition fails, are charged
//     as if they had been carried out;
//   - an index is charged for each entry that is put or removed, so twice for one
//     that moves, and once also for a transaction, which it follows afterwards.
//
// DynamoDB Local is not asked: it charges transactions once.
package capacity

import (
	"strings"
	"unicode/utf8"
)

// Item is an item as it goes over the wire.
type Item map[string]Value

// Value is the value of an attribute as it goes over the wire: one field is set.
type Value struct {
	S    *string          `json:",omitempty"`
	N    *string          `json:",omitempty"`
	B    []byte           `json:",omitempty"`
	BOOL *bool            `json:",omitempty"`
	NULL *bool            `json:",omitempty"`
	M    map[string]Value `json:",omitempty"`
	L    []Value          `json:",omitempty"`
	SS   []string         `json:",omitempty"`
	NS   []string         `json:",omitempty"`
	BS   [][]byte         `json:",omitempty"`
}

// Size is the size of the item in bytes; 0 for none.
func (i Item) Size() int {
	size := 0
	for name, value := range i {
		size += len(name) + value.size()
	}
	return size
}

func (v Value) size() int {
	size := len(v.B)
	switch {
	case v.S != nil:
		return len(*v.S)
	case v.N != nil:
		return numberSize(*v.N)
	case v.BOOL != nil, v.NULL != nil:
		return 1
	case v.M != nil:
		size = 3
		for name, element := range v.M {
			size += 1 + len(name) + element.size()
		}
	case v.L != nil:
		size = 3
		for _, element := range v.L {
			size += 1 + element.size()
		}
	}
	for _, s := range v.SS {
		size += len(s)
	}
	for _, n := range v.NS {
		size += numberSize(n)
	}
	for _, b := range v.BS {
		size += len(b)
	}
	return size
}

// numberSize is one byte for two significant digits, and one more. Zeros at
// either end are not significant.
func numberSize(n string) int {
	mantissa, _, _ := strings.Cut(strings.ToLower(n), "e")
	digits := strings.Trim(strings.Replace(strings.TrimLeft(mantissa, "+-"), ".", "", 1), "0")
	size := (utf8.RuneCountInString(digits)+1)/2 + 1
	if strings.HasPrefix(n, "-") {
		size++
	}
	return size
}
