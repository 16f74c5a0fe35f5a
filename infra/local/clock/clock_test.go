package clock

import (
	"testing"
	"time"
)

var nine = time.Date(2020, 11, 2, 9, 0, 0, 0, Tokyo)

func TestTheClockRunsStandsAndNeverGoesBack(t *testing.T) {
	t.Parallel()
	c := New(nine)
	time.Sleep(5 * time.Millisecond)
	if now := c.Now(); !now.After(nine) || now.After(nine.Add(time.Minute)) {
		t.Errorf("a running clock shows %v", now)
	}
	c.Freeze(true)
	stood := c.Now()
	time.Sleep(5 * time.Millisecond)
	if now := c.Now(); !now.Equal(stood) || !c.Frozen() {
		t.Errorf("it was stopped at %v and shows %v", stood, now)
	}
	c.Hold(nine.Add(time.Hour))
	c.Hold(nine)
	if now := c.Now(); !now.Equal(nine.Add(time.Hour)) {
		t.Errorf("it was held at ten and shows %v", now)
	}
	c.Release()
	if now := c.Now(); !now.Equal(nine.Add(time.Hour)) {
		t.Errorf("a stopped clock ran to %v when it was let go", now)
	}
	c.Hold(nine.Add(2 * time.Hour))
	c.Freeze(false)
	time.Sleep(5 * time.Millisecond)
	if now := c.Now(); !now.Equal(nine.Add(2 * time.Hour)) {
		t.Errorf("a held clock ran to %v", now)
	}
	c.Release()
	time.Sleep(5 * time.Millisecond)
	if now := c.Now(); !now.After(nine.Add(2 * time.Hour)) {
		t.Errorf("it does not run again: %v", now)
	}
}
