package schedule

import (
	"bytes"
	"encoding/json"
	"time"
)

// promised reads what a function's answer says about its future: the "next" of
// an object is the earliest instant at which it would have work, an object
// without one says that nothing is waiting. Any other answer promises nothing.
func promised(answer []byte) (until time.Time, ok bool) {
	if !bytes.HasPrefix(bytes.TrimSpace(answer), []byte("{")) {
		return time.Time{}, false
	}
	var said struct{ Next *time.Time }
	if err := json.Unmarshal(answer, &said); err != nil {
		return time.Time{}, false
	}
	if said.Next == nil {
		return time.Time{}, true
	}
	return *said.Next, true
}
