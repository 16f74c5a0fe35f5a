package template

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// streamProperties are those of a DynamoDB event that the local stack knows.
//
// Where a function begins to read, Lambda remembers from deployment on; here that
// is always what is written after the start. Batches come one after the other,
// whatever the ParallelizationFactor, so that the order is always the same.
// Nothing is kept of batches that were given up.
var streamProperties = []string{
	"Stream", "StartingPosition", "BatchSize", "MaximumRetryAttempts", "MaximumRecordAgeInSeconds",
	"ParallelizationFactor", "FilterCriteria", "Enabled", "DestinationConfig",
}

// defaultBatch is how many records Lambda hands over at most if nothing is said.
const defaultBatch = 100

// stream reads a DynamoDB event.
func (l *loader) stream(name string, properties map[string]any) (Stream, error) {
	for _, property := range slices.Sorted(maps.Keys(properties)) {
		if !slices.Contains(streamProperties, property) {
			return Stream{}, fmt.Errorf("the property %s is not known to the local stack", property)
		}
	}
	s := Stream{Name: name, ARN: words(properties["Stream"]), Batch: defaultBatch, On: words(properties["Enabled"]) != "false"}
	if !l.isStream(s.ARN) {
		return s, fmt.Errorf("the stream %q is not that of the table", s.ARN)
	}
	if position := words(properties["StartingPosition"]); position != "LATEST" && position != "TRIM_HORIZON" {
		return s, fmt.Errorf("the StartingPosition is LATEST or TRIM_HORIZON, not %q", position)
	}
	retries, retriesErr := whole(properties, "MaximumRetryAttempts", -1)
	if retriesErr == nil && retries < 0 {
		// Lambda repeats for a day, and the shard stands still meanwhile.
		retriesErr = errors.New("give MaximumRetryAttempts: without it one bad record holds up all others for a day, which the local stack does not do")
	}
	batch, batchErr := whole(properties, "BatchSize", defaultBatch)
	if batchErr == nil && batch < 1 {
		batchErr = errors.New("the BatchSize is positive")
	}
	seconds, ageErr := whole(properties, "MaximumRecordAgeInSeconds", -1)
	patterns, filterErr := patterns(properties)
	s.Retries, s.Batch, s.Patterns = retries, batch, patterns
	s.MaxAge = time.Duration(max(0, seconds)) * time.Second
	return s, errors.Join(retriesErr, batchErr, ageErr, filterErr)
}

// isStream reports whether an ARN is that of a table's stream.
func (l *loader) isStream(arn string) bool {
	for id, resource := range l.resources {
		if resource["Type"] != "AWS::DynamoDB::Table" {
			continue
		}
		if own, err := l.attribute(id, "StreamArn"); err == nil && own == arn {
			return true
		}
	}
	return false
}

// whole is a property that is a whole number.
func whole(properties map[string]any, name string, otherwise int) (int, error) {
	text := words(properties[name])
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("the %s is a whole number, not %q", name, text)
	}
	return n, nil
}

// patterns are those of a FilterCriteria.
func patterns(properties map[string]any) ([]string, error) {
	criteria, given := properties["FilterCriteria"]
	if !given {
		return nil, nil
	}
	filters, _ := at(properties, "FilterCriteria")["Filters"].([]any)
	var all []string
	for _, item := range filters {
		filter, _ := item.(map[string]any)
		pattern, ok := filter["Pattern"].(string)
		if !ok || strings.TrimSpace(pattern) == "" {
			return nil, fmt.Errorf("a filter is a Pattern in JSON, not %v", item)
		}
		all = append(all, pattern)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("the FilterCriteria has no Filters: %v", criteria)
	}
	return all, nil
}
