package table

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

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
	return t.OpenSurveys(ctx, person, mailID, token, purpose, now, nil, experiments...)
}

// OpenSurveys checks a link as Open does, and reads with it what the person has
// answered of some waves: still by one consistent read.
func (t *Table) OpenSurveys(ctx context.Context, person, mailID, token string, purpose mail.Purpose, now time.Time, waves []string, experiments ...string) (Private, error) {
	var answered []Key
	for _, wave := range waves {
		answered = append(answered, responseKey(person, wave), usedKey(person, wave))
	}
	d, items, err := t.delivery(ctx, person, mailID, experiments, answered)
	if err != nil {
		return Private{}, err
	}
	responses, used, err := decodeAnswered(waves, items)
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
	return Private{
		Person: d.Person, Application: d.Application, Registration: d.Registration,
		Surveys: d.Surveys, Participation: d.Participation, Mail: d.Mail, Settings: d.Settings,
		Responses: responses, Used: used,
	}, nil
}

// decodeAnswered reads responses and used-marks, one of each for every wave.
func decodeAnswered(waves []string, items []map[string]types.AttributeValue) (map[string]Response, map[string]bool, error) {
	responses, used := map[string]Response{}, map[string]bool{}
	for i, wave := range waves {
		response, mark := items[2*i], items[2*i+1]
		if mark != nil {
			used[wave] = true
		}
		if response == nil {
			continue
		}
		var r Response
		if err := decode(response, &r); err != nil {
			return nil, nil, err
		}
		responses[wave] = r
	}
	return responses, used, nil
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
