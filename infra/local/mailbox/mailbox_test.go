package mailbox

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2020, 11, 2, 12, 0, 0, 0, time.FixedZone("", 9*60*60))

// full is a made-up mail (架空) with all that a mail may have.
const full = `From: =?UTF-8?B?44Op44Oc?= <lab@example.jp>
To: hanako@example.jp
Subject: =?UTF-8?B?44GU5b+c5Yuf44KS?=
 =?UTF-8?B?5Y+X44GR5LuY44GR44G+44GX44Gf?=
Date: Mon, 02 Nov 2020 09:01:00 +0900
List-Unsubscribe: <https://example.jp/u>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

5p625a6aDQrmp5g=
--inner
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>=E6=9E=B6=E7=A9=BA</p>
--inner--
--outer
Content-Type: text/calendar; method=REQUEST; charset=utf-8
Content-Disposition: attachment; filename=briefing.ics

BEGIN:VCALENDAR
--outer
Content-Type: application/octet-stream; name=raw.bin
Content-Disposition: attachment
Content-Transfer-Encoding: base64

/wA=
--outer--
`

func stored(id, raw string) Stored {
	return Stored{
		Envelope: Envelope{ID: id, From: "lab@example.jp", To: []string{"hanako@example.jp"}, Accepted: noon, Tags: map[string]string{"kind": "acknowledgement"}},
		Raw:      []byte(strings.ReplaceAll(raw, "\n", "\r\n")),
	}
}

func TestAMailIsReadAsAMailProgramDoes(t *testing.T) {
	t.Parallel()
	got := stored("1", full).Read()
	want := Mail{
		ID: "1", To: "hanako@example.jp", From: "ラボ <lab@example.jp>", Subject: "ご応募を受け付けました",
		Date: time.Date(2020, 11, 2, 0, 1, 0, 0, time.UTC), Text: "架定\n様", HTML: "<p>架空</p>",
		Headers: map[string]string{
			"From": "ラボ <lab@example.jp>", "To": "hanako@example.jp", "Subject": "ご応募を受け付けました",
			"Date": "Mon, 02 Nov 2020 09:01:00 +0900", "List-Unsubscribe": "<https://example.jp/u>",
			"Mime-Version": "1.0", "Content-Type": "multipart/mixed; boundary=outer",
		},
		Attachments: []Attachment{
			{Name: "briefing.ics", Type: "text/calendar; charset=utf-8; method=REQUEST", Body: "BEGIN:VCALENDAR"},
			{Name: "raw.bin", Type: "application/octet-stream; name=raw.bin", Body: "/wA=", Encoding: "base64"},
		},
		Tags: map[string]string{"kind": "acknowledgement"}, Accepted: noon,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAMailThatIsNoneIsShownAllTheSame(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "no header at all", "Content-Type: multipart/mixed; boundary=x\n\n--x\nbroken", "Content-Transfer-Encoding: base64\n\n!!!"} {
		m := stored("1", raw).Read()
		if m.ID != "1" || m.Headers == nil || m.Attachments == nil || m.Tags == nil {
			t.Errorf("%q: %+v", raw, m)
		}
	}
	if m := stored("1", "Content-Transfer-Encoding: base64\n\n!!!").Read(); m.Problem == "" {
		t.Error("nothing is said about a text that cannot be read")
	}
}

func TestMailsAreThereAgain(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	m, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	first, second := stored("a", "Subject: first\n\n"), stored("b", "Subject: second\n\n")
	for _, s := range []Stored{first, second} {
		if err := m.Put(s); err != nil {
			t.Fatal(err)
		}
	}
	if m, err = Open(folder); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Stored{first, second}, m.All()); diff != "" {
		t.Error(diff)
	}
	if got, err := m.Find("b"); err != nil || string(got.Raw) != "Subject: second\r\n\r\n" {
		t.Errorf("%v %v", got, err)
	}
	if _, err := m.Find("c"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a mail was found that is not there: %v", err)
	}
}
