package main

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/locale"
	"livinglab/shared/survey"
	"livinglab/shared/table"
	"livinglab/shared/visit"
	"livinglab/shared/web"
)

// scoresView is a person's own scores over time.
type scoresView struct {
	Experiment *experiment.Experiment
	From       time.Time // from when they are shown; zero if nothing is ever scored
	Early      bool
	Waves      []scoredWave // those that the person has answered, of those that are scored
	Scales     []scaleView
	Cautions   []locale.Text
	Missing    bool // a score is missing for want of answers
	Point      locale.Text
}

// scoredWave is one column of the scores.
type scoredWave struct {
	Number int // among those that the person has answered
	Title  locale.Text
	Done   bool // the answers were sent, and not only saved
}

// scaleView is one scale over the waves.
type scaleView struct {
	survey.Scale
	Scores []string // by wave; empty if there are too few answers
	Chart  chart
}

var scoresTitle = locale.Text{JA: "あなたの回答の変化", EN: "How your answers changed"}

// showScores shows a person the own scores, once no answer can follow them any more.
func (h *handler) showScores(w http.ResponseWriter, r *http.Request, v *visit.Visit) error {
	view := scoresView{Experiment: v.Experiment}
	opens, ever := v.Experiment.ResultsFrom(table.Group(v.Person, v.Participation.Known(web.Now(r)), v.Surveys))
	view.From, view.Early = opens, ever && web.Now(r).Before(opens)
	if ever && !view.Early {
		h.score(&view, v)
	}
	page := v.Step(scoresTitle, view)
	page.Self = v.Link + "/scores"
	h.pages.Show(w, r, http.StatusOK, "scores", page)
	return nil
}

// score fills in the scores of every wave that was answered.
func (h *handler) score(view *scoresView, v *visit.Visit) {
	byScale := map[string][]point{}
	var order []survey.Scale
	smallest, largest := 0, 0
	for _, wave := range v.Experiment.Waves {
		response, ok := v.Responses[wave.ID]
		if !ok {
			continue
		}
		instrument, ok := h.scored(wave, response)
		if !ok {
			continue
		}
		smallest, largest = instrument.points()
		view.Waves = append(view.Waves, scoredWave{Number: len(view.Waves) + 1, Title: wave.Title, Done: response.Done != ""})
		if len(view.Cautions) == 0 && instrument.Caution != (locale.Text{}) {
			view.Cautions = append(view.Cautions, instrument.Caution)
		}
		for _, score := range instrument.Score(response.Answers) {
			if _, known := byScale[score.ID]; !known {
				order = append(order, score.Scale)
			}
			mean, enough := score.Mean()
			view.Missing = view.Missing || !enough
			for len(byScale[score.ID]) < len(view.Waves)-1 { // a scale that earlier versions lack
				byScale[score.ID] = append(byScale[score.ID], point{})
			}
			byScale[score.ID] = append(byScale[score.ID], point{mean, enough})
		}
	}
	for _, scale := range order {
		points := byScale[scale.ID]
		one := scaleView{Scale: scale, Chart: newChart(points, view.Waves, smallest, largest)}
		for n := range view.Waves {
			one.Scores = append(one.Scores, at(points, n).String())
		}
		view.Scales = append(view.Scales, one)
	}
	view.Point = locale.Text{
		JA: fmt.Sprintf("点は%dから%dまでで、答えた質問の平均です。", smallest, largest),
		EN: fmt.Sprintf("Scores run from %d to %d: the mean of the questions you answered.", smallest, largest),
	}
}

// measure is an instrument that is scored.
type measure struct{ *survey.Instrument }

// scored is the instrument of a response that is scored, in the version that was answered.
func (h *handler) scored(wave experiment.Wave, response table.Response) (measure, bool) {
	for _, id := range wave.Instruments {
		edition, ok := response.Instruments[id]
		if !ok {
			continue
		}
		if i, ok := h.instruments.Edition(id, edition.Version); ok && len(i.Subscales) > 0 {
			return measure{i}, true
		}
	}
	return measure{}, false
}

// points are the ends of the scale.
func (m measure) points() (smallest, largest int) {
	for _, it := range m.Items {
		if it.Subscale != "" {
			return it.Range()
		}
	}
	return 0, 0
}

// point is a score in one wave.
type point struct {
	mean   float64
	enough bool
}

func at(points []point, n int) point {
	if n < len(points) {
		return points[n]
	}
	return point{}
}

func (p point) String() string {
	if !p.enough {
		return ""
	}
	return strconv.FormatFloat(p.mean, 'f', 1, 64)
}

// chart is a line over the waves, drawn to be read without color.
type chart struct {
	Lines  string // the path through points that follow one another
	Dots   []dot
	Ticks  []tick  // the ends of the scale
	Labels []label // the waves
}

type dot struct {
	X, Y, TextY int
	Text        string
}

type tick struct {
	Y, TextY int
	Value    int
}

type label struct {
	X    int
	Wave int
}

// The chart's measures, in its own units.
const (
	chartTop, chartBottom = 28, 128
	chartLeft, chartRight = 56, 296
)

func newChart(points []point, waves []scoredWave, smallest, largest int) chart {
	if largest <= smallest {
		return chart{}
	}
	y := func(mean float64) int {
		return chartBottom - int((mean-float64(smallest))/float64(largest-smallest)*(chartBottom-chartTop)+.5)
	}
	c := chart{Ticks: []tick{{y(float64(largest)), y(float64(largest)) + 5, largest}, {y(float64(smallest)), y(float64(smallest)) + 5, smallest}}}
	var path strings.Builder
	joined := false
	for n, wave := range waves {
		x := (chartLeft + chartRight) / 2
		if len(waves) > 1 {
			x = chartLeft + n*(chartRight-chartLeft)/(len(waves)-1)
		}
		c.Labels = append(c.Labels, label{x, wave.Number})
		p := at(points, n)
		if !p.enough {
			joined = false
			continue
		}
		c.Dots = append(c.Dots, dot{x, y(p.mean), y(p.mean) - 10, p.String()})
		if joined {
			fmt.Fprintf(&path, "L%d %d", x, y(p.mean))
		} else {
			fmt.Fprintf(&path, "M%d %d", x, y(p.mean))
		}
		joined = true
	}
	c.Lines = path.String()
	return c
}
