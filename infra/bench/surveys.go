package main

import (
	"net/url"
	"strings"
)

// survey is the path of the survey that a new person who has applied answers first, and
// who has agreed to it.
func (w *world) survey() (string, error) {
	link, err := w.privateLink()
	if err != nil {
		return "", err
	}
	agreed := url.Values{"act": {"agree"}, "version": {w.experiment.Research.Consent.Version}}
	if _, err := w.send("survey", link+"/research", agreed); err != nil {
		return "", err
	}
	return link + "/surveys/" + w.experiment.Waves[0].ID, nil
}

// begunSurvey is that of somebody who has left the first page.
func (w *world) begunSurvey() (string, error) {
	survey, err := w.survey()
	if err != nil {
		return "", err
	}
	_, err = w.send("survey", survey+"/1", w.pageOne())
	return survey, err
}

// pageOne and pageTwo are what is sent with the pages: the twelve points, and texts as
// long as people make them.
func (w *world) pageOne() url.Values { return w.page(0, "4") }

func (w *world) pageTwo() url.Values {
	return w.page(1, strings.Repeat("架空の回答者が、これからのことを自分の言葉で書いています。", 5))
}

// page answers each question of a page of the first survey alike.
func (w *world) page(number int, answer string) url.Values {
	i, _ := w.instruments.Current(w.experiment.Waves[0].Instruments[number])
	form := url.Values{}
	for _, it := range i.ForWave(w.experiment.Waves[0].ID, "") {
		form.Set(it.ID, answer)
	}
	return form
}
