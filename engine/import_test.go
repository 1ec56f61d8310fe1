package engine

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// pure are the packages that decide or measure and touch nothing outside.
var pure = []string{"engine", "engine/codec", "engine/posterior", "engine/narrate", "engine/plain", "metrics", "metrics/stats",
	"metrics/analysis", "metrics/tables", "metrics/transcript", "metrics/report", "scenarios", "scenarios/study", "memory/recall",
	"memory/formats", "agents/llm/reply"}

// impure are direct imports that a pure package must not have.
var impure = []string{"time", "os", "net", "net/http", "database/sql", "log", "context", "math/rand"}

// may lists what each package may import of ours. It is the one place for directions, and has an order: no row leads back to itself.
var may = map[string][]string{
	"engine":                 {},
	"engine/codec":           {"engine"},
	"engine/posterior":       {"engine"},
	"engine/narrate":         {"engine", "engine/plain"},
	"engine/plain":           {},
	"engine/match":           {"engine"},
	"engine/batch":           {"engine", "engine/match"},
	"engine/batch/batchtest": {"engine", "engine/match", "engine/batch"},
	"engine/enginetest":      {"engine"},

	"scenarios":       {"engine", "engine/plain"},
	"scenarios/study": {"engine", "engine/codec", "engine/batch", "scenarios"},

	"agents":             {"engine"},
	"agents/scripted":    {"engine", "engine/posterior", "engine/narrate", "memory/recall", "agents"},
	"agents/llm/reply":   {"engine", "engine/narrate", "engine/plain"},
	"agents/llm":         {"engine", "engine/narrate", "engine/plain", "memory/recall", "agents/llm/reply"},
	"agents/llm/lenient": {},
	// One wire doesn't know another.
	"agents/llm/ollama":         {"engine", "agents/llm", "agents/llm/reply", "agents/llm/lenient"},
	"agents/llm/openai":         {"engine", "agents/llm", "agents/llm/reply", "agents/llm/lenient"},
	"agents/llm/recorded":       {"engine", "agents/llm", "agents/llm/reply"},
	"agents/llm/limits":         {"engine", "agents/llm", "agents/llm/reply"},
	"agents/llm/llmtest":        {"engine", "agents/llm", "agents/llm/reply"},
	"agents/llm/llmtest/faults": {"agents/llm", "agents/llm/reply", "agents/llm/llmtest"},
	"agents/llm/llmtest/tiny":   {},
	"agents/llm/llmtest/small":  {"agents/llm/llmtest/tiny"},
	"agents/catalog": {"engine/plain", "engine", "agents", "agents/scripted", "agents/llm", "agents/llm/reply", "agents/llm/limits",
		"agents/llm/ollama", "agents/llm/openai"},
	"agents/seating": {"engine", "engine/match", "engine/batch", "scenarios/study", "agents", "agents/catalog", "agents/llm",
		"agents/llm/reply", "agents/llm/limits", "agents/llm/recorded"},

	"memory":         {"engine", "engine/codec"},
	"memory/recall":  {"engine", "engine/narrate"},
	"memory/formats": {"engine", "engine/codec", "engine/plain"},
	"memory/archive": {"engine", "engine/codec", "engine/narrate", "engine/batch", "engine/match", "memory", "memory/recall",
		"memory/formats", "scenarios/study", "agents/llm", "agents/llm/reply", "agents/llm/limits", "agents/seating"},

	"metrics/stats":       {}, // numbers in, numbers out
	"metrics":             {"engine", "engine/codec", "engine/posterior", "metrics/stats"},
	"metrics/analysis":    {"engine/plain", "engine", "engine/codec", "engine/batch", "scenarios/study", "metrics", "metrics/stats"},
	"metrics/chance":      {"engine", "engine/codec", "engine/match", "agents", "agents/catalog", "metrics", "metrics/analysis"},
	"metrics/tables":      {"engine", "engine/codec", "metrics", "metrics/analysis"},
	"metrics/transcript":  {"engine", "engine/narrate", "memory/recall", "metrics/tables"},
	"metrics/metricstest": {"engine", "engine/codec"},
	"metrics/recounttest": {},
	"metrics/report":      {"engine", "engine/codec", "engine/narrate", "engine/plain", "metrics", "metrics/stats", "metrics/analysis"},

	"cmd/turncoat":        nil, // everything but what is for tests; nobody imports cmd
	"cmd/turncoat/replay": {"engine", "engine/narrate", "engine/plain"},
}

// forTests reports whether a package is for tests: what ships imports none.
func forTests(pkg string) bool {
	return slices.ContainsFunc(strings.Split(pkg, "/"), func(part string) bool { return strings.HasSuffix(part, "test") })
}

// source is one file of the module.
type source struct {
	path, pkg string // the package by its folder, as in may
	text      []byte
	set       *token.FileSet
	file      *ast.File
}

// sources are all Go files of the module, tests among them.
func sources(t *testing.T) (out []source) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == "testdata" {
			return filepath.SkipDir
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, text, parser.ParseComments)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, ".."+string(filepath.Separator)))
		out = append(out, source{name, filepath.ToSlash(filepath.Dir(name)), text, set, file})
		return nil
	})
	if err != nil || len(out) < 100 {
		t.Fatalf("%d files: %v", len(out), err)
	}
	return out
}

// Imports run one way (docs/architecture.md).
func TestImports(t *testing.T) {
	there := map[string]bool{}
	for _, s := range sources(t) {
		there[s.pkg] = true
		if strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		for _, spec := range s.file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			checkImport(t, s, name)
		}
	}
	for pkg := range may {
		if !there[pkg] {
			t.Errorf("there is no package %s, and a row for it", pkg)
		}
	}
}

func checkImport(t *testing.T, s source, name string) {
	t.Helper()
	if slices.Contains(pure, s.pkg) && slices.Contains(impure, name) {
		t.Errorf("%s: %s is pure and imports %s", s.path, s.pkg, name)
	}
	ours, ok := strings.CutPrefix(name, "github.com/turncoat-sim/turncoat/")
	if !ok {
		return
	}
	row, listed := may[s.pkg]
	switch {
	case !listed:
		t.Errorf("%s: package %s has no row", s.path, s.pkg)
	case row != nil && !slices.Contains(row, ours):
		t.Errorf("%s: %s must not import %s", s.path, s.pkg, ours)
	case forTests(ours) && !forTests(s.pkg):
		t.Errorf("%s: %s is for tests", s.path, ours)
	}
}

// What may be imported has an order, so that no row that is added makes a circle possible.
func TestImportsHaveAnOrder(t *testing.T) {
	done := map[string]bool{}
	var visit func(pkg string, from []string)
	visit = func(pkg string, from []string) {
		if slices.Contains(from, pkg) {
			t.Fatalf("a circle: %s", strings.Join(append(from, pkg), " → "))
		}
		if done[pkg] {
			return
		}
		for _, to := range may[pkg] {
			if _, listed := may[to]; !listed || strings.HasPrefix(to, "cmd") {
				t.Errorf("%s may import %s, which is no package, or a program", pkg, to)
			}
			visit(to, append(slices.Clone(from), pkg))
		}
		done[pkg] = true
	}
	for pkg := range may {
		visit(pkg, nil)
	}
}
