package occasion

import (
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/table"
)

// Untold returns the briefings as they are once people are told of what has changed
// since they were told last, at an instant. The ids of those that have are returned
// too. Before the first word of a briefing people know what the file says.
func Untold(e *experiment.Experiment, settings table.Settings, now time.Time) (sessions []experiment.Session, news []string) {
	sessions = settings.Sessions(e)
	for i, s := range sessions {
		told := settings.Briefing(s.ID).Told
		if told == nil {
			told = &table.Announcement{Start: table.At(e.Briefings[i].Start), End: table.At(e.Briefings[i].End)}
		}
		same := table.At(s.Start) == told.Start && table.At(s.End) == told.End && s.Canceled == told.Canceled
		if same || !now.Before(s.End) {
			continue
		}
		sessions[i].Sequence, sessions[i].Announced = told.Sequence+1, now
		news = append(news, s.ID)
	}
	return sessions, news
}
