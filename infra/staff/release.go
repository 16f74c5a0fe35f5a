package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
	"livinglab/shared/release"
	"livinglab/shared/table"
)

// next is the release that would be made now, with those before it.
type next struct {
	release.Release
	basis    release.Basis
	past     []release.Past
	analysis table.Analysis
	shown    bool // the last release shows the last analysis already
}

// release publishes what may be shown of the last analysis, after it has shown what that is.
func (d desk) release(ctx context.Context, s session, o order) error {
	e := o.experiment
	n, err := d.nextRelease(ctx, s, e)
	if err != nil {
		return err
	}
	switch {
	case n.shown:
		fmt.Fprintf(d.say, "nothing was done, because release %d shows the last analysis already. After more answers: analyze %s\n", len(n.past), e.ID)
		return nil
	case o.dry != "":
		return d.dryRelease(ctx, s, o, n)
	}
	if err := preview(d.say, e, n); err != nil {
		return err
	}
	question := fmt.Sprintf("This will be public as release %d, and can neither be changed nor taken back.", n.Number)
	if err := d.confirm(o, question); err != nil {
		return err
	}
	content, err := n.JSON()
	if err != nil {
		return fmt.Errorf("encoding a release of %s: %w", e.ID, err)
	}
	basis, err := json.Marshal(n.basis)
	if err != nil {
		return fmt.Errorf("encoding the basis of a release of %s: %w", e.ID, err)
	}
	put := table.Release{Experiment: e.ID, Number: n.Number, At: n.Approved, Analysis: n.analysis.At, Content: content, Basis: basis}
	err = s.table.PutRelease(ctx, put, d.entry(s, o, fmt.Sprintf("release %d", n.Number)))
	if errors.Is(err, table.ErrReleasedSince) {
		return errors.New("nothing was done, because somebody else has just published a release: look at it, and run it again")
	}
	if err != nil {
		return undone(err)
	}
	fmt.Fprintf(d.say, "release %d is public: %s\n", n.Number, address(e, s, o))
	return nil
}

// dryRelease writes one of the files of a release that is not published.
func (d desk) dryRelease(ctx context.Context, s session, o order, n next) error {
	var write func() ([]byte, error)
	switch o.dry {
	case "results.json":
		write = n.JSON
	case "results.csv":
		write = n.CSV
	case "codebook.csv":
		write = func() ([]byte, error) { return n.Codebook(o.experiment) }
	default:
		return fmt.Errorf("-dry is results.json, results.csv or codebook.csv, not %q (%w)", o.dry, errUsage)
	}
	if err := s.table.NoteAudit(ctx, d.entry(s, o, "dry "+o.dry)); err != nil {
		return fmt.Errorf("nothing was done, because it cannot be put on record: %w", err)
	}
	if err := preview(d.say, o.experiment, n); err != nil {
		return err
	}
	file, err := write()
	if err == nil {
		_, err = d.out.Write(file)
	}
	if err != nil {
		return incomplete(err)
	}
	fmt.Fprintf(d.say, "nothing was published: this is %s as release %d would have it\n", o.dry, n.Number)
	return nil
}

// nextRelease makes the next release from the last analysis, after all earlier ones.
func (d desk) nextRelease(ctx context.Context, s session, e *experiment.Experiment) (next, error) {
	last, err := s.table.LastAnalysis(ctx, e.ID)
	if errors.Is(err, table.ErrNotFound) {
		return next{}, fmt.Errorf("nothing was done, because there is no analysis so far: analyze %s", e.ID)
	}
	if err != nil {
		return next{}, err
	}
	result, err := analysis.ParseResult(last.Content)
	if err != nil {
		return next{}, fmt.Errorf("reading the last analysis of %s: %w", e.ID, err)
	}
	if result.Plan.Frozen.IsZero() {
		return next{}, d.unfrozen(ctx, s, e)
	}
	if !decided(result) {
		return next{}, fmt.Errorf("nothing was done, because the surveys that the plan compares first have not all closed: what is shown before could keep their answer from ever being shown (%s, see analyze %s)", result.Plan.Primary.Estimand, e.ID)
	}
	n := next{analysis: last}
	for one, err := range s.table.Releases(ctx, e.ID) {
		if err != nil {
			return next{}, err
		}
		earlier, err := pastOf(one)
		if err != nil {
			return next{}, err
		}
		n.past = append(n.past, earlier)
		n.shown = one.Analysis.Equal(last.At)
	}
	if n.shown {
		return n, nil
	}
	if n.Release, n.basis, err = release.Make(result, e, n.past, stored(d.now())); err != nil {
		return next{}, fmt.Errorf("nothing was done, because no release can be made: %w", err)
	}
	return n, nil
}

// decided reports whether an analysis has what the plan asks first. A release fixes whose scores
// were summed up; if some of these people drop out later, a comparison of the others would tell
// of the few, and is withheld.
func decided(r analysis.Result) bool {
	first := r.Plan.Primary
	return slices.ContainsFunc(r.Figures, func(f analysis.Figure) bool {
		return f.Section == analysis.Difference && f.Outcome == first.Outcome && f.Statistic == analysis.DID &&
			first.Estimand == "did_"+f.From+"_"+f.To
	})
}

// unfrozen says of an analysis that follows no frozen plan how one comes to be.
func (d desk) unfrozen(ctx context.Context, s session, e *experiment.Experiment) error {
	_, err := s.table.FrozenPlan(ctx, e.ID)
	switch {
	case errors.Is(err, table.ErrNotFound):
		return fmt.Errorf("nothing was done, because the last analysis follows a plan that is not frozen. First: freeze %s, then: analyze %s", e.ID, e.ID)
	case err != nil:
		return err
	}
	return fmt.Errorf("nothing was done, because the plan was frozen after the last analysis. First: analyze %s", e.ID)
}

// pastOf reads an earlier release.
func pastOf(r table.Release) (release.Past, error) {
	public, err := release.Parse(r.Content)
	if err != nil {
		return release.Past{}, fmt.Errorf("reading release %d: %w", r.Number, err)
	}
	past := release.Past{Release: public}
	if err := json.Unmarshal(r.Basis, &past.Basis); err != nil {
		return release.Past{}, fmt.Errorf("reading the basis of release %d: %w", r.Number, err)
	}
	return past, nil
}

// address is where the results of an experiment are shown.
func address(e *experiment.Experiment, s session, o order) string {
	path := "/" + e.ID + "/results"
	if s.now == nil {
		return path + " of the lab's site"
	}
	return strings.TrimRight(o.local, "/") + path
}
