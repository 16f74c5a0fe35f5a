package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"livinglab/shared/mail"
	"livinglab/shared/table"
	"livinglab/shared/table/faulty"
)

// told is what SNS hands over when an alarm changes its state.
func (w *world) told(name, state string) event {
	w.Helper()
	message, err := json.Marshal(map[string]any{
		"AlarmName": name, "AlarmDescription": "Something calls for a person.", "AWSAccountId": "123456789012",
		"NewStateValue": state, "NewStateReason": "Threshold Crossed", "OldStateValue": "OK",
		"StateChangeTime": w.now.UTC().Format("2006-01-02T15:04:05.000-0700"), "Region": "Asia Pacific (Tokyo)",
		"Trigger": map[string]any{"MetricName": "Errors", "Threshold": 1, "Dimensions": []any{}},
	})
	w.must(err)
	return notified(string(message), w.now.Add(time.Second))
}

func notified(message string, at time.Time) event {
	return event{Records: []events.SNSEventRecord{{
		EventVersion: "1.0", EventSource: "aws:sns",
		SNS: events.SNSEntity{Type: "Notification", MessageID: "n-1", Message: message, Timestamp: at, Subject: "ALARM"},
	}}}
}

func (w *world) hears(e event) {
	w.Helper()
	_, err := w.function().summarize(w.Context(), e)
	w.must(err)
}

func TestAlarmsThatRangAreInTheNextSummary(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.staff("taro")
	const errors, oldest = "my-lab-RemindErrorsAlarm-1A2B3C4D5E6F", "my-lab-OldestDueAlarm-abcDEF012345"
	at := func(day, hour int) time.Time {
		w.on(time.November, day, hour, 10)
		return w.now.UTC()
	}
	before := at(3, 10)
	w.hears(w.told(errors, "ALARM"))
	at(3, 11)
	w.hears(w.told(errors, "OK"))
	rang := at(4, 10)
	w.hears(w.told(oldest, "ALARM"))
	w.hears(w.told(oldest, "ALARM")) // delivered twice
	at(4, 11)
	w.hears(w.told("my-lab-StrainAlarm-1A2B3C4D5E6F", "INSUFFICIENT_DATA"))
	w.hears(w.told("my-lab-StrainAlarm-1A2B3C4D5E6F", "OK")) // as after a deployment
	w.on(time.November, 5, 9, 0)
	w.hour()
	want := []mail.AlarmNote{
		{Name: "RemindErrorsAlarm", About: "Something calls for a person.", Since: before, Over: before.Add(time.Hour)},
		{Name: "OldestDueAlarm", About: "Something calls for a person.", Since: rang},
	}
	if diff := cmp.Diff(want, w.summary().Health.Alarms); diff != "" {
		t.Errorf("the first summary (-want +got)\n%s", diff)
	}
	anew := at(7, 10)
	w.hears(w.told(errors, "ALARM"))
	w.on(time.November, 9, 9, 0)
	w.hour()
	want = []mail.AlarmNote{
		{Name: "OldestDueAlarm", About: "Something calls for a person.", Since: rang}, // it still rings
		{Name: "RemindErrorsAlarm", About: "Something calls for a person.", Since: anew},
	}
	if diff := cmp.Diff(want, w.summary().Health.Alarms); diff != "" {
		t.Errorf("the second summary (-want +got)\n%s", diff)
	}
	last := at(10, 10)
	w.hears(w.told(errors, "OK"))
	w.hears(w.told(oldest, "OK"))
	w.on(time.November, 12, 9, 0)
	w.hour()
	for i, n := range w.summary().Health.Alarms {
		if !n.Over.Equal(last) || i > 1 {
			t.Errorf("what is over is %+v", n)
		}
	}
	w.on(time.November, 16, 9, 0)
	w.hour()
	if got := w.summary().Health.Alarms; got != nil {
		t.Errorf("what was over before is told again: %+v", got)
	}
}

func TestANotificationThatIsOfNoAlarmIsDropped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, message := range []string{"", "hello", "[]", `{"AlarmName":7}`, `{"eventType":"Send"}`, `{"AlarmName":"a"}`} {
		w.hears(notified(message, w.now))
	}
	if items := w.env.Items(t); len(items) != 0 {
		t.Errorf("it noted %+v", items)
	}
}

// The record that fails is delivered again, with those that were taken.
func TestAnAlarmThatCannotBeNotedIsToldAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.function(faulty.Always(faulty.Throttle))
	if _, err := h.summarize(w.Context(), w.told("a", "ALARM")); err == nil {
		t.Error("it was taken, and is lost")
	}
}

func TestAlarmsAreCalledAsInTheTemplate(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"livinglab-RemindErrorsAlarm-1A2B3C4D5E6F": "RemindErrorsAlarm",
		"my-second-lab-StrainAlarm-AbCdEf123456":   "StrainAlarm",
		"somebody's own":                           "somebody's own",
		"too-short":                                "too-short",
	} {
		if got := nameInTemplate(name); got != want {
			t.Errorf("%s is called %s, not %s", name, got, want)
		}
	}
}

func TestQuarterHoursWithoutALookAreMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.staff("taro")
	for at := w.now.Add(7 * time.Minute); at.Before(w.now.AddDate(0, 0, 7)); at = at.Add(15 * time.Minute) {
		look := at.Truncate(15 * time.Minute)
		if day := look.In(w.e.Zone()).Day(); day == 7 { // the sender stands still on the 7th
			continue
		}
		w.must(w.table.NoteLook(w.Context(), table.Look{At: look, Oldest: time.Duration(look.Minute()) * time.Second}))
	}
	w.on(time.November, 5, 9, 0)
	w.hour()
	if h := w.summary().Health; h.Looks != 69*4 || h.Expected != 69*4 || h.Oldest != 45*time.Second {
		t.Errorf("up to the 5th it is %+v", h)
	}
	w.on(time.November, 9, 9, 0)
	w.hour()
	if h := w.summary().Health; h.Looks != 72*4 || h.Expected != 96*4 {
		t.Errorf("up to the 9th it is %+v", h)
	}
}

func TestThatMailIsHeldBackIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.staff("taro")
	w.must(w.table.StopUntil(w.Context(), w.now.AddDate(0, 0, 7), "架空の理由"))
	w.on(time.November, 5, 9, 0)
	w.hour()
	if h := w.summary().Health; !h.Paused || h.Reason == "" {
		t.Errorf("it is %+v", h)
	}
	w.on(time.November, 12, 9, 0)
	w.hour()
	if h := w.summary().Health; h.Paused || h.Reason != "" {
		t.Errorf("later it is %+v", h)
	}
}
