package replay

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// said is a line of the functions' logs about a made-up mail, so many seconds after noon.
func said(second int, message, mail string, attempt int, more string) string {
	return fmt.Sprintf(`{"timestamp":"2020-11-02T12:00:%02d.5+09:00","level":"INFO","message":%q,"mail":%q,"person":"p-1","experiment":"shiojiri-2020","kind":"briefing-reminder","attempt":%d%s,"requestId":"r"}`,
		second, message, mail, attempt, more)
}

func over(second int, mail string, attempt int) string {
	return said(second, "mail handed over", mail, attempt, "")
}

func ended(second int, mail string, attempt int, state table.State) string {
	return said(second, "mail", mail, attempt, `,"state":"`+string(state)+`"`)
}

// event is what SES tells, as functions/feedback logs it: with SES's own id under the
// name of the function's message, and the attempt as SES's tag.
func event(second int, mail string, attempt int) string {
	return fmt.Sprintf(`{"timestamp":"2020-11-02T12:00:%02d.5+09:00","level":"INFO","message":"feedback","mail":%q,"person":"p-1","kind":"briefing-reminder","attempt":"%d","ses_message":"0106-1","event":"Send"}`,
		second, mail, attempt)
}

func at(second int) time.Time { return time.Date(2020, 11, 2, 3, 0, second, 5e8, time.UTC) }

// read reads a log and returns "mail attempt state second".
func read(t *testing.T, text string) []string {
	t.Helper()
	log, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, h := range log.Handed() {
		if h.Person != "p-1" || h.Kind == "" {
			t.Errorf("of mail %s it knows %+v", h.Mail, h)
		}
		got = append(got, fmt.Sprintf("%s %d %s %d", h.Mail, h.Attempt, h.State, int(h.At.Sub(at(0)).Seconds())))
	}
	return got
}

func TestALogSaysWhichMailsLeftOrMayHave(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lines []string
		want  []string
	}{
		"accepted":                              {[]string{over(1, "m", 1), ended(2, "m", 1, table.Sent)}, []string{"m 1 sent 2"}},
		"without an outcome":                    {[]string{over(1, "m", 1)}, []string{"m 1 unknown 1"}},
		"given up":                              {[]string{over(1, "m", 1), ended(2, "m", 1, table.Unknown)}, []string{"m 1 unknown 2"}},
		"given up, and settled by SES":          {[]string{over(1, "m", 1), ended(2, "m", 1, table.Unknown), event(3, "m", 1)}, []string{"m 1 sent 3"}},
		"refused for the moment":                {[]string{over(1, "m", 1), ended(2, "m", 1, table.Pending)}, nil},
		"refused for what it is":                {[]string{over(1, "m", 1), ended(2, "m", 1, table.Failed)}, nil},
		"refused, after it was given up":        {[]string{over(1, "m", 1), ended(2, "m", 1, table.Unknown), ended(3, "m", 1, table.Pending)}, nil},
		"refused, and under way again":          {[]string{over(1, "m", 1), ended(2, "m", 1, table.Pending), over(3, "m", 1)}, []string{"m 1 unknown 3"}},
		"refused, and accepted the second time": {[]string{over(1, "m", 1), ended(2, "m", 1, table.Pending), over(3, "m", 1), ended(4, "m", 1, table.Sent)}, []string{"m 1 sent 4"}},
		"sent again by staff":                   {[]string{over(1, "m", 1), ended(2, "m", 1, table.Unknown), over(3, "m", 2), ended(4, "m", 2, table.Sent)}, []string{"m 2 sent 4"}},
		"never handed over":                     {[]string{ended(1, "m", 0, table.Canceled), ended(1, "n", 0, table.Missed)}, nil},
		"the log begins in the middle":          {[]string{ended(1, "m", 1, table.Sent), ended(2, "n", 1, table.Unknown)}, []string{"m 1 sent 1", "n 1 unknown 2"}},
		"a line comes twice":                    {[]string{over(1, "m", 1), ended(2, "m", 1, table.Pending), over(1, "m", 1)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, read(t, strings.Join(c.lines, "\n"))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			for i, j := 0, len(c.lines)-1; i < j; i, j = i+1, j-1 {
				c.lines[i], c.lines[j] = c.lines[j], c.lines[i]
			}
			if diff := cmp.Diff(c.want, read(t, strings.Join(c.lines, "\n"))); diff != "" {
				t.Errorf("from the end (-want +got)\n%s", diff)
			}
		})
	}
}

func TestWhoHasWithdrawnIsInTheLogWhateverBecameOfTheMail(t *testing.T) {
	t.Parallel()
	line := strings.ReplaceAll(over(1, "m", 1)+"\n"+ended(2, "m", 1, table.Pending), "briefing-reminder", string(mail.Withdrawn))
	if diff := cmp.Diff([]string{"m 0 pending 1"}, read(t, line)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestALogIsReadAsItComesOutOfCloudWatch(t *testing.T) {
	t.Parallel()
	lines := []string{over(1, "m", 1), ended(2, "m", 1, table.Sent)}
	var events []map[string]any
	for _, line := range append(lines, "START RequestId: r", `{"message":"tick","planned":1}`, `{"time":"x","type":"platform.start","record":{}}`) {
		events = append(events, map[string]any{"logStreamName": "2020/11/02/[$LATEST]0", "timestamp": 1604286001000, "message": line + "\n", "eventId": "1"})
	}
	answer := map[string]any{"events": events, "searchedLogStreams": []any{}}
	compact, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	indented, err := json.MarshalIndent(answer, "", "    ")
	if err != nil {
		t.Fatal(err)
	}
	one, err := json.Marshal(events[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"the lines":                    "START RequestId: r\n" + strings.Join(lines, "\nnot ours {\n") + "\n\xff{}",
		"the answer on one line":       string(compact),
		"the answer on many":           string(indented),
		"one event a line, and a line": string(one) + "\r\n" + lines[1],
		"aws logs tail":                "2020-11-02T03:00:01+00:00 2020/11/02/[$LATEST]0 " + lines[0] + "\n2020-11-02T03:00:02+00:00 x " + lines[1],
		"as text":                      "EVENTS\t1\t1604286001000\t2020\t" + lines[0] + "\t1604286001000\nEVENTS\t2\t1\tx\t" + lines[1] + "\t1",
		"all of it, one after another": string(compact) + "\n" + string(indented) + "\n" + strings.Join(lines, "\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff([]string{"m 1 sent 2"}, read(t, text)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			log, err := Read(strings.NewReader(text))
			if err != nil || log.Lines != 2 {
				t.Errorf("%d lines tell of mails, %v", log.Lines, err)
			}
		})
	}
}
