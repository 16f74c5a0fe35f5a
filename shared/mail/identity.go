package mail

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
)

// ID names the one mail of a kind to a person on an occasion, so that planning
// a mail twice makes one mail. The occasion is whatever makes the mail another
// one: an application, a day, a wave.
//
// It is 22 characters of [A-Za-z0-9_-], because it travels as the value of an
// SES message tag. The parts are hashed with their lengths, so no two
// different triples share their input.
func ID(kind Kind, person, occasion string) string {
	var input []byte
	for _, part := range []string{string(kind), person, occasion} {
		input = binary.BigEndian.AppendUint64(input, uint64(len(part)))
		input = append(input, part...)
	}
	sum := sha256.Sum256(input)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
