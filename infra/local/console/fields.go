package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"livinglab/infra/local/clock"
)

// fields are what was posted, as JSON or by a form, each value as its text.
type fields map[string]string

// readFields reads a posted object of the allowed fields.
func readFields(w http.ResponseWriter, r *http.Request, allowed ...string) (fields, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	if err != nil {
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	posted := fields{}
	// curl -d says that it sends a form, whatever it sends.
	if trimmed := bytes.TrimSpace(body); len(trimmed) > 0 && (trimmed[0] == '{' || !isForm(r)) {
		posted, err = fromJSON(trimmed)
	} else if len(trimmed) > 0 {
		posted, err = fromForm(string(trimmed))
	}
	if err != nil {
		return nil, err
	}
	for name := range posted {
		if !slices.Contains(allowed, name) {
			return nil, fmt.Errorf("there is no field %q, there are %s", name, strings.Join(allowed, ", "))
		}
	}
	return posted, nil
}

func isForm(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
}

func fromJSON(body []byte) (fields, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return nil, fmt.Errorf("reading JSON: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("reading JSON: there is more than one value")
	}
	posted := fields{}
	for name, value := range object {
		switch v := value.(type) {
		case nil:
		case string:
			posted[name] = v
		case json.Number:
			posted[name] = v.String()
		case bool:
			posted[name] = strconv.FormatBool(v)
		default:
			return nil, fmt.Errorf("the field %q is neither text, number nor truth value", name)
		}
	}
	return posted, nil
}

// fromForm leaves out what was left empty.
func fromForm(body string) (fields, error) {
	values, err := url.ParseQuery(body)
	if err != nil {
		return nil, fmt.Errorf("reading a form: %w", err)
	}
	posted := fields{}
	for name := range values {
		if value := strings.TrimSpace(values.Get(name)); value != "" {
			posted[name] = value
		}
	}
	return posted, nil
}

// duration reads "26h", "90m", "1h30m" or "7d".
func duration(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.ParseFloat(days, 64); err == nil {
			return time.Duration(n * 24 * float64(time.Hour)), nil
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is no duration such as 26h, 90m or 7d", text)
	}
	return d, nil
}

// instant reads an instant of RFC 3339, or as a form gives it, in Japan.
func instant(text string) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if at, err := time.ParseInLocation(layout, text, clock.Tokyo); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no instant such as 2020-11-06T19:30:00+09:00", text)
}
