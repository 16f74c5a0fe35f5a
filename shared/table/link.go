package table

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"time"

	"livinglab/shared/mail"
)

// Private is what a private page shows.
type Private struct {
	Person        Person
	Application   *Application
	Registration  *Registration
	Surveys       *Surveys
	Participation *Participation
	Mail          Mail                // that the link came in
	Settings      Settings            // of the person's experiment, if it is among those that were asked for
	Responses     map[string]Response // by wave, those that were asked for; OpenSurveys alone reads them
	Used          map[string]bool     // the anonymous waves that the person has answered, of those that were asked for
}

// Errors of opening a link. Whoever holds one of ours is told which it is;
// anything else is ErrNotFound.
var (
	ErrLinkExpired = errors.New("the link has expired")
	ErrLinkRevoked = errors.New("the link has been replaced")
)

// Open checks a link and returns what it opens, with the settings of the person's
// experiment, which is one of those that are named: by one consistent read. It
// changes nothing.
func (t *Table) Open(ctx context.Context, person, mailID, token string, purpose mail.Purpose, now time.Time, experiments ...string) (Private, error) {
	d, err := t.Delivery(ctx, person, mailID, experiments...)
	if err != nil {
		return Private{}, err
	}
	grant, ok := grantOf(d.Mail.Links, token)
	switch {
	case !ok || grant.Purpose != purpose:
		return Private{}, ErrNotFound
	case !current(d.Person, grant, mailID):
		return Private{}, ErrLinkRevoked
	case grant.Until.Passed(now):
		return Private{}, ErrLinkExpired
	}
	return Private{Person: d.Person, Application: d.Application, Registration: d.Registration, Settings: d.Settings}, nil
}

// OpenSurveys checks a link as Open does, and reads the person's responses to waves
// with it: still by one consistent read.
func (t *Table) OpenSurveys(ctx context.Context, person, mailID, token string, purpose mail.Purpose, now time.Time, waves []string, experiments ...string) (Private, error) {
	return Private{}, errors.ErrUnsupported
}

// current reports whether a link has not been replaced. What is the person's own
// (the page, the seat, the survey) opens to links that went to the person's present
// address. An address is confirmed by the link that was asked for, and once it is,
// that link may say so again. Whoever got an announcement can stop them for ever:
// that link opens nothing else.
func current(person Person, grant Grant, mailID string) bool {
	switch grant.Purpose {
	case mail.Unsubscribe:
		return true
	case mail.ConfirmAddress:
		return person.Confirmed == mailID || grant.Minted >= person.LinksFrom
	}
	return grant.Minted >= person.LinksFrom && grant.To == digest(person.Address.Comparable)
}

// TokenHash is the form in which the table knows a link's token.
func TokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func grantOf(grants []Grant, token string) (Grant, bool) {
	hash := []byte(TokenHash(token))
	for _, g := range grants {
		if subtle.ConstantTimeCompare(hash, []byte(g.Hash)) == 1 {
			return g, true
		}
	}
	return Grant{}, false
}
