package mail

import (
	"strings"
	"testing"
	"time"

	"livinglab/shared/locale"
)

// Only an open survey is spoken of: from its opening until the instant before its
// close.
func TestNobodyIsAskedToAnswerInVain(t *testing.T) {
	t.Parallel()
	for _, lang := range locale.Langs {
		for _, kind := range []Kind{Acknowledgement, BriefingThanks, SurveyInvitation, SurveyReminder, HostSurvey, HostSurveyReminder} {
			r := facts(t, kind, lang).Round
			for _, c := range []struct {
				at   time.Time
				open bool
			}{{r.Open.Add(-time.Nanosecond), false}, {r.Open, true}, {r.Close.Add(-time.Nanosecond), true}, {r.Close, false}} {
				f := facts(t, kind, lang)
				f.Date = c.at
				lasting(&f, c.at.Add(day))
				m, err := Compose(lab, f)
				if kind.AboutSurvey() {
					if (err == nil) != c.open {
						t.Errorf("%s in %s at %v: %v", kind, lang, c.at, err)
					}
					continue
				}
				text := strings.Join(strings.Fields(m.Text), "")
				until := strings.Join(strings.Fields(locale.Deadline(lang, r.Close, f.Experiment.Zone())), "")
				if asked := strings.Contains(text, until); err != nil || asked != c.open {
					t.Errorf("%s in %s at %v: the survey is spoken of: %v, %v", kind, lang, c.at, asked, err)
				}
			}
		}
	}
}

func TestAReminderLeadsWithTheEndOnceItIsNear(t *testing.T) {
	t.Parallel()
	for _, kind := range []Kind{SurveyReminder, HostSurveyReminder} {
		for _, lang := range locale.Langs {
			for left, leads := range map[time.Duration]bool{closing: true, closing + time.Nanosecond: false} {
				f := facts(t, kind, lang)
				f.Date = f.Round.Close.Add(-left)
				lasting(&f, f.Date.Add(day))
				m := compose(t, f)
				if end := locale.Deadline(lang, f.Round.Close, f.Experiment.Zone()); strings.Contains(m.Subject, end) != leads {
					t.Errorf("%s in %s, %v before the close: %s", kind, lang, left, m.Subject)
				}
			}
		}
	}
}

// Who has not agreed to the research, or agreed to an older text, learns that the page
// asks first.
func TestWhoHasNotAgreedIsAskedFirst(t *testing.T) {
	t.Parallel()
	for lang, words := range map[locale.Lang]string{locale.Japanese: "研究への協力についての説明", locale.English: "taking part in the research means"} {
		for _, kind := range []Kind{SurveyInvitation, SurveyReminder} {
			for _, agreed := range []bool{true, false} {
				f := facts(t, kind, lang)
				f.Agreed = agreed
				if asked := strings.Contains(compose(t, f).HTML, words); asked == agreed {
					t.Errorf("%s in %s, agreed: %v: told that the page asks first: %v", kind, lang, agreed, asked)
				}
			}
		}
	}
}
