package schedule

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSchedulesFireWhenTheirExpressionSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		expression, zone, after string
		want                    []string
	}{
		{"rate(1 minute)", "", "2020-11-02T00:00:00Z", []string{"2020-11-02T00:01:00Z", "2020-11-02T00:02:00Z"}},
		{"rate(1 minute)", "", "2020-11-02T00:00:59.999Z", []string{"2020-11-02T00:01:00Z"}},
		{"rate(6 hours)", "", "2020-11-02T00:00:00Z", []string{"2020-11-02T06:00:00Z", "2020-11-02T12:00:00Z"}},
		{"cron(* * * * ? *)", "Asia/Tokyo", "2020-11-02T00:00:30Z", []string{"2020-11-02T00:01:00Z", "2020-11-02T00:02:00Z"}},
		{"cron(0 9 ? * MON-FRI *)", "Asia/Tokyo", "2020-11-06T00:00:00Z", []string{"2020-11-09T00:00:00Z", "2020-11-10T00:00:00Z"}},
		{"cron(0 9 ? * 2-6 *)", "Asia/Tokyo", "2020-11-06T00:00:00Z", []string{"2020-11-09T00:00:00Z"}}, // 1 is Sunday
		{"cron(15 8 1 * ? *)", "", "2020-11-02T00:00:00Z", []string{"2020-12-01T08:15:00Z", "2021-01-01T08:15:00Z"}},
		{"cron(0/20 * * * ? *)", "", "2020-11-02T00:00:00Z", []string{"2020-11-02T00:20:00Z", "2020-11-02T00:40:00Z"}},
		{"cron(0 0 1 1 ? 2022-2023)", "", "2020-11-02T00:00:00Z", []string{"2022-01-01T00:00:00Z", "2023-01-01T00:00:00Z", ""}},
		{"at(2020-11-06T19:30:00)", "Asia/Tokyo", "2020-11-02T00:00:00Z", []string{"2020-11-06T10:30:00Z", ""}},
	} {
		e, err := ParseExpression(c.expression, c.zone)
		if err != nil {
			t.Error(err)
			continue
		}
		at, err := time.Parse(time.RFC3339, c.after)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for range c.want {
			at = e.Next(at)
			text := ""
			if !at.IsZero() {
				text = at.UTC().Format(time.RFC3339)
			}
			got = append(got, text)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.expression, diff)
		}
	}
}

func TestExpressionsThatAWSWouldRefuseAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"rate(0 minutes)", ""}, {"rate(1 second)", ""}, {"rate(minute)", ""},
		{"cron(0 9 * * MON *)", ""}, // both days
		{"cron(0 9 * * *)", ""},     // five fields
		{"cron(0 9 ? * 0 *)", ""},   // there is no day 0
		{"cron(0 9 ? * MON 1066)", ""},
		{"every minute", ""}, {"at(tomorrow)", ""},
		{"rate(1 minute)", "Asia/Tokio"},
	} {
		if _, err := ParseExpression(c[0], c[1]); err == nil {
			t.Errorf("%s in %q was taken", c[0], c[1])
		}
	}
}
