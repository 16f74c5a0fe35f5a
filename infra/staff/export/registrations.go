package export

import (
	"iter"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/table"
)

// Place is a person's registration as it concerns one briefing: the present one, or
// one that the person was registered for before and that has taken place.
type Place struct {
	person       table.Person
	registration table.Registration
	past         *table.PastBriefing // nil for the present one
}

// PlacesOf yields the places of people, person after person, the past ones first.
func PlacesOf(people iter.Seq2[table.Known, error]) iter.Seq2[Place, error] {
	return func(yield func(Place, error) bool) {
		for known, err := range people {
			if err != nil {
				yield(Place{}, err)
				return
			}
			if known.Registration == nil {
				continue
			}
			for _, past := range known.Registration.Past {
				if !yield(Place{known.Person, *known.Registration, &past}, nil) {
					return
				}
			}
			if !yield(Place{known.Person, *known.Registration, nil}, nil) {
				return
			}
		}
	}
}

// Registrations is the file of registrations for briefings, without names and
// addresses. What people typed as a question is theirs and may hold any.
func Registrations(e *experiment.Experiment) File[Place] {
	at := func(name string, text locale.Text, of func(Place) table.Instant) column[Place] {
		return column[Place]{name: name, text: text, kind: Instant, value: func(p Place) string { return rfc3339(of(p), e.Zone()) }}
	}
	// What is kept of the present briefing alone is empty for a past one.
	present := func(of func(table.Registration) string) func(Place) string {
		return func(p Place) string {
			if p.past != nil {
				return ""
			}
			return of(p.registration)
		}
	}
	return File[Place]{
		person(func(p Place) string { return p.person.ID }),
		{name: "reference", text: locale.Text{JA: "受付番号", EN: "Reference"}, kind: ID, value: func(p Place) string { return p.registration.Reference }},
		{name: "briefing", text: locale.Text{JA: "説明会", EN: "The briefing"}, kind: Choice, choices: briefings(e), value: Place.briefing},
		{name: "present", text: locale.Text{JA: "いまの登録か(noなら、終わった説明会への以前の登録)", EN: "Whether it is the present registration; else one before, of a briefing that is over"}, kind: YesNo,
			value: func(p Place) string { return yesNo(p.past == nil) }},
		{name: "standing", text: locale.Text{JA: "登録の状態", EN: "How the registration stands"}, kind: Choice, choices: standings(), value: Place.standing},
		{name: "ticket", text: locale.Text{JA: "受け付けた順番(説明会ごと)", EN: "The order in which people came, of the briefing"}, kind: Integer,
			value: present(func(r table.Registration) string { return number(r.Ticket) })},
		at("registered", locale.Text{JA: "最初に登録した日時", EN: "When the person first registered"}, func(p Place) table.Instant { return p.registration.Registered }),
		at("booked", locale.Text{JA: "この説明会に登録した日時", EN: "Since when it is for this briefing"}, Place.booked),
		at("attended", locale.Text{JA: "メールのリンクから参加した日時", EN: "When the person joined through the link"}, Place.attended),
		{name: "until", text: locale.Text{JA: "席を確保している期限(空いた席をご案内した場合)", EN: "Until when an offered seat is kept"}, kind: Instant,
			value: present(func(r table.Registration) string { return rfc3339(r.Until, e.Zone()) })},
		{name: "question", text: locale.Text{JA: "受け入れ先への質問", EN: "Question to the hosts"}, kind: Text,
			value: present(func(r table.Registration) string { return r.Question })},
		{name: "consent", text: locale.Text{JA: "登録での個人情報の取り扱いへの同意", EN: "Consent to the privacy notice of registering"}, kind: YesNo,
			value: func(p Place) string { return yesNo(p.registration.Consent.Given) }},
		{name: "consent_version", text: locale.Text{JA: "同意した文章の版", EN: "Version of the text"}, kind: Text,
			value: func(p Place) string { return p.registration.Consent.Version }},
		{name: "consent_hash", text: locale.Text{JA: "同意した文章のハッシュ値", EN: "Hash of the text"}, kind: ID,
			value: func(p Place) string { return p.registration.Consent.Hash }},
		at("consent_at", locale.Text{JA: "同意した日時", EN: "When it was given"}, func(p Place) table.Instant { return p.registration.Consent.At }),
		{name: "source", text: locale.Text{JA: "どのページから来たか", EN: "Which page sent the person"}, kind: Text,
			value: func(p Place) string { return p.registration.Source }},
		{name: "language", text: locale.Text{JA: "メールの言語", EN: "Language of mails"}, kind: Choice, choices: languages(),
			value: func(p Place) string { return string(p.person.Lang) }},
		at("withdrawn", locale.Text{JA: "取り下げた日時", EN: "When the person withdrew"}, func(p Place) table.Instant { return p.person.Withdrawn }),
	}
}

func (p Place) briefing() string {
	if p.past != nil {
		return p.past.Briefing
	}
	return p.registration.Briefing
}

func (p Place) standing() string {
	if p.past != nil {
		return string(p.past.Standing)
	}
	return string(p.registration.Standing)
}

func (p Place) booked() table.Instant {
	if p.past != nil {
		return p.past.Booked
	}
	return p.registration.Booked
}

func (p Place) attended() table.Instant {
	if p.past != nil {
		return p.past.Attended
	}
	return p.registration.Attended
}

func briefings(e *experiment.Experiment) []experiment.Choice {
	var all []experiment.Choice
	for _, b := range e.Briefings {
		all = append(all, experiment.Choice{ID: b.ID, Label: b.Title})
	}
	return all
}

func standings() []experiment.Choice {
	return []experiment.Choice{
		{ID: string(table.Confirmed), Label: locale.Text{JA: "席あり", EN: "Has a seat"}},
		{ID: string(table.Waiting), Label: locale.Text{JA: "キャンセル待ち", EN: "Is on the waiting list"}},
		{ID: string(table.Offered), Label: locale.Text{JA: "空いた席をご案内中", EN: "Is kept a seat that became free"}},
		{ID: string(table.Left), Label: locale.Text{JA: "キャンセル", EN: "Gave it up"}},
		{ID: string(table.Lapsed), Label: locale.Text{JA: "ご案内した席を期限までに取らなかった", EN: "Did not take the seat in time"}},
	}
}
