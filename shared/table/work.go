package table

import (
	"cmp"
	"time"
)

// Concern is why a mail is work for staff.
type Concern string

// The concerns.
const (
	InDoubt      Concern = "unknown"    // nobody knows whether SES took it, and no event has told
	Refused      Concern = "failed"     // it could not be sent
	HeldBack     Concern = "suppressed" // the address takes no mail
	CameBack     Concern = "came-back"  // SES took it and it did not arrive
	ComplainedOf Concern = "complained" // the recipient calls it spam
)

// doubtFor is how long a mail is in doubt before it is work for staff: SES's own
// events settle nearly all before that.
const doubtFor = 15 * time.Minute

// Concern says why a mail is work for staff at an instant, and since when; nothing
// if it is not.
func (m Mail) Concern(now time.Time) (Concern, Instant) {
	switch {
	case m.State == Unknown:
		since := cmp.Or(Instant(firstPart(m.At)), m.Lease)
		if since.Time().After(now.Add(-doubtFor)) {
			return "", ""
		}
		return InDoubt, since
	case m.State == Failed:
		return Refused, cmp.Or(m.Lease, m.Due)
	case m.State == Suppressed:
		return HeldBack, cmp.Or(m.Lease, m.Due)
	case m.CameBack():
		return CameBack, m.DeliveryAt
	case m.Delivery == Complained:
		return ComplainedOf, m.DeliveryAt
	}
	return "", ""
}
