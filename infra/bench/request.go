package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// site is the address under which the functions are reached.
const site = "https://lab.example"

// get is the event of a page that is opened.
func get(target string, now time.Time) ([]byte, error) {
	return encode(request(http.MethodGet, target, now))
}

// post is the event of a posted form: the gateway encodes its body.
func post(target string, form url.Values, now time.Time) ([]byte, error) {
	event := request(http.MethodPost, target, now)
	event.Headers["content-type"] = "application/x-www-form-urlencoded"
	event.Body, event.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte(form.Encode())), true
	return encode(event)
}

// postJSON is the event of posted JSON, which the gateway leaves as it is.
func postJSON(target, key string, body any, now time.Time) ([]byte, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encoding an application: %w", err)
	}
	event := request(http.MethodPost, target, now)
	event.Headers["content-type"], event.Headers["idempotency-key"] = "application/json", key
	event.Body = string(text)
	return encode(event)
}

// request is what API Gateway (HTTP API, payload 2.0) makes of a browser's request.
func request(method, target string, now time.Time) *events.APIGatewayV2HTTPRequest {
	path, query, _ := strings.Cut(target, "?")
	host := strings.TrimPrefix(site, "https://")
	return &events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "$default", RawPath: path, RawQueryString: query,
		Headers: map[string]string{
			"host": host, "x-forwarded-proto": "https", "accept-language": "ja,en;q=0.5",
			"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
		},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: "$default", Stage: "$default", DomainName: host, RequestID: "bench", TimeEpoch: now.UnixMilli(),
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: method, Path: path, Protocol: "HTTP/1.1", SourceIP: "192.0.2.1", UserAgent: "bench",
			},
		},
	}
}

// tick is the event of the schedule.
func tick(now time.Time) ([]byte, error) {
	return encode(map[string]string{"scheduledTime": now.UTC().Format(time.RFC3339)})
}

func encode(event any) ([]byte, error) {
	text, err := json.Marshal(event)
	if err != nil {
		return nil, fmt.Errorf("encoding an event: %w", err)
	}
	return text, nil
}

// answered checks the status of a function's answer to a request.
func answered(body []byte, want int) (events.APIGatewayV2HTTPResponse, error) {
	var out events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(body, &out); err != nil {
		return out, fmt.Errorf("reading an answer: %w", err)
	}
	if out.StatusCode != want {
		return out, fmt.Errorf("the answer has status %d, not %d", out.StatusCode, want)
	}
	return out, nil
}
