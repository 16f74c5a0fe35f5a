package export

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func written(t interface{ Fatal(...any) }, form Form, rows ...[]string) string {
	var out bytes.Buffer
	sheet := NewSheet(&out, form)
	for _, row := range rows {
		if err := sheet.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := sheet.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestARawFileHasItsValuesAsTheyAre(t *testing.T) {
	t.Parallel()
	got := written(t, Raw, []string{"=1+1", "髙橋, 𠮷", "a\nb"}, []string{` "x" `, "", "090-0000-0000"})
	want := "=1+1,\"髙橋, 𠮷\",\"a\nb\"\n" + `" ""x"" ",,090-0000-0000` + "\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestAnExcelFileBeginsWithAMarkAndItsRowsEndAsExcelEndsThem(t *testing.T) {
	t.Parallel()
	got := written(t, Excel, []string{"=1+1", "髙橋"}, []string{"a\nb", "𠮷"})
	if want := "\xef\xbb\xbf'=1+1,髙橋\r\n\"a\nb\",𠮷\r\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestASpreadsheetCalculatesNothingThatWasTyped(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{
		"=1+1", "+81", "-1", "@SUM(A1)", "\t=1", "\r=1", "\tx", "\rx", "＝1+1", "＋1", "－1", "＠x",
		" =1", "\u3000=1", "\u00a0＝1", "\n=1", "\u200b=1", "\ufeff=1", "'", "'=1",
	} {
		if got := neutral(typed); got != "'"+typed {
			t.Errorf("%q became %q", typed, got)
		}
	}
	for _, typed := range []string{"", " ", "1+1", "a=b", "髙橋", "090-0000-0000", "2020-11-02", "a\n=1", "ー", "x'", "\U0001f600 =1"} {
		if got := neutral(typed); got != typed {
			t.Errorf("%q became %q", typed, got)
		}
	}
}

func TestWhatWasWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		// Go's reader takes CRLF inside a value for LF, which RFC 4180 does not ask for.
		value := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("=+-@'\", \t\n＝＠髙𠮷")))).Filter(func(s string) bool {
			return !strings.ContainsAny(s, "\r\ufeff")
		})
		rows := rapid.SliceOfN(rapid.SliceOfN(value, 2, 2), 1, 5).Draw(t, "rows")
		for _, form := range []Form{Raw, Excel} {
			text := strings.TrimPrefix(written(t, form, rows...), byteOrderMark)
			got, err := csv.NewReader(strings.NewReader(text)).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			if form == Excel {
				for _, row := range got {
					for i := range row {
						row[i] = strings.TrimPrefix(row[i], "'")
					}
				}
			}
			if diff := cmp.Diff(rows, got); diff != "" {
				t.Fatalf("form %d (-want +got)\n%s", form, diff)
			}
		}
	})
}
