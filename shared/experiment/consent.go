package experiment

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"livinglab/shared/locale"
)

// Hash identifies the words that a person agreed to: the SHA-256, in hex, of
// the id, the version and, for Japanese and then English, the title, the
// label and each paragraph. Each part is written as its length in bytes, a
// colon, the part itself in UTF-8 and a line feed, so that text cannot move
// from one part to the next unseen.
func (c *Consent) Hash() string {
	h := sha256.New()
	write := func(part string) { fmt.Fprintf(h, "%d:%s\n", len(part), part) }
	write(c.ID)
	write(c.Version)
	for _, lang := range locale.Langs {
		write(c.Title.In(lang))
		write(c.Label.In(lang))
		for _, paragraph := range c.Text {
			write(paragraph.In(lang))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// ConsentHash returns the hash of the consent with the id, or "" if the file
// asks for no such consent.
func (e *Experiment) ConsentHash(id string) string {
	c, ok := e.Consent(id)
	if !ok {
		return ""
	}
	return c.Hash()
}
