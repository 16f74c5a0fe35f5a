package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// localStack is what the stack on this machine tells of itself.
type localStack struct {
	DynamoDB string    `json:"dynamodb"` // address
	Table    string    `json:"table"`
	Now      time.Time `json:"now"` // its clock, which need not be this machine's
}

// askStack asks what answers at an address whether it is the stack on this machine;
// anything else is taken for a DynamoDB Local.
func askStack(ctx context.Context, address string) (localStack, bool) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(address, "/")+"/_local/stack", nil)
	if err != nil {
		return localStack{}, false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return localStack{}, false
	}
	defer response.Body.Close()
	var stack localStack
	if response.StatusCode != http.StatusOK || json.NewDecoder(response.Body).Decode(&stack) != nil {
		return localStack{}, false
	}
	return stack, stack.DynamoDB != ""
}

// running is a clock that goes on from an instant.
func running(from time.Time) func() time.Time {
	started := time.Now()
	return func() time.Time { return from.Add(time.Since(started)) }
}
