// Package source reads the reviewed sources of the experiments and of the instruments
// of their surveys, YAML files, checks all of them, and compiles them into the form that
// the functions embed.
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
	"livinglab/shared/survey"
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

// Read checks one file, whose waves ask the given instruments. If the file is wrong, the error is Mistakes: all of
// them, each with its line and column.
func Read(name string, content []byte, instruments survey.Set) (File, error) {
	e, mistakes := check(filepath.Base(name), content, instruments)
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
func ReadFolder(folder string, instruments survey.Set) ([]File, error) {
	sources, err := readSources(folder, "experiment")
	if err != nil {
		return nil, err
	}
	var files []File
	var errs []error
	for _, s := range sources {
		file, err := Read(s.name, s.content, instruments)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		files = append(files, file)
	}
	return files, errors.Join(errs...)
}

// sourceFile is a source as it lies in its folder.
type sourceFile struct {
	name    string
	content []byte
}

// file is the name without the folder, as mistakes tell it.
func (s sourceFile) file() string { return filepath.Base(s.name) }

func readSources(folder, noun string) ([]sourceFile, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", folder, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("listing %s: no %s (*.yaml) there", folder, noun)
	}
	slices.Sort(names)
	sources := make([]sourceFile, len(names))
	for n, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading the %s: %w", noun, err)
		}
		sources[n] = sourceFile{name, content}
	}
	return sources, nil
}

// check decodes the file and, as far as it could be decoded, checks what it says.
func check(file string, content []byte, instruments survey.Set) (*experiment.Experiment, Mistakes) {
	d := newDecoder(file, "experiment", experimentLimits)
	e := &experiment.Experiment{}
	d.document(content, e)
	c := &checker{decoder: d, e: e, surveys: instruments}
	c.check()
	return e, d.mistakes
}

// compile writes an experiment or an instrument as one line of JSON.
func compile(content any) ([]byte, error) {
	var compiled bytes.Buffer
	encoder := json.NewEncoder(&compiled)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(content); err != nil {
		return nil, fmt.Errorf("encoding a source: %w", err)
	}
	return compiled.Bytes(), nil
}
