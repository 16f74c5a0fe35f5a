package occasion

import (
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/table"
)

// News returns what people are to have been told of a briefing once it is as it
// stands, and whether that is news to them: it takes place, or not, at another time
// than they know. Before the first word of it they know what the file says. Of a
// briefing that is over there is no news.
func News(told *table.Announcement, file experiment.Briefing, s experiment.Session, now time.Time) (table.Announcement, bool) {
	known := table.Announcement{Start: table.At(file.Start), End: table.At(file.End)}
	if told != nil {
		known = *told
	}
	same := table.At(s.Start) == known.Start && table.At(s.End) == known.End && s.Canceled == known.Canceled
	if same || !now.Before(s.End) {
		return known, false
	}
	return table.Announcement{
		Start: table.At(s.Start), End: table.At(s.End), Canceled: s.Canceled, Sequence: known.Sequence + 1, At: table.At(now),
		OldStart: known.Start, OldEnd: known.End,
	}, true
}

// Untold returns the briefings as they are once people are told of what has changed
// since they were told last, at an instant. The ids of those that have are returned
// too.
func Untold(e *experiment.Experiment, settings table.Settings, now time.Time) (sessions []experiment.Session, news []string) {
	sessions = settings.Sessions(e)
	for i, s := range sessions {
		told, isNews := News(settings.Briefing(s.ID).Told, e.Briefings[i], s, now)
		if isNews {
			sessions[i].Sequence, sessions[i].Announced = told.Sequence, now
			news = append(news, s.ID)
		}
	}
	return sessions, news
}
