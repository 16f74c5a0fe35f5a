package table

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"fmt"
	"time"
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
