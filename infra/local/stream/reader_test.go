package stream

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/google/go-cmp/cmp"

	"livinglab/shared/table/tabletest"
)

// answers is a stream of which every answer is told beforehand, as DynamoDB
// Local closes no shard and lets no iterator expire while a test waits. It
// expects the questions in order: "GetRecords i1".
type answers struct {
	t     *testing.T
	steps [][2]string // question, answer
}

func (a *answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, question, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	body, _ := io.ReadAll(r.Body)
	var asked struct{ ShardIterator, ShardID, ShardIteratorType, SequenceNumber string }
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&asked); err != nil {
		a.t.Error(err)
	}
	question = strings.Join(strings.Fields(fmt.Sprint(question, " ", asked.ShardIterator, " ", asked.ShardID, " ", asked.ShardIteratorType, " ", asked.SequenceNumber)), " ")
	if len(a.steps) == 0 || a.steps[0][0] != question {
		a.t.Errorf("asked for %s, want %v", question, a.steps)
		http.Error(w, "{}", http.StatusBadRequest)
		return
	}
	answer := a.steps[0][1]
	a.steps = a.steps[1:]
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	if strings.Contains(answer, "__type") {
		w.WriteHeader(http.StatusBadRequest)
	}
	_, _ = io.WriteString(w, answer)
}

func TestAClosedShardIsContinuedByItsChildrenAndALostPlaceIsFoundAgain(t *testing.T) {
	t.Parallel()
	record := func(number string) string {
		return `{"eventID":"e` + number + `","dynamodb":{"SequenceNumber":"` + number + `"}}`
	}
	shard := func(id, end string) string {
		return `{"ShardId":"` + id + `","SequenceNumberRange":{"StartingSequenceNumber":"1"` + end + `}}`
	}
	described := func(last string, shards ...string) string {
		return `{"StreamDescription":{"Shards":[` + strings.Join(shards, ",") + `]` + last + `}}`
	}
	failed := func(kind string) string {
		return `{"__type":"com.amazonaws.dynamodb.streams.v20120810#` + kind + `","message":"as told"}`
	}
	const closed = `,"EndingSequenceNumber":"2"`
	script := &answers{t: t, steps: [][2]string{
		{"ListStreams", `{"Streams":[{"StreamArn":"new","StreamLabel":"2020-11-02"},{"StreamArn":"old","StreamLabel":"2020-11-01"}]}`},
		{"DescribeStream", described(`,"LastEvaluatedShardId":"s0"`, shard("s0", closed))}, // from before: not read
		{"DescribeStream", described("", shard("s1", ""))},
		{"GetShardIterator s1 LATEST", `{"ShardIterator":"i1"}`},
		// An iterator expires before the first record, and after it.
		{"GetRecords i1", failed("ExpiredIteratorException")},
		{"GetShardIterator s1 LATEST", `{"ShardIterator":"i2"}`},
		{"GetRecords i2", `{"Records":[` + record("10") + `],"NextShardIterator":"i3"}`},
		{"GetRecords i3", failed("ExpiredIteratorException")},
		{"GetShardIterator s1 AFTER_SEQUENCE_NUMBER 10", `{"ShardIterator":"i4"}`},
		{"GetRecords i4", `{"Records":[],"NextShardIterator":"i5"}`},
		// What comes next was dropped by the stream.
		{"GetRecords i5", failed("TrimmedDataAccessException")},
		{"GetShardIterator s1 TRIM_HORIZON", `{"ShardIterator":"i6"}`},
		// The shard is closed, and one that continues it is read from its beginning.
		{"GetRecords i6", `{"Records":[` + record("12") + `]}`},
		{"DescribeStream", described("", shard("s0", closed), shard("s1", closed), shard("s2", ""))},
		{"GetShardIterator s2 TRIM_HORIZON", `{"ShardIterator":"i7"}`},
		{"GetRecords i7", `{"Records":[` + record("13") + `],"NextShardIterator":"i8"}`},
		{"GetRecords i8", `{"Records":[],"NextShardIterator":"i9"}`},
	}}
	server := httptest.NewServer(script)
	defer server.Close()
	client := dynamodbstreams.NewFromConfig(tabletest.Config(http.DefaultTransport), func(o *dynamodbstreams.Options) {
		o.BaseEndpoint, o.Retryer = &server.URL, aws.NopRetryer{}
	})
	r, err := openReader(t.Context(), client, "Table")
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for range 4 {
		records, err := r.next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, record := range records {
			ids = append(ids, aws.ToString(record.EventID))
		}
		got = append(got, ids)
	}
	if diff := cmp.Diff([][]string{{"e10"}, nil, {"e12", "e13"}, nil}, got); diff != "" || len(script.steps) > 0 {
		t.Errorf("%s, and not asked for: %v", diff, script.steps)
	}
}

func TestARecordIsWrittenAsLambdaWritesIt(t *testing.T) {
	t.Parallel()
	all := map[string]types.AttributeValue{
		"s": &types.AttributeValueMemberS{Value: "text"}, "n": &types.AttributeValueMemberN{Value: "1.5"}, "b": &types.AttributeValueMemberB{Value: []byte("x")},
		"bool": &types.AttributeValueMemberBOOL{Value: true}, "null": &types.AttributeValueMemberNULL{Value: true},
		"ss": &types.AttributeValueMemberSS{Value: []string{"a", "b"}}, "ns": &types.AttributeValueMemberNS{Value: []string{"1", "2"}}, "bs": &types.AttributeValueMemberBS{Value: [][]byte{[]byte("x")}},
		"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberS{Value: "inner"}}},
		"m": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"x": &types.AttributeValueMemberN{Value: "7"}}},
	}
	told := newRecord(types.Record{
		EventID: aws.String("e1"), EventName: types.OperationTypeModify,
		Dynamodb: &types.StreamRecord{
			Keys:     map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "p"}},
			NewImage: all, OldImage: map[string]types.AttributeValue{},
			SequenceNumber: aws.String("111"), SizeBytes: aws.Int64(26), StreamViewType: types.StreamViewTypeNewAndOldImages,
		},
	}, nine.Add(999*time.Millisecond))
	told.event.AWSRegion, told.event.EventSourceArn = "ap-northeast-1", "arn"
	got, err := json.Marshal(told.event)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"awsRegion":"ap-northeast-1","dynamodb":{"ApproximateCreationDateTime":1604275200,"Keys":{"pk":{"S":"p"}},"NewImage":{` +
		`"b":{"B":"eA=="},"bool":{"BOOL":true},"bs":{"BS":["eA=="]},"l":{"L":[{"S":"inner"}]},"m":{"M":{"x":{"N":"7"}}},"n":{"N":"1.5"},"ns":{"NS":["1","2"]},` +
		`"null":{"NULL":true},"s":{"S":"text"},"ss":{"SS":["a","b"]}},"SequenceNumber":"111","SizeBytes":26,"StreamViewType":"NEW_AND_OLD_IMAGES"},` +
		`"eventID":"e1","eventName":"MODIFY","eventSource":"aws:dynamodb","eventVersion":"1.1","eventSourceARN":"arn"}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}
