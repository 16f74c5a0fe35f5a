package mail

import (
	"testing"

	"pgregory.net/rapid"
)

// A mail's identity outlives releases: a changed one would send mails again.
func TestAMailKeepsItsIdentity(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind             Kind
		person, occasion string
		want             string
	}{
		{Acknowledgement, "p-hanako", "first", "IzId5Zdi2XEfz5xyj_OJ8g"},
		{Standing, "p-hanako", "2020-11-02", "G0FgZpzUdgCBu6k4A3wZIA"},
		{Acknowledgement, "", "", "hD1Jiug6nzkOtcli9pq9Bw"},
	} {
		if got := ID(c.kind, c.person, c.occasion); got != c.want {
			t.Errorf("ID(%q, %q, %q) = %q, want %q", c.kind, c.person, c.occasion, got, c.want)
		}
	}
}

func TestTwoOccasionsNeverShareAnIdentity(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		// Few letters, so that parts often run into each other.
		part := rapid.StringOfN(rapid.RuneFrom([]rune("ab\x00\x01")), 0, 4, -1)
		type triple struct{ kind, person, occasion string }
		a := triple{part.Draw(t, "kind"), part.Draw(t, "person"), part.Draw(t, "occasion")}
		b := triple{part.Draw(t, "other kind"), part.Draw(t, "other person"), part.Draw(t, "other occasion")}
		one, other := ID(Kind(a.kind), a.person, a.occasion), ID(Kind(b.kind), b.person, b.occasion)
		if (a == b) != (one == other) {
			t.Errorf("%q and %q are %s and %s", a, b, one, other)
		}
		if len(one) != 22 || !tagValue(one) {
			t.Errorf("%q is not the value of a tag", one)
		}
	})
}
