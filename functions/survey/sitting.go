package main

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// sitting is one opening of one survey by the person whom it is for: what is asked,
// what has been answered so far, and where the pages are.
type sitting struct {
	*visit.Visit
	now      time.Time
	round    experiment.Round
	path     string          // of the page that says where one stands; the others lie under it
	own      bool            // it is reached from the private page
	group    string          // by which the items are chosen
	response *table.Response // nil until the first answer is saved
	sheets   []sheet
	set      survey.Set
}

// sheet is one page of a survey: one instrument in the version that is answered.
type sheet struct {
	*survey.Instrument
	number int // of the page, from 1: the same whatever is answered
}

// gone answers for a survey that there is not, or not any more.
var gone = &web.Problem{
	Status: http.StatusNotFound,
	Title:  locale.Text{JA: "このアンケートはありません", EN: "There is no such survey"},
	Body: locale.Text{
		JA: "アンケートが取りやめになったか、リンクが変わった可能性があります。していただくことはありません。",
		EN: "It may have been called off, or the link may have changed. There is nothing you need to do.",
	},
}

// sitByMail opens the survey that the mail of the link is about.
func (h *handler) sitByMail(serve func(http.ResponseWriter, *http.Request, *sitting) error) func(http.ResponseWriter, *http.Request, *visit.Visit) error {
	return func(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
		round, ok := v.Experiment.Round(roundOf(v), v.Sessions())
		if !ok {
			return gone
		}
		return serve(w, r, h.sit(r, v, round, v.Link))
	}
}

// sitByPage opens a survey from the private page.
func (h *handler) sitByPage(serve func(http.ResponseWriter, *http.Request, *sitting) error) func(http.ResponseWriter, *http.Request, *visit.Visit) error {
	return func(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
		round, ok := v.Experiment.Round(r.PathValue("wave"), v.Sessions())
		if !ok {
			return gone.Leading(v.OwnPage())
		}
		s := h.sit(r, v, round, v.Link+"/surveys/"+round.ID)
		s.own = true
		return serve(w, r, s)
	}
}

// roundOf names the survey round that the mail of the link is about: the first word of
// its occasion, but for the mails that are about something else first.
func roundOf(v *visit.Visit) string {
	first, _, _ := strings.Cut(v.Mail.Occasion, " ")
	switch v.Mail.Kind {
	case mail.Acknowledgement:
		with, _ := v.Experiment.WithApplication()
		return with.ID
	case mail.BriefingThanks:
		return experiment.BriefingWave(first)
	}
	return first
}

func (h *handler) sit(r *http.Request, v *visit.Visit, round experiment.Round, path string) *sitting {
	s := &sitting{Visit: v, now: web.Now(r), round: round, path: path, set: h.instruments}
	if response, ok := v.Responses[round.ID]; ok {
		s.response = &response
	}
	s.group = s.asGroup()
	for _, id := range round.Instruments {
		i, ok := s.edition(id)
		if ok && len(i.ForWave(round.ID, s.group)) > 0 {
			s.sheets = append(s.sheets, sheet{i, len(s.sheets) + 1})
		}
	}
	return s
}

// asGroup is the group as which the person is asked: the one in which the response
// began. With the application nobody has one yet.
func (s *sitting) asGroup() string {
	with, ok := s.Experiment.WithApplication()
	switch {
	case s.round.Audience != experiment.ToPeople, ok && with.ID == s.round.ID:
		return ""
	case s.response != nil:
		return s.response.Group
	}
	if s.round.State(s.now) == experiment.NotYetOpen { // an offer that is not told yet must not show by it
		return table.Group(s.Person, s.Participation.Known(s.now), s.Surveys)
	}
	return table.Group(s.Person, s.Participation, s.Surveys)
}

// edition is the instrument in the version that the response began with, or the newest.
func (s *sitting) edition(id string) (*survey.Instrument, bool) {
	if s.response != nil {
		if begun, ok := s.response.Instruments[id]; ok {
			return s.set.Edition(id, begun.Version)
		}
	}
	return s.set.Current(id)
}

// anonymous reports whether the answers are kept without the person.
func (s *sitting) anonymous() bool { return len(s.sheets) == 1 && s.sheets[0].Anonymous }

// asking is what decides about items and words, with the answers.
func (s *sitting) asking(answers survey.Answers) survey.Asking {
	earlier := map[string]survey.Answers{}
	for wave, response := range s.Responses {
		if wave != s.round.ID {
			earlier[wave] = response.Answers
		}
	}
	return survey.Asking{Wave: s.round.ID, Group: s.group, Answers: answers, Earlier: earlier}
}

// given are the answers that are stored and count.
func (s *sitting) given() survey.Answers {
	if s.response == nil {
		return survey.Answers{}
	}
	return survey.Given(s.instruments(), s.asking(s.response.Answers))
}

func (s *sitting) instruments() []*survey.Instrument {
	var all []*survey.Instrument
	for _, sh := range s.sheets {
		all = append(all, sh.Instrument)
	}
	return all
}

// turns are the pages that have something to ask, given some answers.
func (s *sitting) turns(answers survey.Answers) []sheet {
	var turns []sheet
	for _, sh := range s.sheets {
		if len(sh.Asked(s.asking(answers))) > 0 {
			turns = append(turns, sh)
		}
	}
	return turns
}

// sheet returns the page of a request and whether the survey has it.
func (s *sitting) sheet(r *http.Request) (sheet, bool) {
	n, err := strconv.Atoi(r.PathValue("page"))
	if err != nil || n < 1 || n > len(s.sheets) || strconv.Itoa(n) != r.PathValue("page") {
		return sheet{}, false
	}
	return s.sheets[n-1], true
}

// pathOf is where a page is, by its number; past the last one the check.
func (s *sitting) pathOf(number int) string {
	switch {
	case number < 1:
		return s.path
	case number > len(s.sheets):
		return s.path + "/check"
	}
	return s.path + "/" + strconv.Itoa(number)
}

// after and before are the numbers of the next and the previous page that has something
// to ask: past the last one the check, 0 before the first.
func (s *sitting) after(number int, answers survey.Answers) int {
	for _, sh := range s.turns(answers) {
		if sh.number > number {
			return sh.number
		}
	}
	return len(s.sheets) + 1
}

func (s *sitting) before(number int, answers survey.Answers) int {
	last := 0
	for _, sh := range s.turns(answers) {
		if sh.number < number {
			last = sh.number
		}
	}
	return last
}

// page is a page of the survey: it belongs to the private page if that led to it.
func (s *sitting) page(title locale.Text, self string, data any) web.Page {
	page := web.About(s.Experiment, title, data)
	if s.own {
		page = s.Step(title, data)
	}
	page.Self = self
	return page
}
