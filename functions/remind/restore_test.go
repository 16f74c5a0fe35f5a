package main

import (
	"bytes"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"livinglab/infra/staff/replay"
	"livinglab/shared/experiment"
	"livinglab/shared/mail"
	"livinglab/shared/mail/sending/sestest"
	"livinglab/shared/table"
)

// logged is what the function logs while it does something, as Lambda has it.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// captured catches the log until the test ends.
func captured(t *testing.T) *logged {
	t.Helper()
	l, before := new(logged), slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{ReplaceAttr: lambdacontext.ReplaceAttr})))
	t.Cleanup(func() { slog.SetDefault(before) })
	return l
}

// The table is restored to an earlier moment, while SES and the recipients know what
// has left since: after the log is replayed, nothing leaves a second time. Not
// parallel: it reads the log.
func TestARestoredTableSendsNothingTwice(t *testing.T) {
	log := captured(t)
	w := newWorld(t)
	w.at(2, 9, 0, 0)
	w.register("stays@example.jp", "b1")
	withdraws := w.register("withdraws@example.jp", "b1")
	doubted := w.register("doubted@example.jp", "b1")
	w.register("moved@example.jp", "b2")
	w.tickAt(w.function())
	w.set("b2", func(s *table.BriefingSetting) { s.Start = table.At(w.e().Briefings[1].Start.Add(24 * time.Hour)) })
	refused := w.apply("refused@example.jp")
	w.apply("waiting@example.jp")

	moment := w.env.Restored(t)

	// What the restored table does not know any more.
	w.now = w.now.Add(time.Minute)
	w.ses.Answers(func(m sestest.Mail) sestest.Answer {
		if m.Tags["person"] == refused.ID {
			return sestest.Throttle
		}
		return sestest.Accept
	})
	w.tickAt(w.function()) // two acknowledgements, one refused, and the new date of b2
	person, _, err := w.table.PersonWithSettings(t.Context(), withdraws)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.table.Withdraw(t.Context(), person, w.sessions(), false, w.now); err != nil {
		t.Fatal(err)
	}
	w.register("later@example.jp", "b1")
	w.at(5, 19, 30, 0) // reminders
	w.ses.Answers(func(m sestest.Mail) sestest.Answer {
		switch {
		case m.Tags["person"] == refused.ID:
			return sestest.Throttle
		case m.Tags["person"] == doubted:
			return sestest.AcceptNoAnswer
		}
		return sestest.Accept
	})
	w.tickAt(w.function())
	w.wants("stays@example.jp", "briefing-confirmation", "briefing-reminder")
	w.wants("withdraws@example.jp", "briefing-confirmation", "withdrawn")
	w.wants("doubted@example.jp", "briefing-confirmation", "briefing-reminder")
	w.wants("moved@example.jp", "briefing-confirmation", "briefing-moved")
	w.wants("refused@example.jp")

	// The stack is pointed at the restored table, paused; the log is replayed twice.
	text := log.text.String()
	w.env, w.table = moment, table.New(moment.Client(t), moment.Name)
	if err := w.table.Pause(t.Context(), w.now); err != nil {
		t.Fatal(err)
	}
	w.ses.Always(sestest.Accept)
	for range 2 {
		read, err := replay.Read(bytes.NewBufferString(text))
		if err != nil {
			t.Fatal(err)
		}
		report, err := replay.Into(t.Context(), w.table, read, []*experiment.Experiment{w.e()}, w.now)
		if err != nil || len(report.Forgotten) != 0 || len(report.Strangers) != 1 {
			t.Fatalf("replaying reports %+v, %v", report, err)
		}
	}
	if err := w.table.Resume(t.Context(), w.now); err != nil {
		t.Fatal(err)
	}
	w.ends(doubted, mail.BriefingReminder, table.Unknown)
	for _, d := range []time.Duration{0, time.Minute, time.Hour, 23 * time.Hour} { // to the second reminder's time
		w.now = w.now.Add(d)
		if d == 23*time.Hour {
			w.at(6, 18, 30, 0)
		}
		w.tickAt(w.function())
	}
	w.wants("stays@example.jp", "briefing-confirmation", "briefing-reminder", "briefing-reminder")
	w.wants("withdraws@example.jp", "briefing-confirmation", "withdrawn")
	w.wants("moved@example.jp", "briefing-confirmation", "briefing-moved")
	w.wants("refused@example.jp", "acknowledgement", "survey-reminder") // due on the 5th, put off then
	w.wants("waiting@example.jp", "acknowledgement", "survey-reminder")
	for id, copies := range w.ses.Copies() {
		if copies != 1 {
			t.Errorf("SES accepted mail %s %d times", id, copies)
		}
	}
}

// Staff can be told when mail will have left, because the sender notes how fast it may.
func TestTheRateIsNotedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 2 {
		w.register("a@example.jp", "b1")
		h, transport := w.watched()
		w.tickAt(h)
		noted := 0
		for _, r := range transport.Requests() {
			if bytes.Contains(r.Body, []byte("SET #rate")) {
				noted++
			}
		}
		sw, err := w.table.Switch(t.Context())
		if err != nil || sw.Rate != 1000000 {
			t.Errorf("the rate is %v, %v", sw.Rate, err)
		}
		if first := len(w.ses.Accepted()) == 1; first != (noted == 1) {
			t.Errorf("it is noted %d times", noted)
		}
		w.now = w.now.Add(24 * time.Hour)
	}
}
