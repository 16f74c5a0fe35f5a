package analysis_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"testing"

	"livinglab/shared/analysis"
	"livinglab/shared/experiment"
)

var errTable = errors.New("the table does not answer")

func isTable(err error) bool { return errors.Is(err, errTable) }

func TestAChangedPlanIsADeviation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	frozen := w.experiment.Analysis
	now := frozen
	if got := analysis.Deviations(frozen, now); got != nil || analysis.Hash(frozen) != analysis.Hash(now) {
		t.Errorf("a plan deviates from itself in %v", got)
	}
	now.Primary.Outcome = "agency"
	now.Primary.Alpha = 0.005
	now.Secondary.Outcomes = []string{"direction", "total"}
	now.Descriptive = nil
	now.MinNPerArm = 20
	want := []analysis.Deviation{
		{"descriptive", "paired_change_T, g_av_ci, wilcoxon_exact, ancova, attrition, alpha_omega, reliable_change", ""},
		{"min_n_per_arm", "10", "20"},
		{"primary.alpha", "0.05", "0.005"},
		{"primary.outcome", "total", "agency"},
		{"secondary.outcomes", "direction, agency, action, connection", "direction, total"},
	}
	if got := analysis.Deviations(frozen, now); !slices.Equal(got, want) {
		t.Errorf("the plan deviates in %v, not %v", got, want)
	}
	if got := analysis.Deviations(now, frozen); len(got) != len(want) || got[4].Now != want[4].Frozen {
		t.Errorf("the other way round it deviates in %v", got)
	}
	if analysis.Hash(frozen) == analysis.Hash(now) {
		t.Error("two plans have one hash")
	}
}

// A plan is frozen for years: code that writes a plan in another form would find every
// frozen one changed.
func TestAPlansHashStands(t *testing.T) {
	t.Parallel()
	plan := experiment.AnalysisPlan{
		FrozenBefore: "post.open",
		Primary:      experiment.Estimate{Outcome: "total", Estimand: "did_pre_post", Test: "welch", Alpha: 0.05},
		Secondary:    experiment.Estimates{Outcomes: []string{"direction", "agency"}, Estimand: "did_pre_post", Adjust: "holm"},
		Descriptive:  []string{"ancova"}, MinAnsweredPerSubscale: 2, MinAnsweredTotal: 9, MinNPerArm: 10,
	}
	content := `{"frozen_before":"post.open",` +
		`"primary":{"outcome":"total","estimand":"did_pre_post","test":"welch","alpha":0.05},` +
		`"secondary":{"outcomes":["direction","agency"],"estimand":"did_pre_post","adjust":"holm"},` +
		`"descriptive":["ancova"],"min_answered_per_subscale":2,"min_answered_total":9,"min_n_per_arm":10}`
	sum := sha256.Sum256([]byte(content))
	if got, want := analysis.Hash(plan), hex.EncodeToString(sum[:]); got != want {
		t.Errorf("the hash is %s, not %s", got, want)
	}
}
