// Package infra holds what is not deployed as a function. Its tests hold the
// whole tree to the directions in which it may depend.
package infra

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "livinglab"

// file is a Go file of the tree and what it imports.
type file struct {
	path    string // from the root: "functions/apply/main.go"
	imports []string
}

func (f file) test() bool { return strings.HasSuffix(f.path, "_test.go") }

// under says whether the import is of the folder, such as "functions", or
// below it.
func under(imported, folder string) bool {
	return imported == module+"/"+folder || strings.HasPrefix(imported, module+"/"+folder+"/")
}

func TestDependenciesPointOneWay(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for _, f := range goFiles(t) {
		top, rest, _ := strings.Cut(f.path, "/")
		own, _, _ := strings.Cut(rest, "/")
		seen[top]++
		for _, imported := range f.imports {
			switch {
			case top == "shared" && under(imported, "functions"):
				t.Errorf("%s imports %s: shared never imports functions", f.path, imported)
			case top == "functions" && under(imported, "functions") && !under(imported, "functions/"+own):
				t.Errorf("%s imports %s: functions never import each other", f.path, imported)
			case (top == "shared" || top == "functions") && under(imported, "infra") && !f.test():
				t.Errorf("%s imports %s: nothing that ships imports infra", f.path, imported)
			case top == "infra" && under(imported, "functions"):
				t.Errorf("%s imports %s: infra starts functions, it does not link them", f.path, imported)
			}
		}
	}
	for _, top := range []string{"functions", "shared", "infra"} {
		if seen[top] == 0 {
			t.Errorf("no Go file was found in %s", top)
		}
	}
}

func TestWhatShipsLinksNoTestTools(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		if f.test() || strings.HasPrefix(f.path, "infra/") || strings.HasSuffix(filepath.Dir(f.path), "test") {
			continue
		}
		for _, imported := range f.imports {
			switch {
			case imported == "testing", strings.HasPrefix(imported, "testing/"),
				strings.HasPrefix(imported, "pgregory.net/rapid"),
				strings.HasPrefix(imported, "github.com/google/go-cmp"),
				strings.HasPrefix(imported, "github.com/chromedp/"):
				t.Errorf("%s imports %s, which belongs to tests", f.path, imported)
			}
		}
	}
}

func TestPackagesAreNamedByTheirSubject(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		switch name := filepath.Base(filepath.Dir(f.path)); name {
		case "util", "utils", "helpers", "models", "types", "common", "misc":
			t.Errorf("%s lies in a package named %s", f.path, name)
		}
	}
}

// goFiles reads every Go file of the product with its imports.
func goFiles(t *testing.T) []file {
	t.Helper()
	root := os.DirFS("..")
	var files []file
	for _, top := range []string{"functions", "shared", "infra"} {
		err := fs.WalkDir(root, top, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && entry.Name() == "testdata":
				return fs.SkipDir
			case entry.IsDir() || filepath.Ext(path) != ".go":
				return nil
			}
			source, err := fs.ReadFile(root, path)
			if err != nil {
				return err
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), path, source, parser.ImportsOnly)
			if err != nil {
				return err
			}
			f := file{path: path}
			for _, spec := range parsed.Imports {
				imported, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					return err
				}
				f.imports = append(f.imports, imported)
			}
			files = append(files, f)
			return nil
		})
		if err != nil {
			t.Fatalf("reading the Go files: %v", err)
		}
	}
	return files
}
