package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// function is a built function.
type function struct {
	name   string
	binary string
	window bool // whether it can be looked into
}

// binaries are the functions as they are deployed, but for this machine's own
// architecture, the bare one, copies of all that can be looked into, and the analysis
// without a table.
type binaries struct {
	deployed map[string]function
	open     map[string]function
	bare     function
	openBare function
	alone    function
}

var names = []string{"site", "apply", "survey", "remind", "summarize"}

// windowFile is laid over a function's folder to open its window.
const windowFile = `package main

import "livinglab/infra/bench/window"

var _ = window.Open()
`

// build builds everything into the folder.
func build(ctx context.Context, root, folder string) (binaries, error) {
	b := binaries{deployed: map[string]function{}, open: map[string]function{}}
	source := filepath.Join(folder, "window.go")
	if err := os.WriteFile(source, []byte(windowFile), 0o600); err != nil {
		return b, fmt.Errorf("writing the window: %w", err)
	}
	replace := map[string]string{}
	for _, name := range []string{"bare", "alone"} {
		replace[filepath.Join(root, "infra", "bench", name, "bench_window.go")] = source
	}
	for _, name := range names {
		replace[filepath.Join(root, "functions", name, "bench_window.go")] = source
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return b, fmt.Errorf("writing the overlay: %w", err)
	}
	if err := os.WriteFile(filepath.Join(folder, "overlay.json"), overlay, 0o600); err != nil {
		return b, fmt.Errorf("writing the overlay: %w", err)
	}
	opened := []string{"-overlay", filepath.Join(folder, "overlay.json")}
	for _, name := range names {
		if b.deployed[name], err = compile(ctx, root, folder, name, "./functions/"+name); err != nil {
			return b, err
		}
		f, err := compile(ctx, root, folder, name+"-open", "./functions/"+name, opened...)
		if err != nil {
			return b, err
		}
		f.name, f.window = name, true
		b.open[name] = f
	}
	if b.bare, err = compile(ctx, root, folder, "bare", "./infra/bench/bare"); err != nil {
		return b, err
	}
	if b.openBare, err = compile(ctx, root, folder, "bare-open", "./infra/bench/bare", opened...); err != nil {
		return b, err
	}
	b.openBare.name, b.openBare.window = "bare", true
	b.alone, err = compile(ctx, root, folder, "alone", "./infra/bench/alone", opened...)
	b.alone.window = true
	return b, err
}

// compile builds one program as `make build` does.
func compile(ctx context.Context, root, folder, name, source string, flags ...string) (function, error) {
	f := function{name: name, binary: filepath.Join(folder, name)}
	arguments := append([]string{"build", "-trimpath", "-tags", "lambda.norpc", "-o", f.binary}, append(flags, source)...)
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Dir, command.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if said, err := command.CombinedOutput(); err != nil {
		return f, fmt.Errorf("building %s: %w: %s", source, err, said)
	}
	return f, nil
}
