package source

import (
	"os/exec"
	"strings"
	"testing"
)

// Reading YAML costs a cold start milliseconds; functions link the compiled form.
func TestNothingThatIsDeployedReadsYAML(t *testing.T) {
	t.Parallel()
	list := exec.Command("go", "list", "-deps", "livinglab/functions/...")
	out, err := list.Output()
	if err != nil {
		t.Fatalf("listing what the functions link: %v", err)
	}
	linked := strings.Fields(string(out))
	if len(linked) < 100 {
		t.Fatalf("only %d packages are linked: the list is not right", len(linked))
	}
	for _, name := range linked {
		if strings.Contains(name, "go-yaml") || name == "livinglab/shared/experiment/source" {
			t.Errorf("the functions link %s", name)
		}
	}
}
