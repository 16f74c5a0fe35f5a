package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/release"
)

// preview prints what a release shows, what it does not and why, where the file deviates from
// the plan, and what is otherwise than in the release before.
func preview(to io.Writer, e *experiment.Experiment, n next) error {
	out := tabwriter.NewWriter(to, 0, 0, 3, ' ', 0)
	fmt.Fprintf(out, "Release %d of %s shows the analysis of %s.\n", n.Number, e.ID, clock(n.Analyzed.In(e.Zone())))
	if n.MadeUp {
		fmt.Fprintln(out, "The people behind it are MADE UP, and it says so.")
	}
	fmt.Fprintln(out, "\nTHE PLAN")
	fmt.Fprintln(out, planStands(e, n.Release))
	fmt.Fprintln(out, "\nHOW MANY PEOPLE (public)")
	sayFlow(out, e, n.Flow)
	showFigures(out, n.Release)
	hideFigures(out, n.Release)
	if len(n.past) > 0 {
		sayChanges(out, n.past[len(n.past)-1].Release, n.Release)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("printing the preview: %w", err)
	}
	return nil
}

// planStands says of a release when its plan was frozen, and what deviates from it.
func planStands(e *experiment.Experiment, r release.Release) string {
	said := fmt.Sprintf("It was frozen at %s (%s).", clock(r.Plan.Frozen.In(e.Zone())), r.Plan.Hash)
	if opens, known := frozenBefore(e, r.Plan.AnalysisPlan); known && !r.Plan.Frozen.Before(opens) {
		said += fmt.Sprintf(" That was late, and the release says so: it was to be before %s.", clock(opens.In(e.Zone())))
	}
	return said + "\n" + deviationsSaid(r.Deviations)
}

// sayFlow prints how many people there are, from the first contact to each wave.
func sayFlow(to io.Writer, e *experiment.Experiment, flow analysis.Flow) {
	fmt.Fprintf(to, "%d registered for a briefing, %d applied (%d withdrew), %d agreed to the research.\n",
		flow.Registered, flow.Applied, flow.Withdrew, flow.Agreed)
	fmt.Fprintf(to, "%d were offered a side job, %d accepted, %d started: %d ended early, %d completed.\n\n",
		flow.Offered, flow.Accepted, flow.Started, flow.EndedEarly, flow.Completed)
	fmt.Fprintln(to, "SURVEY\tGROUP\tASKED\tANSWERED")
	for _, w := range flow.Waves {
		fmt.Fprintf(to, "%s\t%s\t%d\t%d\n", w.Wave, groupName(e, w.Arm), w.Asked, w.Answered)
	}
}

// place is what figures are about.
type place struct {
	section                        analysis.Section
	outcome, arm, region, from, to string
}

func placeOf(f release.Figure) place {
	return place{f.Section, f.Outcome, f.Arm, f.Region, f.From, f.To}
}

// String names the place without its section: "total, T, pre to post".
func (p place) String() string {
	waves := p.to
	if p.from != "" {
		waves = p.from + " to " + p.to
	}
	parts := []string{p.outcome, p.arm, p.region, waves}
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), ", ")
}

// byPlace gathers figures that are about the same, in their order.
func byPlace(figures []release.Figure) [][]release.Figure {
	var all [][]release.Figure
	at := map[place]int{}
	for _, f := range figures {
		p := placeOf(f)
		i, known := at[p]
		if !known {
			i, at[p] = len(all), len(all)
			all = append(all, nil)
		}
		all[i] = append(all[i], f)
	}
	return all
}

// showFigures prints what will be public, section by section.
func showFigures(to io.Writer, r release.Release) {
	public := slices.DeleteFunc(slices.Clone(r.Figures), func(f release.Figure) bool { return f.Value == nil })
	fmt.Fprintln(to, "\nWILL BE PUBLIC")
	if len(public) == 0 {
		fmt.Fprintln(to, "No figure: there are too few people for any.")
	}
	var section analysis.Section
	for _, some := range byPlace(public) {
		if some[0].Section != section {
			section = some[0].Section
			fmt.Fprintf(to, "%s:\n", section)
		}
		var said []string
		for _, f := range some {
			one := string(f.Statistic) + " " + f.Say()
			if f.Status == release.Held {
				one += fmt.Sprintf(" (held, as in release %d)", f.Since)
			}
			said = append(said, one)
		}
		fmt.Fprintf(to, "  %s%s: %s\n", placeOf(some[0]), behind(some[0]), strings.Join(said, ", "))
	}
}

// behind says how many people a figure rests on, as far as the release tells.
func behind(f release.Figure) string {
	switch {
	case f.N != nil && f.NComparison != nil:
		return fmt.Sprintf(" (n %d and %d)", *f.N, *f.NComparison)
	case f.N != nil:
		return fmt.Sprintf(" (n %d)", *f.N)
	}
	return ""
}

// hideFigures prints what will not be shown, reason by reason.
func hideFigures(to io.Writer, r release.Release) {
	fmt.Fprintln(to, "\nWILL NOT BE SHOWN")
	hidden := 0
	for _, why := range reasons(r.Limits) {
		kept := slices.DeleteFunc(slices.Clone(r.Figures), func(f release.Figure) bool { return f.Value != nil || f.Status != why.status })
		if len(kept) == 0 {
			continue
		}
		hidden += len(kept)
		fmt.Fprintf(to, "%s (%s):\n", why.words, why.status)
		for _, some := range byPlace(kept) {
			var names []string
			for _, f := range some {
				name := string(f.Statistic)
				if f.Status == release.Undefined && f.Note != "" {
					name += " (" + release.NoteText(f.Note).EN + ")"
				}
				names = append(names, name)
			}
			fmt.Fprintf(to, "  %s, %s: %s\n", some[0].Section, placeOf(some[0]), strings.Join(names, " "))
		}
	}
	if hidden == 0 {
		fmt.Fprintln(to, "Nothing: every figure is shown.")
	}
}

// reason is why figures are not shown, in words.
type reason struct {
	status release.Status
	words  string
}

func reasons(l release.Limits) []reason {
	return []reason{
		{release.TooFew, fmt.Sprintf("fewer than %d people", l.MinN)},
		{release.Coarse, fmt.Sprintf("fewer than %d people: a mean at the most", l.DetailMinN)},
		{release.NotEnoughData, fmt.Sprintf("not enough data: fewer than %d complete pairs in a group", l.MinNPerArm)},
		{release.Complement, "by itself or with the other figures, of this and earlier releases, it would tell people's answers"},
		{release.Undefined, "there is no such number"},
	}
}

// sayChanges prints in what a release differs from the one before it.
func sayChanges(to io.Writer, before, after release.Release) {
	type cell struct {
		place
		what analysis.Statistic
	}
	said := func(r release.Release) (map[cell]string, []cell) {
		values, order := map[cell]string{}, []cell{}
		for _, f := range r.Figures {
			if f.Value != nil {
				c := cell{placeOf(f), f.Statistic}
				values[c] = f.Say()
				order = append(order, c)
			}
		}
		return values, order
	}
	was, earlier := said(before)
	is, now := said(after)
	fmt.Fprintf(to, "\nSINCE RELEASE %d\n", before.Number)
	changes := 0
	line := func(c cell, how string) {
		changes++
		fmt.Fprintf(to, "  %s, %s: %s %s\n", c.section, c.place, c.what, how)
	}
	for _, c := range now {
		switch value, known := was[c]; {
		case !known:
			line(c, "is new: "+is[c])
		case value != is[c]:
			line(c, "was "+value+", will be "+is[c])
		}
	}
	for _, c := range earlier {
		if _, still := is[c]; !still {
			line(c, "was "+was[c]+", is not shown any more")
		}
	}
	if changes == 0 {
		fmt.Fprintln(to, "No figure is otherwise.")
	}
}
