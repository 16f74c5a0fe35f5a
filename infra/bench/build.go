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
	opened, err := windows(root, folder)
	if err != nil {
		return b, err
	}
	for _, name := range names {
		if b.deployed[name], err = compile(ctx, root, folder, name, "./functions/"+name); err != nil {
			return b, err
		}
		if b.open[name], err = open(ctx, root, folder, name, "./functions/"+name, opened); err != nil {
			return b, err
		}
	}
	if b.bare, err = compile(ctx, root, folder, "bare", "./infra/bench/bare"); err != nil {
		return b, err
	}
	if b.openBare, err = open(ctx, root, folder, "bare", "./infra/bench/bare", opened); err != nil {
		return b, err
	}
	b.alone, err = open(ctx, root, folder, "alone", "./infra/bench/alone", opened)
	return b, err
}

// windows are the flags with which a program is built so that it can be looked into.
func windows(root, folder string) ([]string, error) {
	source := filepath.Join(folder, "window.go")
	if err := os.WriteFile(source, []byte(windowFile), 0o600); err != nil {
		return nil, fmt.Errorf("writing the window: %w", err)
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
		return nil, fmt.Errorf("writing the overlay: %w", err)
	}
	file := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		return nil, fmt.Errorf("writing the overlay: %w", err)
	}
	return []string{"-overlay", file}, nil
}

// open builds a program that can be looked into.
func open(ctx context.Context, root, folder, name, source string, opened []string) (function, error) {
	f, err := compile(ctx, root, folder, name+"-open", source, opened...)
	f.name, f.window = name, true
	return f, err
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
