package experiment

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"

	"livinglab/shared/locale"
)

func TestTheHashOfAConsentCanBeComputedByAnyone(t *testing.T) {
	t.Parallel()
	c := Consent{
		ID: "research", Version: "2", Title: locale.Text{JA: "研究", EN: "Research"}, Label: locale.Text{JA: "協力", EN: "Yes"},
		Text: []locale.Text{{JA: "一", EN: "One"}, {JA: "二", EN: "Two"}},
	}
	sum := sha256.Sum256([]byte("8:research\n1:2\n6:研究\n6:協力\n3:一\n3:二\n8:Research\n3:Yes\n3:One\n3:Two\n"))
	if got, want := c.Hash(), hex.EncodeToString(sum[:]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestEveryWordOfAConsentCounts(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	c, ok := e.Consent(ConsentResearch)
	if !ok || c.Required {
		t.Fatalf("the consent to research: found %t", ok)
	}
	hash := e.ConsentHash(ConsentResearch)
	if hash != c.Hash() {
		t.Errorf("two hashes of one consent: %s and %s", hash, c.Hash())
	}
	for part, change := range map[string]func(*Consent){
		"version":           func(c *Consent) { c.Version += "a" },
		"title in Japanese": func(c *Consent) { c.Title.JA += "。" },
		"label in English":  func(c *Consent) { c.Label.EN += "." },
		"a paragraph":       func(c *Consent) { c.Text[1].JA += "。" },
		"a paragraph more":  func(c *Consent) { c.Text = append(c.Text, locale.Text{JA: "追記", EN: "More"}) },
		"text moved between paragraphs": func(c *Consent) {
			c.Text[0].JA, c.Text[1].JA = c.Text[0].JA+c.Text[1].JA, ""
		},
	} {
		changed := *c
		changed.Text = slices.Clone(c.Text)
		change(&changed)
		if changed.Hash() == hash {
			t.Errorf("another %s has the same hash", part)
		}
	}
	if got := e.ConsentHash("marketing"); got != "" {
		t.Errorf("a consent that nobody asks for has the hash %q", got)
	}
}

func TestTheConsentOfRegisteringIsFoundAmongTheOthers(t *testing.T) {
	t.Parallel()
	e := shiojiri(t)
	asked := &e.Registration.Consent
	c, ok := e.Consent(asked.ID)
	if !ok || c != asked || !c.Required {
		t.Fatalf("the consent %q: found %t", asked.ID, ok)
	}
	if got := e.ConsentHash(asked.ID); got != asked.Hash() || got == e.ConsentHash(ConsentPrivacy) {
		t.Errorf("its hash is %q", got)
	}
	none := *e
	none.Registration = Registration{}
	for _, id := range []string{asked.ID, ""} {
		if _, ok := none.Consent(id); ok || none.ConsentHash(id) != "" {
			t.Errorf("without registration the consent %q is found", id)
		}
	}
}
