package sending

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ses"
)

// Quota is how much SES lets the account send.
type Quota struct {
	Rate  float64 // mails a second
	Daily float64 // mails in 24 hours; negative if without limit
	Sent  float64 // mails in the last 24 hours
}

// Interval is the time between two mails at half the allowed rate, which leaves
// the other half to whoever else sends: a second process, a person in need of
// a link.
func (q Quota) Interval() time.Duration {
	if q.Rate <= 0 {
		return 2 * time.Second // as in a new account, which may send one a second
	}
	return time.Duration(2 * float64(time.Second) / q.Rate)
}

// Quota returns what SES allows. It asks once a process and minute, by the time
// that the event brings.
func (s *Sender) Quota(ctx context.Context, at time.Time) (Quota, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	minute := at.UTC().Truncate(time.Minute)
	if s.minute.Equal(minute) {
		return s.quota, nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	out, err := s.client.GetSendQuota(ctx, &ses.GetSendQuotaInput{}, once)
	if err != nil {
		return Quota{}, fmt.Errorf("reading the quota of SES: %w", err)
	}
	s.quota = Quota{Rate: out.MaxSendRate, Daily: out.Max24HourSend, Sent: out.SentLast24Hours}
	s.minute = minute
	return s.quota, nil
}
