package main

import (
	"time"

	"livinglab/shared/experiment"
)

// stage is where an experiment stands at an instant.
type stage string

const (
	announced  stage = "announced"  // applications not open yet
	open       stage = "open"       // applications open
	selecting  stage = "selecting"  // until applicants know the result
	preparing  stage = "preparing"  // until the side jobs begin
	running    stage = "running"    // side jobs under way
	evaluating stage = "evaluating" // until the day by which results are expected
	concluded  stage = "concluded"
)

func stageOf(e *experiment.Experiment, now time.Time) stage {
	for _, s := range []struct {
		stage stage
		until time.Time // exclusive
	}{
		{announced, e.Application.Open},
		{open, e.Application.Close},
		{selecting, e.Application.ResultNotice},
		{preparing, e.SideJob.Start.In(e.Zone())},
		{running, e.SideJob.End.AddDays(1).In(e.Zone())},
		{evaluating, e.Publication.Expected.AddDays(1).In(e.Zone())},
	} {
		if now.Before(s.until) {
			return s.stage
		}
	}
	return concluded
}
