package table

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Delivery is all that sending one mail depends on: each item as it is now, which
// may be before or after a change of several of them.
type Delivery struct {
	Mail          Mail
	Person        Person
	Application   *Application   // nil if there is none
	Registration  *Registration  // nil if there is none
	Surveys       *Surveys       // nil if there is none
	Participation *Participation // nil if there is none
	Settings      Settings       // of the mail's experiment, if it is among those that were asked for
}

// Delivery reads a mail with all that belongs to its person, and the settings of
// the experiments, one of which is the mail's: by one consistent read.
func (t *Table) Delivery(ctx context.Context, person, mail string, experiments ...string) (Delivery, error) {
	keys := []Key{mailKey(person, mail), profileKey(person), applicationKey(person), registrationKey(person)}
	for _, e := range experiments {
		keys = append(keys, settingsKey(e))
	}
	items, err := t.read(ctx, keys...)
	if err != nil {
		return Delivery{}, err
	}
	var d Delivery
	if err := errors.Join(decode(items[0], &d.Mail), decode(items[1], &d.Person)); err != nil {
		return Delivery{}, err
	}
	if d.Application, err = decodeIfAny[Application](items[2]); err != nil {
		return Delivery{}, err
	}
	if d.Registration, err = decodeIfAny[Registration](items[3]); err != nil {
		return Delivery{}, err
	}
	d.Settings = NoSettings(d.Mail.Experiment)
	for _, item := range items[4:] {
		if item == nil || keyOf(item) != d.Settings.Key {
			continue
		}
		if err := decode(item, &d.Settings); err != nil {
			return Delivery{}, err
		}
	}
	return d, nil
}

// decodeIfAny decodes an item; nil for none.
func decodeIfAny[T any](item map[string]types.AttributeValue) (*T, error) {
	if item == nil {
		return nil, nil //nolint:nilnil // there is none, and that is no error
	}
	out := new(T)
	if err := decode(item, out); err != nil {
		return nil, err
	}
	return out, nil
}
