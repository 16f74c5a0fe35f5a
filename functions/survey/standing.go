package main

import (
	"net/http"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/mail"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/web"
)

// state is where a person stands with a survey, as pages tell it.
type state string

const (
	withdrawn   state = "withdrawn"   // left the experiment
	notForYou   state = "notForYou"   // is not among those who are asked
	declined    state = "declined"    // does not take part in the research
	leftIt      state = "left"        // took part, and does not any more
	received    state = "received"    // has answered
	notYet      state = "notYet"      // the survey is not open yet
	closed      state = "closed"      // it is closed
	unconsented state = "unconsented" // has not been asked for the consent yet
	outdated    state = "outdated"    // consented to an older text
	ready       state = "ready"       // can begin
	begun       state = "begun"       // can go on
)

// state says where the person stands now.
func (s *sitting) state() state {
	switch {
	case s.Person.Withdrawn != "":
		return withdrawn
	case !s.reached():
		return notForYou
	case s.research() == table.Declined:
		return declined
	case s.research() == table.LeftResearch:
		return leftIt
	case s.answered():
		return received
	case !s.asked():
		return notForYou
	}
	switch s.round.State(s.now) {
	case experiment.NotYetOpen:
		return notYet
	case experiment.Closed:
		return closed
	}
	switch {
	case s.needsConsent() && s.research() == "":
		return unconsented
	case s.needsConsent() && s.Surveys.Consent.Version != s.Experiment.Research.Consent.Version:
		return outdated
	case s.response != nil:
		return begun
	}
	return ready
}

// reached reports whether the person belongs to the survey's audience at all.
func (s *sitting) reached() bool {
	switch s.round.Audience {
	case experiment.ToHosts:
		return s.Person.Host != ""
	case experiment.ToAttendees:
		came := s.Registration != nil && s.Registration.Briefing == s.round.Briefing && s.Registration.Attended != ""
		return came || s.Mail.Kind == mail.BriefingThanks && !s.own // who came is thanked
	}
	return s.Person.Applied != "" && s.Person.Host == ""
}

// asked reports whether the survey is for the person's group, and asks anything of it.
func (s *sitting) asked() bool {
	if len(s.sheets) == 0 {
		return false
	}
	return s.round.Audience != experiment.ToPeople || s.response != nil || s.Experiment.ForGroup(s.round.Wave, s.group)
}

// needsConsent reports whether the survey is answered for the research.
func (s *sitting) needsConsent() bool { return s.round.Audience == experiment.ToPeople }

// research is whether the person takes part in the research, for a survey that asks.
func (s *sitting) research() table.ResearchState {
	if s.Surveys == nil || !s.needsConsent() {
		return ""
	}
	return s.Surveys.Research
}

// answered reports whether the person is done with the survey.
func (s *sitting) answered() bool {
	return s.response != nil && s.response.Done != "" || s.Used[s.round.ID]
}

// open reports whether answers are taken.
func (s *sitting) open() bool {
	is := s.state()
	return is == ready || is == begun
}

// surveyView says where a person stands with a survey.
type surveyView struct {
	Experiment *experiment.Experiment
	Round      experiment.Round
	State      state
	Path       string
	Research   string // path of the page about the consent, if it can be reached
	Host       bool
	Greeting   locale.Text // of a host's contact
	Anonymous  bool
	Skipping   bool      // there are questions that may be left out
	Begun      bool      // answers have been saved
	Saved      time.Time // when the last were
	Done       time.Time // when they were received; zero if that is not kept
	Surveys    *table.Surveys
	Pages      int
	Place      int // which of the pages is next; 0 for the check
	PlacePath  string
	Consent    consentView
	Notice     *web.Notice
	Typed      []web.Row // what was typed on a page and is not taken
}

// standings are the titles of the states that have one of their own.
var standings = map[state]locale.Text{
	withdrawn:   {JA: "お申し込みは取りやめになっています", EN: "You have left this experiment"},
	notForYou:   {JA: "このアンケートは、別の方にお願いしています", EN: "This survey is for other people"},
	declined:    {JA: "研究に協力しない、とのお返事をいただいています", EN: "You chose not to take part in the research"},
	leftIt:      {JA: "研究への協力を取りやめています", EN: "You have left the research"},
	received:    {JA: "回答を受け取りました", EN: "We have received your answers"},
	notYet:      {JA: "アンケートはまだ始まっていません", EN: "The survey is not open yet"},
	closed:      {JA: "アンケートは終了しました", EN: "The survey is closed"},
	unconsented: {JA: "研究へのご協力のお願い", EN: "Will you take part in the research?"},
	outdated:    {JA: "研究についての説明が新しくなりました", EN: "The text about the research is new"},
}

// showSurvey says where the person stands, and what to do next. Every link in a mail
// leads here.
func (h *handler) showSurvey(w http.ResponseWriter, r *http.Request, s *sitting) error {
	return h.showStanding(w, r, http.StatusOK, s, nil, nil)
}

// backToSurvey is for who reloads the answer to a post.
func (h *handler) backToSurvey(w http.ResponseWriter, r *http.Request, s *sitting) error {
	return seeOther(w, r, s.path)
}

func seeOther(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

func (h *handler) showStanding(w http.ResponseWriter, r *http.Request, status int, s *sitting, errs web.Errors, typed []web.Row) error {
	view := s.view()
	view.Consent.Leaving = leavingField(errs)
	view.Typed = typed
	if typed != nil {
		view.Notice = &notTaken
	}
	title, own := standings[view.State]
	if !own {
		title = s.round.Title
	}
	page := s.page(title, s.path, view)
	page.Errors = errs
	h.pages.Show(w, r, status, "survey", page)
	return nil
}

// notTaken is said above what a person typed when it is too late.
var notTaken = web.Notice{
	Kind: web.Warning, Focus: true,
	Title: locale.Text{JA: "いま送られた内容は、受け取っていません", EN: "What you just sent was not taken"},
	Text: []locale.Text{{
		JA: "お手元に控えられるように、このページの下に表示しています。",
		EN: "It is shown further down, so that you can keep a copy.",
	}},
}

func (s *sitting) view() surveyView {
	answers := s.given()
	turns := s.turns(answers)
	view := surveyView{
		Experiment: s.Experiment, Round: s.round, State: s.state(), Path: s.path,
		Host: s.round.Audience == experiment.ToHosts, Anonymous: s.anonymous(), Surveys: s.Surveys,
		Pages: len(turns), Consent: consentView{Consent: s.Experiment.Research.Consent, Action: s.path + "/consent", Open: s.round.State(s.now) == experiment.Open},
	}
	if view.Host {
		view.Greeting = locale.Text{
			JA: s.Person.FamilyName + " " + s.Person.GivenName + " 様",
			EN: "Dear " + s.Person.GivenName + " " + s.Person.FamilyName + ",",
		}
	}
	if s.own {
		view.Research = s.Link + "/research"
	}
	var items []survey.Item
	for _, sh := range turns {
		items = append(items, sh.Asked(s.asking(answers))...)
	}
	for _, it := range items {
		view.Skipping = view.Skipping || !it.Required
	}
	if s.response != nil {
		view.Begun, view.Saved, view.Done = true, s.response.Saved.Time(), s.response.Done.Time()
	}
	view.Place, view.PlacePath = s.place(turns)
	return view
}

// place is the page to go on with: which one it is of those that ask something, and
// where it lies.
func (s *sitting) place(turns []sheet) (int, string) {
	from := 1
	if s.response != nil {
		from = max(s.response.Place, 1)
	}
	for i, sh := range turns {
		if sh.number >= from {
			return i + 1, s.pathOf(sh.number)
		}
	}
	return 0, s.pathOf(len(s.sheets) + 1)
}
