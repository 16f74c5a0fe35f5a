package template

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const site = "http://localhost:8080"

func TestATemplateIsReadWithLocalValues(t *testing.T) {
	t.Parallel()
	got, err := Load("testdata", Local{Site: site, Parameters: map[string]string{"Needed": "here", "NotThere": "x"}, Names: map[string]string{"Table": "Table7"}})
	if err != nil {
		t.Fatal(err)
	}
	topic := "arn:aws:sns:ap-northeast-1:000000000000:Events"
	stream := "arn:aws:dynamodb:ap-northeast-1:000000000000:table/Table7/stream/2020-01-01T00:00:00.000"
	want := &Template{
		Functions: []Function{
			{
				ID: "HelloFunction", Name: "hello", Package: "./functions/hello", Timeout: 7 * time.Second, Memory: 512,
				Environment: map[string]string{
					"COMMON": "shared", "KIND": "own", "TABLE": "Table7", "SITE": site,
					"ARN": "arn:aws:dynamodb:ap-northeast-1:000000000000:Table/index/${literal}-here",
					"OWN": "a+b-Asia/Tokyo", "SECOND": "Tokyo", "SET": "Mails",
				},
				Routes: []Route{
					{Method: "GET", Path: "/one", Open: true}, {Path: "$default", Open: true},
					{Method: "ANY", Path: "/three", Open: true}, {Method: "POST", Path: "/two"},
				},
			},
			{
				ID: "World", Name: "world", Package: "./functions/world", Timeout: time.Minute, Memory: 128,
				Environment: map[string]string{"COMMON": "shared", "KIND": "global"},
				Schedules: []Schedule{
					{Name: "WorldMinute", Expression: "rate(1 minute)", Zone: "Asia/Tokyo", Input: `{"scheduledTime":"<aws.scheduler.scheduled-time>"}`, On: true},
					{Name: "sometimes", Expression: "cron(0 9 ? * MON *)"},
				},
				Topics: []string{topic},
				Streams: []Stream{
					{Name: "Changes", ARN: stream, Patterns: []string{`{"eventName":["INSERT"]}`, `{"eventName":["REMOVE"]}`}, Batch: 10, MaxAge: time.Minute, On: true},
					{Name: "Everything", ARN: stream, Batch: 100, Retries: 2},
				},
			},
		},
		ConfigurationSets: []ConfigurationSet{{Name: "Mails", Destinations: []Destination{{Topic: topic, Types: []string{"send", "bounce"}}}}},
		Table:             "Table7",
		NotRun:            []string{"Queue of HelloFunction, a SQS event"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAParameterTakesThePlaceOfItsDefault(t *testing.T) {
	t.Parallel()
	got, err := Load("testdata", Local{Site: site, Parameters: map[string]string{"Needed": "", "SiteUrl": "https://lab.example.jp"}})
	if err != nil {
		t.Fatal(err)
	}
	if url := got.Functions[0].Environment["SITE"]; url != "https://lab.example.jp" {
		t.Errorf("the site is %q", url)
	}
}

func TestWhatCannotBeResolvedIsNamed(t *testing.T) {
	t.Parallel()
	_, err := Load("testdata", Local{Site: site})
	if err == nil || !strings.Contains(err.Error(), "resource HelloFunction") || !strings.Contains(err.Error(), `"Needed"`) {
		t.Errorf("a parameter without a value: %v", err)
	}
	for text, want := range map[string]string{
		"Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: functions/none}": "functions/none",
		"Resources:\n  F: {Type: AWS::SNS::Topic}\n  F: {Type: AWS::SNS::Topic}":                           "F",
		"Resources: [": "reading the template",
		"":             "not an object",
	} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "template.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(folder, Local{Site: site}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want a word of %q", text, err, want)
		}
	}
}

func TestWhatTheStackCannotDoWithAStreamIsNamed(t *testing.T) {
	t.Parallel()
	const right = "Stream: !GetAtt Table.StreamArn, StartingPosition: LATEST, MaximumRetryAttempts: 0"
	for properties, want := range map[string]string{
		"StartingPosition: LATEST, MaximumRetryAttempts: 0":                                     "that of the table",
		"Stream: arn:other, StartingPosition: LATEST, MaximumRetryAttempts: 0":                  `"arn:other"`,
		"Stream: !GetAtt Table.StreamArn, MaximumRetryAttempts: 0":                              "StartingPosition",
		"Stream: !GetAtt Table.StreamArn, StartingPosition: LATEST":                             "give MaximumRetryAttempts",
		"Stream: !GetAtt Table.StreamArn, StartingPosition: LATEST, MaximumRetryAttempts: many": `"many"`,
		right + ", BatchSize: 0":                             "BatchSize",
		right + ", MaximumRecordAgeInSeconds: old":           "MaximumRecordAgeInSeconds",
		right + ", BisectBatchOnFunctionError: true":         "BisectBatchOnFunctionError",
		right + ", FilterCriteria: {Filters: []}":            "no Filters",
		right + ", FilterCriteria: {Filters: [{Other: x}]}":  "a Pattern in JSON",
		right + ", FilterCriteria: {Filters: [{Pattern: }]}": "a Pattern in JSON",
	} {
		root, err := filepath.Abs("testdata")
		if err != nil {
			t.Fatal(err)
		}
		text := "Resources:\n  Table: {Type: AWS::DynamoDB::Table}\n  HelloFunction:\n    Type: AWS::Serverless::Function\n" +
			"    Properties: {CodeUri: functions/hello/, Events: {Changes: {Type: DynamoDB, Properties: {" + properties + "}}}}\n"
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "template.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(root, "functions"), filepath.Join(folder, "functions")); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(folder, Local{Site: site}); err == nil || !strings.Contains(err.Error(), "event Changes: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want a word of %q", properties, err, want)
		}
	}
}

func TestTheProductsOwnTemplateIsUnderstood(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	got, err := Load(root, Local{Site: site, Parameters: map[string]string{"SiteUrl": site}})
	if err != nil {
		t.Fatal(err)
	}
	if got.Table == "" || len(got.ConfigurationSets) == 0 || len(got.NotRun) > 0 {
		t.Errorf("table %q, sets %v, not run %v", got.Table, got.ConfigurationSets, got.NotRun)
	}
	var names []string
	for _, f := range got.Functions {
		names = append(names, f.Name)
		for _, r := range f.Routes {
			if !r.Open {
				t.Errorf("%s: the route %s %s is closed", f.Name, r.Method, r.Path)
			}
		}
	}
	for _, name := range []string{"apply", "remind", "site"} {
		if !slices.Contains(names, name) {
			t.Errorf("there is no function %s among %v", name, names)
		}
	}
}
