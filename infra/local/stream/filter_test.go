package stream

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestAFilterLetsPassWhatLambdasWould(t *testing.T) {
	t.Parallel()
	const text = `{"eventName": "INSERT", "dynamodb": {
		"ApproximateCreationDateTime": 1604275200,
		"Keys": {"pk": {"S": "person#1"}, "sk": {"S": "mail#2"}},
		"NewImage": {"tags": {"SS": ["a", "b"]}, "gone": {"NULL": true}, "list": {"L": [{"S": "x"}]}, "empty": {"S": ""}}
	}}`
	var r map[string]any
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	for pattern, want := range map[string]bool{
		`{"eventName":["INSERT"],"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"mail#"}]}}}}`: true,
		`{"eventName":["MODIFY"],"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"mail#"}]}}}}`: false,
		`{"eventName":["INSERT"],"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"seat#"}]}}}}`: false,
		`{"eventName":["MODIFY","INSERT"]}`:                                              true,
		`{"eventName":["INSER"]}`:                                                        false,
		`{"eventName":[{"suffix":"ERT"}]}`:                                               true,
		`{"eventName":[{"suffix":"INS"}]}`:                                               false,
		`{"eventName":[{"anything-but":"REMOVE"}]}`:                                      true,
		`{"eventName":[{"anything-but":["REMOVE","INSERT"]}]}`:                           false,
		`{"eventName":[{"anything-but":{"prefix":"INS"}}]}`:                              false,
		`{"eventName":[{"anything-but":{"prefix":"REM"}}]}`:                              true,
		`{"dynamodb":{"Keys":{"tk":{"S":[{"anything-but":"x"}]}}}}`:                      false, // it is not there
		`{"dynamodb":{"Keys":{"tk":{"S":[{"exists":false}]}}}}`:                          true,
		`{"dynamodb":{"Keys":{"sk":{"S":[{"exists":false}]}}}}`:                          false,
		`{"dynamodb":{"Keys":{"sk":{"S":[{"exists":true}]}}}}`:                           true,
		`{"dynamodb":{"Keys":{"sk":[{"exists":true}]}}}`:                                 false, // only what has no fields exists
		`{"dynamodb":{"Keys":{"sk":{"S":["x",{"prefix":"mail#"}]}}}}`:                    true,  // one of them
		`{"dynamodb":{"Keys":{"pk":{"S":["person#1"]},"sk":{"S":["x"]}}}}`:               false, // both of them
		`{"dynamodb":{"Keys":["INSERT"]}}`:                                               false,
		`{"dynamodb":{"NewImage":{"tags":{"SS":["b"]}}}}`:                                true, // one of the set
		`{"dynamodb":{"NewImage":{"tags":{"SS":["c"]}}}}`:                                false,
		`{"dynamodb":{"NewImage":{"list":{"L":["x"]}}}}`:                                 false,
		`{"dynamodb":{"NewImage":{"gone":{"NULL":[true]}}}}`:                             true,
		`{"dynamodb":{"NewImage":{"gone":{"NULL":[null]}}}}`:                             false,
		`{"dynamodb":{"NewImage":{"empty":{"S":[""]}}}}`:                                 true,
		`{"dynamodb":{"OldImage":{"empty":{"S":[""]}}}}`:                                 false,
		`{"dynamodb":{"OldImage":{"empty":{"S":[null]}}}}`:                               false,
		`{"dynamodb":{"ApproximateCreationDateTime":[1604275200]}}`:                      true,
		`{"dynamodb":{"ApproximateCreationDateTime":["1604275200"]}}`:                    false,
	} {
		f, err := parseFilter(pattern)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := f.matches(r); got != want {
			t.Errorf("%s: %t, want %t", pattern, got, want)
		}
	}
}

func TestAPatternThatIsNotUnderstoodIsRefusedWithItsPlace(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		`{"eventName":["INSERT"]`:    "pattern",
		`["INSERT"]`:                 "pattern",
		`{}`:                         "without fields",
		`{"eventName":"INSERT"}`:     "eventName: a value stands in a list",
		`{"eventName":[]}`:           "eventName: an empty list",
		`{"eventName":[["INSERT"]]}`: "a list in a list",
		`{"eventName":["INSERT"],"eventName":["x"]}`:               "eventName", // of which one would be overlooked
		`{"body":{"x":["INSERT"]}}`:                                `"body"`,
		`{"dynamodb":{"Keys":{"sk":{"S":[{"numeric":[">",1]}]}}}}`: "dynamodb: Keys: sk: S: numeric: it is not known",
		`{"dynamodb":{"Keys":{"sk":{"S":[{"wildcard":"a*"}]}}}}`:   "wildcard",
		`{"dynamodb":{"$or":[{"a":["x"]},{"b":["x"]}]}}`:           "$or",
		`{"eventName":[{"prefix":"a","suffix":"b"}]}`:              "2 comparisons",
		`{"eventName":[{"prefix":{"equals-ignore-case":"ins"}}]}`:  "it takes a text",
		`{"eventName":[{"exists":"yes"}]}`:                         "true or false",
		`{"eventName":[{"anything-but":[]}]}`:                      "an empty list",
		`{"eventName":[{"anything-but":[true]}]}`:                  "it takes texts",
		`{"eventName":[{"anything-but":{"exists":true}}]}`:         "it takes texts",
		`{"eventName":[{"anything-but":[{"prefix":"a"},"b"]}]}`:    "it takes texts",
		`{"eventName":[{"anything-but":{"numeric":["=",1]}}]}`:     "numeric",
	} {
		if _, err := parseFilter(pattern); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want a word of %q", pattern, err, want)
		}
	}
}
