package table

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"time"

	"livinglab/shared/mail"
)

// Receipt is the idempotency record of one accepted post: a repeated post gets
// the same answer from it, and its page shows it to who holds the token.
type Receipt struct {
	Key
	Reference string  `dynamodbav:"reference"`
	Submitted Instant `dynamodbav:"submitted"`
	Until     Instant `dynamodbav:"until"`   // when it stops to count
	Expires   int64   `dynamodbav:"expires"` // Unix seconds, for DynamoDB to clean up
	Body      string  `dynamodbav:"body"`    // digest of what was posted
	Sealed    []byte  `dynamodbav:"sealed"`  // the address, readable with the token alone

	// Survey is the person and the mail of the link on to the survey, readable with the
	// token alone; nothing if the receipt leads to none.
	Survey []byte `dynamodbav:"survey,omitempty"`

	// Of a registration: for which briefing, and how it stood.
	Briefing string   `dynamodbav:"briefing,omitempty"`
	Standing Standing `dynamodbav:"standing,omitempty"`
}

// receiptLife is how long a receipt answers and is shown.
const receiptLife = 24 * time.Hour

// newReceipt returns the record, under its key, of a post accepted now. The address in it is
// sealed with the token, of which the table holds only the digest, so that no
// address lies outside the person's partition.
func newReceipt(key Key, token, body, reference, address string, now time.Time) (Receipt, error) {
	r := Receipt{
		Key: key, Reference: reference, Submitted: At(now),
		Until: At(now.Add(receiptLife)), Expires: now.Add(receiptLife).Unix(), Body: digest(body),
	}
	aead, err := sealer(token)
	if err != nil {
		return Receipt{}, err
	}
	r.Sealed = aead.Seal(nil, nil, []byte(address), []byte(r.Key.PK))
	return r, nil
}

// leadingTo returns the receipt with a link on to the survey. Its token follows from
// that of the form.
func (r Receipt) leadingTo(link Segment, token string) (Receipt, error) {
	aead, err := sealer(token)
	if err != nil {
		return Receipt{}, err
	}
	r.Survey = aead.Seal(nil, nil, []byte(link.Person+link.Mail), r.surveyContext())
	return r, nil
}

func (r Receipt) surveyContext() []byte { return []byte(r.Key.PK + " survey") }

// SurveyLink returns the link by which who has just applied goes on to the survey, and
// whether there is one: a post for an address that had applied before gets none.
func (r Receipt) SurveyLink(token string) (Segment, bool) {
	if len(r.Survey) == 0 {
		return Segment{}, false
	}
	aead, err := sealer(token)
	if err != nil {
		return Segment{}, false
	}
	names, err := aead.Open(nil, nil, r.Survey, r.surveyContext())
	if err != nil || len(names) != personWidth+mailWidth {
		return Segment{}, false
	}
	return Segment{Person: string(names[:personWidth]), Mail: string(names[personWidth:]), Token: surveyToken(token)}, true
}

// surveyLink is the link by which a person who applies goes on to the survey: it belongs
// to the mail that acknowledges the application.
func surveyLink(s Submission, person string) Segment {
	return Segment{
		Person: person, Mail: mail.ID(mail.Acknowledgement, person, s.Application.Reference), Token: surveyToken(s.Token),
	}
}

// surveyGrant is what the table knows of that link. It may open for longer than the
// receipt is shown: who has begun the survey goes on with it.
func surveyGrant(s Submission, now time.Time) Grant {
	return Grant{
		Hash: TokenHash(surveyToken(s.Token)), Purpose: mail.OpenSurvey,
		Minted: At(now), Until: At(s.Survey), To: digest(s.Person.Address.Comparable),
	}
}

// surveyToken is the token of that link: whoever holds the receipt's can tell it, and
// nobody else.
func surveyToken(token string) string {
	sum := sha256.Sum256([]byte("survey of " + token))
	return base32.StdEncoding.EncodeToString(sum[:])[:tokenWidth]
}

// Address returns the address that the post named.
func (r Receipt) Address(token string) (string, error) {
	aead, err := sealer(token)
	if err != nil {
		return "", err
	}
	address, err := aead.Open(nil, nil, r.Sealed, []byte(r.Key.PK))
	if err != nil {
		return "", fmt.Errorf("opening a receipt: %w", err)
	}
	return string(address), nil
}

func sealer(token string) (cipher.AEAD, error) {
	key := sha256.Sum256([]byte("receipt of " + token))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("sealing a receipt: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// IsOf reports whether the receipt is that of the body.
func (r Receipt) IsOf(body string) bool { return r.Body == digest(body) }

// Receipt returns the receipt of an application by its token, as long as it
// counts; ErrNotFound otherwise.
func (t *Table) Receipt(ctx context.Context, experiment, token string, now time.Time) (Receipt, error) {
	return t.receipt(ctx, receiptKey(experiment, token), now)
}

// RegistrationReceipt returns the receipt of a registration by its token, as long
// as it counts; ErrNotFound otherwise.
func (t *Table) RegistrationReceipt(ctx context.Context, experiment, token string, now time.Time) (Receipt, error) {
	return t.receipt(ctx, registrationReceiptKey(experiment, token), now)
}

func (t *Table) receipt(ctx context.Context, key Key, now time.Time) (Receipt, error) {
	var r Receipt
	if err := t.readOne(ctx, key, &r); err != nil {
		return Receipt{}, err
	}
	if r.Until.Passed(now) {
		return Receipt{}, ErrNotFound
	}
	return r, nil
}
