// Package source reads the reviewed source of an experiment, a YAML file,
// checks all of it, and compiles it into the form that the functions embed.
// Nothing that is deployed imports it.
package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"livinglab/shared/experiment"
)

// File is one source file that was read and found right.
type File struct {
	Name       string // as given
	Experiment *experiment.Experiment
	Compiled   []byte // what experiment.Parse reads
}

// CompiledName returns where the compiled form lies: beside the source.
func (f File) CompiledName() string {
	return f.Name[:len(f.Name)-len(filepath.Ext(f.Name))] + ".json"
}

// Read checks one file. If the file is wrong, the error is Mistakes: all of
// them, each with its line and column.
func Read(name string, content []byte) (File, error) {
	e, mistakes := check(filepath.Base(name), content)
	if len(mistakes) > 0 {
		return File{}, mistakes.sorted()
	}
	compiled, err := compile(e)
	if err != nil {
		return File{}, fmt.Errorf("compiling %s: %w", name, err)
	}
	parsed, err := experiment.Parse(string(compiled))
	if err != nil {
		return File{}, fmt.Errorf("parsing the compiled form of %s: %w", name, err)
	}
	return File{Name: name, Experiment: parsed, Compiled: compiled}, nil
}

// ReadFolder checks every .yaml file of a folder, and that no two are the
// same experiment. The error joins what is wrong in each file.
func ReadFolder(folder string) ([]File, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", folder, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("listing %s: no experiment (*.yaml) there", folder)
	}
	slices.Sort(names)
	var files []File
	var errs []error
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading the experiment: %w", err)
		}
		file, err := Read(name, content)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		files = append(files, file)
	}
	return files, errors.Join(errs...)
}

// check decodes the file and, as far as it could be decoded, checks what it says.
func check(file string, content []byte) (*experiment.Experiment, Mistakes) {
	d := &decoder{file: file, positions: map[string]position{}, meant: map[string]bool{}, offsets: map[string]instantAt{}}
	e := &experiment.Experiment{}
	d.document(content, e)
	c := &checker{decoder: d, e: e}
	c.check()
	return e, d.mistakes
}

func compile(e *experiment.Experiment) ([]byte, error) {
	var compiled bytes.Buffer
	encoder := json.NewEncoder(&compiled)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(e); err != nil {
		return nil, fmt.Errorf("encoding the experiment: %w", err)
	}
	return compiled.Bytes(), nil
}
