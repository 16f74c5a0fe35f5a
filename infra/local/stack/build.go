package stack

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"livinglab/infra/local/template"
)

// build builds the functions as they are built for Lambda, but for this
// machine, and links them into the folder: what runs stays what it was when
// the stack started, whatever is built later. It returns the binaries by the
// functions' names.
func build(ctx context.Context, root, cache, folder string, functions []template.Function) (map[string]string, error) {
	built := filepath.Join(cache, "functions") + string(filepath.Separator)
	if err := os.MkdirAll(built, 0o755); err != nil {
		return nil, fmt.Errorf("building the functions: %w", err)
	}
	args := []string{"build", "-trimpath", "-tags", "lambda.norpc", "-o", built}
	for _, f := range functions {
		args = append(args, f.Package)
	}
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir, command.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("building the functions: %w\n%s", err, bytes.TrimSpace(said.Bytes()))
	}
	binaries := make(map[string]string, len(functions))
	for _, f := range functions {
		binary := filepath.Join(folder, f.Name, "bootstrap")
		if err := link(filepath.Join(built, f.Name), binary); err != nil {
			return nil, fmt.Errorf("building the functions: %w", err)
		}
		binaries[f.Name] = binary
	}
	return binaries, nil
}

func link(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if err := os.Remove(to); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := os.Link(from, to); err == nil {
		return nil
	}
	content, err := os.ReadFile(from) // the folder may lie on another disk
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, fs.FileMode(0o755))
}
