package table

import (
	"context"
	"errors"
)

// Delivery is all that sending one mail depends on: each item as it is now, which
// may be before or after a change of several of them.
type Delivery struct {
	Mail        Mail
	Person      Person
	Application *Application // nil if there is none
}

// Delivery reads a mail with its person and application, consistently.
func (t *Table) Delivery(ctx context.Context, person, mail string) (Delivery, error) {
	items, err := t.read(ctx, mailKey(person, mail), profileKey(person), applicationKey(person))
	if err != nil {
		return Delivery{}, err
	}
	var d Delivery
	if err := errors.Join(decode(items[0], &d.Mail), decode(items[1], &d.Person)); err != nil {
		return Delivery{}, err
	}
	if items[2] != nil {
		d.Application = new(Application)
		if err := decode(items[2], d.Application); err != nil {
			return Delivery{}, err
		}
	}
	return d, nil
}
