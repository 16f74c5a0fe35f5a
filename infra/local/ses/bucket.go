package ses

import "time"

// bucket lets so many mails a second through, in real time as SES does, and as
// many at once as in one second.
type bucket struct {
	left float64
	last time.Time
}

func (b *bucket) take(rate float64) bool {
	now := time.Now()
	most := max(1, rate)
	if b.last.IsZero() {
		b.left = most
	} else {
		b.left = min(most, b.left+now.Sub(b.last).Seconds()*rate)
	}
	b.last = now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}
