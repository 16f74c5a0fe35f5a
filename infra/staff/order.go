package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"livinglab/shared/experiment"
)

// order is one command as it was given.
type order struct {
	command    string
	arguments  []string
	experiment *experiment.Experiment // nil for commands about all of them
	several    []*experiment.Experiment
	excel      bool
	yes        bool
	unfinished bool
	until      string // until when an offer can be accepted, as typed
	day        string // on which a step of a participation was taken, as typed
	reason     string // of an early end
	lang       string // of a host's contact, or of who gets summaries
	dry        string // the file of a release that is not published
	table      string
	local      string
}

// errUsage is a command that cannot be understood.
var errUsage = errors.New("run it without arguments for the commands")

// commands are the commands with what each is about.
var commands = map[string]string{
	"applications": "EXPERIMENT", "registrations": "EXPERIMENT", "people": "EXPERIMENT", "hosts": "EXPERIMENT",
	"mails": "EXPERIMENT", "work": "EXPERIMENT", "suppressed": "EXPERIMENT", "suspects": "EXPERIMENT",
	"waves": "EXPERIMENT", "answers": "EXPERIMENT", "answers-long": "EXPERIMENT",
	"host-answers": "EXPERIMENT", "anonymous-answers": "EXPERIMENT", "alerts": "EXPERIMENT",
	"codebook": "EXPERIMENT FILE",
	"offer":    "PERSON LISTING", "accept": "PERSON", "start": "PERSON", "end-early": "PERSON", "complete": "PERSON",
	"alert-seen": "PERSON SURVEY QUESTION", "host": "EXPERIMENT LISTING ADDRESS NAME ...",
	"staff": "EXPERIMENT", "add-staff": "EXPERIMENT ADDRESS NAME ...", "remove-staff": "EXPERIMENT PERSON", "summary": "EXPERIMENT",
	"freeze": "EXPERIMENT", "analyze": "EXPERIMENT", "analysis": "EXPERIMENT", "release": "EXPERIMENT", "releases": "EXPERIMENT",
	"settings": "EXPERIMENT", "set": "EXPERIMENT KEY=VALUE ...",
	"send-again": "PERSON MAIL", "treat-as-sent": "PERSON MAIL", "address": "PERSON NEWADDRESS",
	"replay": "EXPERIMENT ...",
	"audit":  "", "pause": "", "resume": "", "status": "",
}

// asking are the commands that ask before they do anything.
var asking = []string{
	"set", "send-again", "address", "offer", "accept", "start", "end-early", "complete", "alert-seen", "host",
	"add-staff", "remove-staff", "freeze", "analyze", "release",
}

// takes reports whether so many words are what a command is about.
func takes(about string, words int) bool {
	if least, more := strings.CutSuffix(about, " ..."); more {
		return words >= len(strings.Fields(least))
	}
	return words == len(strings.Fields(about))
}

// parse reads a command, whose flags may stand anywhere.
func (d desk) parse(args []string) (order, error) {
	var o order
	flags := flag.NewFlagSet("staff", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&o.excel, "excel", false, "")
	flags.BoolVar(&o.unfinished, "unfinished", false, "")
	flags.BoolVar(&o.yes, "yes", false, "")
	flags.StringVar(&o.until, "until", "", "")
	flags.StringVar(&o.day, "day", "", "")
	flags.StringVar(&o.reason, "reason", "", "")
	flags.StringVar(&o.lang, "lang", "", "")
	flags.StringVar(&o.dry, "dry", "", "")
	flags.StringVar(&o.table, "table", d.getenv("TABLE"), "")
	flags.StringVar(&o.local, "local", "", "")
	var words []string
	for {
		if err := flags.Parse(args); err != nil {
			return order{}, fmt.Errorf("%w (%w)", err, errUsage)
		}
		if args = flags.Args(); len(args) == 0 {
			break
		}
		words, args = append(words, args[0]), args[1:]
	}
	if o.local != "" {
		o.table = cmp.Or(o.table, "Table")
	}
	if len(words) == 0 {
		return order{}, fmt.Errorf("no command was given (%w)", errUsage)
	}
	o.command, o.arguments = words[0], words[1:]
	about, known := commands[o.command]
	switch {
	case !known:
		return order{}, fmt.Errorf("there is no command %q (%w)", o.command, errUsage)
	case !takes(about, len(o.arguments)):
		return order{}, fmt.Errorf("the command is: %s %s (%w)", o.command, about, errUsage)
	}
	if err := o.misplaced(); err != nil {
		return order{}, err
	}
	return d.about(o, about)
}

// misplaced says which flag belongs to other commands.
func (o order) misplaced() error {
	for _, f := range []struct {
		name     string
		given    bool
		commands []string
	}{
		{"-unfinished", o.unfinished, []string{"mails"}},
		{"-until", o.until != "", []string{"offer"}},
		{"-day", o.day != "", []string{"start", "end-early", "complete"}},
		{"-reason", o.reason != "", []string{"end-early"}},
		{"-lang", o.lang != "", []string{"host", "add-staff"}},
		{"-dry", o.dry != "", []string{"release"}},
		{"-yes", o.yes, asking},
	} {
		if f.given && !slices.Contains(f.commands, o.command) {
			return fmt.Errorf("%s belongs to %s (%w)", f.name, listed(f.commands), errUsage)
		}
	}
	return nil
}

// listed writes words one after the other: a, b and c.
func listed(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// about finds the experiments that a command is about, if it is.
func (d desk) about(o order, about string) (order, error) {
	var ids []string
	switch {
	case about == "EXPERIMENT ...":
		ids = o.arguments
	case strings.HasPrefix(about, "EXPERIMENT"):
		ids = o.arguments[:1]
	}
	for _, id := range ids {
		e, known := d.experiments.Experiment(id)
		if !known {
			return order{}, fmt.Errorf("there is no experiment %q, but: %s", id, strings.Join(d.ids(), ", "))
		}
		o.several = append(o.several, e)
	}
	if len(o.several) > 0 {
		o.experiment = o.several[0]
	}
	return o, nil
}

func (d desk) ids() []string {
	var ids []string
	for _, e := range d.experiments.All() {
		ids = append(ids, e.ID)
	}
	return ids
}
