package main

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"time"

	"livinglab/shared/table"
)

// operation is one thing that a function does. Its event is prepared anew for
// each time that it is measured: what has to be there before is not counted.
type operation struct {
	function string
	name     string
	prepare  func(w *world) (event []byte, err error)
	status   int  // of the answer; 0 for a function that answers no requests
	conflict bool // whether its first transaction meets another one
	mails    int  // how many mails it sends
}

// mailsInALongTick is by how many mails the cost of one more is found.
const mailsInALongTick = 9

// operations is everything that is measured, in the order of the tables.
var operations = []operation{
	{function: "site", name: "show the experiment", status: http.StatusOK, prepare: func(w *world) ([]byte, error) {
		w.now = w.now.Add(time.Minute) // the dates have to be asked for again
		return get(w.path(""), w.now)
	}},
	{function: "apply", name: "show the form", status: http.StatusOK, prepare: func(w *world) ([]byte, error) {
		return get(w.path("/apply"), w.now)
	}},
	{function: "apply", name: "check the form", status: http.StatusOK, prepare: func(w *world) ([]byte, error) {
		return post(w.path("/apply"), w.form(newAddress()), w.now)
	}},
	{function: "apply", name: "apply, new address", status: http.StatusSeeOther, prepare: applyNew},
	{function: "apply", name: "apply, the same form again", status: http.StatusSeeOther, prepare: func(w *world) ([]byte, error) {
		form := w.form(newAddress())
		if _, err := w.apply(form); err != nil {
			return nil, err
		}
		return post(w.path("/applications"), form, w.now)
	}},
	{function: "apply", name: "apply, known address, first that day", status: http.StatusSeeOther, prepare: func(w *world) ([]byte, error) {
		return applyKnown(w, 1)
	}},
	{function: "apply", name: "apply, known address, later that day", status: http.StatusSeeOther, prepare: func(w *world) ([]byte, error) {
		return applyKnown(w, 2)
	}},
	{function: "apply", name: "apply, new address, by JSON", status: http.StatusCreated, prepare: func(w *world) ([]byte, error) {
		return postJSON(w.path("/applications"), rand.Text(), applicationJSON(w.experiment, newAddress()), w.now)
	}},
	{function: "apply", name: "show the receipt", status: http.StatusOK, prepare: func(w *world) ([]byte, error) {
		receipt, err := w.apply(w.form(newAddress()))
		if err != nil {
			return nil, err
		}
		return get(receipt, w.now)
	}},
	{function: "apply", name: "open the private page", status: http.StatusOK, prepare: func(w *world) ([]byte, error) {
		link, err := w.privateLink()
		if err != nil {
			return nil, err
		}
		return get(link, w.now)
	}},
	{function: "apply", name: "edit", status: http.StatusSeeOther, prepare: func(w *world) ([]byte, error) {
		link, err := w.privateLink()
		if err != nil {
			return nil, err
		}
		return post(link+"/edit", edited(w.experiment, w.now), w.now)
	}},
	{function: "apply", name: "withdraw", status: http.StatusSeeOther, prepare: func(w *world) ([]byte, error) {
		link, err := w.privateLink()
		if err != nil {
			return nil, err
		}
		return post(link+"/withdraw", url.Values{}, w.now)
	}},
	{function: "apply", name: "ask for another address", status: http.StatusSeeOther, prepare: func(w *world) ([]byte, error) {
		link, err := w.privateLink()
		if err != nil {
			return nil, err
		}
		return post(link+"/address", otherAddress(newAddress()), w.now)
	}},
	{function: "apply", name: "confirm the other address", status: http.StatusOK, prepare: func(w *world) ([]byte, error) {
		link, err := w.privateLink()
		if err != nil {
			return nil, err
		}
		next := newAddress()
		if _, err := w.send("apply", link+"/address", otherAddress(next)); err != nil {
			return nil, err
		}
		if err := w.deliver(); err != nil {
			return nil, err
		}
		confirm, err := w.mailbox.link(next)
		if err != nil {
			return nil, err
		}
		return post(confirm, url.Values{}, w.now)
	}},
	{function: "apply", name: "send me my link, known address", status: http.StatusOK, prepare: func(w *world) ([]byte, error) {
		address := newAddress()
		if _, err := w.apply(w.form(address)); err != nil {
			return nil, err
		}
		return post(w.path("/link"), url.Values{"email": {address}}, w.now)
	}},
	{function: "apply", name: "send me my link, unknown address", status: http.StatusOK, prepare: func(w *world) ([]byte, error) {
		return post(w.path("/link"), url.Values{"email": {newAddress()}}, w.now)
	}},
	{function: "apply", name: "apply, new address, one conflict", status: http.StatusSeeOther, conflict: true, prepare: applyNew},
	{function: "survey", name: "show a survey page", status: http.StatusOK, prepare: func(w *world) ([]byte, error) {
		survey, err := w.survey()
		if err != nil {
			return nil, err
		}
		return get(survey+"/1", w.now)
	}},
	{function: "survey", name: "save a survey page, the first of all", status: http.StatusSeeOther, prepare: saveFirst},
	{function: "survey", name: "save a survey page", status: http.StatusSeeOther, prepare: func(w *world) ([]byte, error) {
		survey, err := w.begunSurvey()
		if err != nil {
			return nil, err
		}
		return post(survey+"/2", w.pageTwo(), w.now)
	}},
	{function: "survey", name: "finish a survey", status: http.StatusSeeOther, prepare: func(w *world) ([]byte, error) {
		survey, err := w.begunSurvey()
		if err != nil {
			return nil, err
		}
		seen := string(table.At(w.now)) // the check shows what was saved last
		return post(survey+"/check", url.Values{"seen": {seen}}, w.now)
	}},
	{function: "bare", name: "read one item, write two in one transaction", status: http.StatusOK, prepare: func(w *world) ([]byte, error) {
		return get("/", w.now)
	}},
	{function: "remind", name: "idle tick", prepare: func(w *world) ([]byte, error) { return tickWith(w, 0) }},
	{function: "remind", name: "tick that sends one mail", mails: 1, prepare: func(w *world) ([]byte, error) { return tickWith(w, 1) }},
	{function: "remind", name: "tick that sends nine mails", mails: mailsInALongTick, prepare: func(w *world) ([]byte, error) {
		return tickWith(w, mailsInALongTick)
	}},
}

func applyNew(w *world) ([]byte, error) {
	return post(w.path("/applications"), w.form(newAddress()), w.now)
}

// saveFirst is the first page that a person leaves.
func saveFirst(w *world) ([]byte, error) {
	survey, err := w.survey()
	if err != nil {
		return nil, err
	}
	return post(survey+"/1", w.pageOne(), w.now)
}

// applyKnown is a new form from an address that has sent others before.
func applyKnown(w *world, before int) ([]byte, error) {
	address := newAddress()
	for range before {
		if _, err := w.apply(w.form(address)); err != nil {
			return nil, err
		}
	}
	return post(w.path("/applications"), w.form(address), w.now)
}

func otherAddress(address string) url.Values {
	return url.Values{"email": {address}, "token": {rand.Text()}}
}

// tickWith is a tick at which so many mails wait.
func tickWith(w *world, mails int) ([]byte, error) {
	if err := w.deliver(); err != nil { // what others have left
		return nil, err
	}
	for range mails {
		if _, err := w.apply(w.form(newAddress())); err != nil {
			return nil, err
		}
	}
	w.pass()
	return tick(w.now)
}
