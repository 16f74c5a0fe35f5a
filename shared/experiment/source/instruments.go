package source

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"livinglab/shared/survey"
)

// Instruments are the questionnaires of a folder, in every version that was ever
// compiled.
type Instruments struct {
	Set      survey.Set
	Name     string // of the compiled form: beside the folder
	Compiled []byte // what survey.Parse reads: a line for each version, of which none ever changes
}

// ReadInstruments checks every .yaml file of a folder, against each other and against
// what was compiled before: people may have answered that, so it stays as it is. The
// error joins what is wrong in each file.
func ReadInstruments(folder string) (Instruments, error) {
	sources, err := readSources(folder, "instrument")
	if err != nil {
		return Instruments{}, err
	}
	name := filepath.Clean(folder) + ".json"
	before, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Instruments{}, fmt.Errorf("reading the compiled instruments: %w", err)
	}
	return compileInstruments(name, sources, before)
}

// edition is one version of an instrument and its line of the compiled form.
type edition struct {
	*survey.Instrument
	line json.RawMessage
}

func compileInstruments(name string, sources []sourceFile, before []byte) (Instruments, error) {
	editions, err := editionsOf(before)
	if err != nil {
		return Instruments{}, fmt.Errorf("reading %s: %w", name, err)
	}
	files, err := checkInstruments(filepath.Base(name), sources, editions)
	if err != nil {
		return Instruments{}, err
	}
	for _, f := range files {
		if slices.ContainsFunc(editions, func(e edition) bool { return e.ID == f.i.ID && e.Version == f.i.Version }) {
			continue
		}
		line, err := compile(f.i)
		if err != nil {
			return Instruments{}, fmt.Errorf("compiling %s: %w", f.file, err)
		}
		editions = append(editions, edition{f.i, bytes.TrimSpace(line)})
	}
	slices.SortFunc(editions, func(a, b edition) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version))
	})
	compiled := joined(editions)
	set, err := survey.Parse(compiled)
	if err != nil {
		return Instruments{}, fmt.Errorf("parsing the compiled form of %s: %w", name, err)
	}
	return Instruments{Set: set, Name: name, Compiled: compiled}, nil
}

// editionsOf reads what was compiled before, nothing if nothing was.
func editionsOf(compiled []byte) ([]edition, error) {
	if len(compiled) == 0 {
		return nil, nil
	}
	var lines []json.RawMessage
	if err := json.Unmarshal(compiled, &lines); err != nil {
		return nil, fmt.Errorf("splitting the instruments: %w", err)
	}
	editions := make([]edition, len(lines))
	for n, line := range lines {
		editions[n] = edition{&survey.Instrument{}, line}
		if err := json.Unmarshal(line, editions[n].Instrument); err != nil {
			return nil, fmt.Errorf("decoding instrument %d: %w", n, err)
		}
	}
	return editions, nil
}

func joined(editions []edition) []byte {
	var compiled bytes.Buffer
	for n, e := range editions {
		compiled.WriteString(map[bool]string{true: "[\n", false: ",\n"}[n == 0])
		compiled.Write(e.line)
	}
	compiled.WriteString("\n]\n")
	return compiled.Bytes()
}

// newest returns the newest version of the instrument that was compiled before.
func newest(editions []edition, id string) (edition, bool) {
	var last edition
	for _, e := range editions {
		if e.ID == id && (last.Instrument == nil || e.Version > last.Version) {
			last = e
		}
	}
	return last, last.Instrument != nil
}

// immutable refuses a file that says of a version, which people may have answered,
// something else than was compiled, and a version that is not the next one.
func (c *instrumentChecker) immutable(compiled string, editions []edition) {
	last, known := newest(editions, c.i.ID)
	switch is := c.i.Version; {
	case !known && is != 1:
		c.wrong("version", "is %d; a new instrument begins with version 1", is)
	case !known:
	case is < last.Version:
		c.wrong("version", "is %d, but version %d was compiled already and may have answers; a version never goes back", is, last.Version)
	case is > last.Version+1:
		c.wrong("version", "is %d, but the newest so far is %d; the next is %d", is, last.Version, last.Version+1)
	case is == last.Version && c.i.Hash() != last.Hash():
		c.wrong(c.firstDifference(last), "differs from version %d, which may have answers: raise version to %d (or, if nobody can have answered it yet, take its line out of %s)", is, is+1, compiled)
	}
}

// firstDifference returns the path at which the file first says something else.
func (c *instrumentChecker) firstDifference(last edition) string {
	var was, is any
	line, err := compile(c.i)
	if err != nil || json.Unmarshal(last.line, &was) != nil || json.Unmarshal(line, &is) != nil {
		return "version"
	}
	return slices.MinFunc(differences(was, is, ""), func(a, b string) int {
		at, bt := c.at(a), c.at(b)
		return cmp.Or(cmp.Compare(at.line, bt.line), cmp.Compare(at.column, bt.column), cmp.Compare(a, b))
	})
}

// differences returns the paths at which two JSON values differ.
func differences(was, is any, path string) []string {
	var paths []string
	switch was := was.(type) {
	case map[string]any:
		is, ok := is.(map[string]any)
		if !ok {
			return []string{path}
		}
		for key := range was {
			paths = append(paths, differences(was[key], is[key], join(path, key))...)
		}
		for key := range is {
			if _, both := was[key]; !both {
				paths = append(paths, join(path, key))
			}
		}
		return paths
	case []any:
		is, ok := is.([]any)
		if !ok {
			return []string{path}
		}
		for n := range min(len(was), len(is)) {
			paths = append(paths, differences(was[n], is[n], fmt.Sprintf("%s[%d]", path, n))...)
		}
		if len(was) != len(is) {
			paths = append(paths, fmt.Sprintf("%s[%d]", path, min(len(was), len(is))))
		}
		return paths
	}
	if !reflect.DeepEqual(was, is) {
		return []string{path}
	}
	return nil
}
