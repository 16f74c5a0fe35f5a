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
	d, _, err := t.delivery(ctx, person, mail, experiments, nil)
	return d, err
}

// delivery reads a mail as Delivery does, and other items with it.
func (t *Table) delivery(ctx context.Context, person, mail string, experiments []string, others []Key) (Delivery, []map[string]types.AttributeValue, error) {
	keys := []Key{
		mailKey(person, mail), profileKey(person), applicationKey(person), registrationKey(person),
		surveysKey(person), participationKey(person),
	}
	settings := len(keys)
	for _, e := range experiments {
		keys = append(keys, settingsKey(e))
	}
	items, err := t.read(ctx, append(keys, others...)...)
	if err != nil {
		return Delivery{}, nil, err
	}
	var d Delivery
	var applied, registered, surveyed, participates error
	d.Application, applied = decodeIfAny[Application](items[2])
	d.Registration, registered = decodeIfAny[Registration](items[3])
	d.Surveys, surveyed = decodeIfAny[Surveys](items[4])
	d.Participation, participates = decodeIfAny[Participation](items[5])
	err = errors.Join(decode(items[0], &d.Mail), decode(items[1], &d.Person), applied, registered, surveyed, participates)
	if err != nil {
		return Delivery{}, nil, err
	}
	d.Settings = NoSettings(d.Mail.Experiment)
	for _, item := range items[settings:len(keys)] {
		if item == nil || keyOf(item) != d.Settings.Key {
			continue
		}
		if err := decode(item, &d.Settings); err != nil {
			return Delivery{}, nil, err
		}
	}
	return d, items[len(keys):], nil
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
