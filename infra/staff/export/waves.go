package export

import (
	"iter"
	"slices"
	"strings"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/table"
)

// Standing is how a person stands with a survey.
type Standing struct {
	file        table.File
	round       experiment.Round
	invitations []table.Mail // that SES took; the acknowledgement, for the survey that is answered with it
	reminders   []table.Mail // that SES took
}

// Standings yields how people stand with the surveys that are for them, or that they
// were invited to, or have begun: person after person.
func (s Surveys) Standings(people iter.Seq2[table.File, error]) iter.Seq2[Standing, error] {
	return func(yield func(Standing, error) bool) {
		for f, err := range people {
			if err != nil {
				yield(Standing{}, err)
				return
			}
			for _, r := range s.roundsOf(experiment.ToPeople, experiment.ToHosts, experiment.ToAttendees) {
				standing := s.standing(f, r)
				if !standing.concerns(s.experiment) {
					continue
				}
				if !yield(standing, nil) {
					return
				}
			}
		}
	}
}

// standing gathers the mails about a survey that SES took.
func (s Surveys) standing(f table.File, r experiment.Round) Standing {
	all := Standing{file: f, round: r}
	for _, m := range f.Mails {
		about, _, _ := strings.Cut(m.Occasion, " ")
		switch {
		case m.Sent == "":
		case s.invites(m, r, about):
			all.invitations = append(all.invitations, m)
		case (m.Kind == mail.SurveyReminder || m.Kind == mail.HostSurveyReminder) && about == r.ID:
			all.reminders = append(all.reminders, m)
		}
	}
	return all
}

// invites reports whether a mail is the invitation to a survey.
func (s Surveys) invites(m table.Mail, r experiment.Round, about string) bool {
	switch m.Kind {
	case mail.Acknowledgement:
		with, ok := s.experiment.WithApplication()
		return ok && r.Audience == experiment.ToPeople && r.ID == with.ID
	case mail.BriefingThanks:
		return r.Audience == experiment.ToAttendees && r.Briefing == about
	case mail.SurveyInvitation, mail.HostSurvey:
		return r.ID == about
	}
	return false
}

// concerns reports whether the survey is for the person now, or was.
func (st Standing) concerns(e *experiment.Experiment) bool {
	f, r := st.file, st.round
	if len(st.invitations)+len(st.reminders) > 0 || st.begun() != "" {
		return true
	}
	switch r.Audience {
	case experiment.ToHosts:
		return f.Person.Host != ""
	case experiment.ToAttendees:
		return attended(f.Registration, r.Briefing)
	}
	return f.Person.Applied != "" && e.ForGroup(r.Wave, f.Group())
}

// attended reports whether a person came to a briefing.
func attended(r *table.Registration, briefing string) bool {
	if r == nil {
		return false
	}
	if r.Briefing == briefing && r.Attended != "" {
		return true
	}
	return slices.ContainsFunc(r.Past, func(p table.PastBriefing) bool { return p.Briefing == briefing && p.Attended != "" })
}

func (st Standing) begun() table.Instant {
	return st.marked(func(s *table.Surveys) map[string]table.Instant { return s.Begun })
}
func (st Standing) saved() table.Instant {
	return st.marked(func(s *table.Surveys) map[string]table.Instant { return s.Saved })
}
func (st Standing) done() table.Instant {
	return st.marked(func(s *table.Surveys) map[string]table.Instant { return s.Done })
}

func (st Standing) marked(of func(*table.Surveys) map[string]table.Instant) table.Instant {
	if st.file.Surveys == nil {
		return ""
	}
	return of(st.file.Surveys)[st.round.ID]
}

// Waves is the file of who has been invited to which survey, and who has answered.
func (s Surveys) Waves() File[Standing] {
	at := func(name string, text locale.Text, of func(Standing) table.Instant) column[Standing] {
		return column[Standing]{name: name, text: text, kind: Instant, value: func(st Standing) string { return rfc3339(of(st), s.experiment.Zone()) }}
	}
	mails := func(st Standing) []table.Mail { return slices.Concat(st.invitations, st.reminders) }
	group := s.group()
	return File[Standing]{
		person(func(st Standing) string { return st.file.Person.ID }),
		host(s.experiment, func(st Standing) table.Person { return st.file.Person }),
		{name: "survey", text: locale.Text{JA: "アンケート", EN: "The survey"}, kind: Choice,
			choices: roundChoices(s.roundsOf(experiment.ToPeople, experiment.ToHosts, experiment.ToAttendees)),
			value:   func(st Standing) string { return st.round.ID }},
		{name: group.name, text: group.text, kind: group.kind, choices: group.choices, value: func(st Standing) string { return group.value(st.file) }},
		researchState(func(st Standing) *table.Surveys { return st.file.Surveys }),
		at("invited", locale.Text{JA: "ご案内を送った日時(応募とともに答えるアンケートでは、受付のメール)", EN: "When the invitation was sent; for the survey that is answered with the application, the acknowledgement"},
			func(st Standing) table.Instant { return earliest(st.invitations, sentAt) }),
		at("delivered", locale.Text{JA: "ご案内か督促が最初に届いた日時", EN: "When the first of the invitation and the reminders arrived"},
			func(st Standing) table.Instant { return earliest(mails(st), arrivedAt) }),
		{name: "reminders", text: locale.Text{JA: "送った督促の数", EN: "How many reminders were sent"}, kind: Integer,
			value: func(st Standing) string { return number(len(st.reminders)) }},
		at("reminded", locale.Text{JA: "最後の督促を送った日時", EN: "When the last of them was sent"},
			func(st Standing) table.Instant { return latest(st.reminders, sentAt) }),
		at("bounced", locale.Text{JA: "ご案内か督促が届かずに戻った日時", EN: "When one of these mails came back"},
			func(st Standing) table.Instant { return earliest(mails(st), cameBackAt) }),
		at("complained", locale.Text{JA: "ご案内か督促が迷惑メールとして報告された日時", EN: "When one of these mails was reported as spam"},
			func(st Standing) table.Instant { return earliest(mails(st), complainedAt) }),
		at("started", locale.Text{JA: "最初の回答を保存した日時", EN: "When the first answer was saved"}, Standing.begun),
		at("saved", locale.Text{JA: "最後の回答を保存した日時", EN: "When the last answer was saved"}, Standing.saved),
		{name: "partial", text: locale.Text{JA: "答え始めて、まだ終えていないか", EN: "Whether the person has begun and not finished"}, kind: YesNo,
			value: func(st Standing) string { return yesNo(st.begun() != "" && st.done() == "") }},
		at("done", locale.Text{JA: "回答を終えた日時", EN: "When the person finished"}, Standing.done),
		at("research_left", locale.Text{JA: "研究への同意を取り消した日時", EN: "When the person withdrew the consent to the research"}, func(st Standing) table.Instant {
			if st.file.Surveys == nil {
				return ""
			}
			return st.file.Surveys.Left
		}),
		{name: "erased", text: locale.Text{JA: "取り消したとき、回答を消去したか", EN: "Whether the answers were erased then"}, kind: YesNo, value: func(st Standing) string {
			if st.file.Surveys == nil || st.file.Surveys.Left == "" {
				return ""
			}
			return yesNo(st.file.Surveys.Erased)
		}},
		at("withdrawn", locale.Text{JA: "応募を取り下げた日時", EN: "When the person withdrew from the experiment"}, func(st Standing) table.Instant { return st.file.Person.Withdrawn }),
	}
}

// What became of a mail, by when.

func sentAt(m table.Mail) table.Instant { return m.Sent }

// arrivedAt takes what was reported as spam for having arrived: SES tells the last of
// the two.
func arrivedAt(m table.Mail) table.Instant {
	if m.Delivery == table.Delivered || m.Delivery == table.Complained {
		return m.DeliveryAt
	}
	return ""
}

func cameBackAt(m table.Mail) table.Instant {
	if m.CameBack() {
		return m.DeliveryAt
	}
	return ""
}

func complainedAt(m table.Mail) table.Instant {
	if m.Delivery == table.Complained {
		return m.DeliveryAt
	}
	return ""
}

// earliest is the first instant that any of the mails has; never if none has.
func earliest(mails []table.Mail, of func(table.Mail) table.Instant) table.Instant {
	var first table.Instant
	for _, m := range mails {
		if at := of(m); at != "" && (first == "" || at < first) {
			first = at
		}
	}
	return first
}

// latest is the last instant that any of the mails has.
func latest(mails []table.Mail, of func(table.Mail) table.Instant) table.Instant {
	var last table.Instant
	for _, m := range mails {
		last = max(last, of(m))
	}
	return last
}
