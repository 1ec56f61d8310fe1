package engine

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// pure are the packages that decide or measure and touch nothing outside.
var pure = []string{"engine", "engine/posterior", "engine/narrate", "engine/plain", "metrics", "metrics/report", "scenarios", "memory/recall", "memory/foreign"}

// impure are direct imports that a pure package must not have.
var impure = []string{"time", "os", "net", "net/http", "database/sql", "log", "context", "math/rand"}

// may lists what each package may import of ours; a package below one that is listed follows its rule.
var may = map[string][]string{
	"engine":            {},
	"engine/posterior":  {"engine"},
	"engine/narrate":    {"engine", "engine/plain"},
	"engine/plain":      {},
	"engine/match":      {"engine"},
	"engine/batch":      {"engine", "engine/match"},
	"engine/enginetest": {"engine"},
	"agents":            {"engine", "engine/posterior", "engine/narrate", "engine/plain", "memory/recall", "agents"},
	"memory":            {"engine"},
	"memory/recall":     {"engine", "engine/narrate"},
	"memory/foreign":    {"engine", "engine/plain"},
	"metrics":           {"engine", "engine/posterior"},
	"metrics/report":    {"engine", "engine/narrate", "engine/plain", "metrics"},
	"scenarios":         {"engine", "engine/plain"},
	"cmd":               nil, // everything; nobody imports cmd
}

// Imports run one way (docs/architecture.md).
func TestImports(t *testing.T) {
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(strings.TrimPrefix(filepath.Dir(path), "../"))
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			checkImport(t, path, pkg, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkImport(t *testing.T, path, pkg, name string) {
	for _, p := range pure {
		for _, bad := range impure {
			if p == pkg && name == bad {
				t.Errorf("%s: %s is pure and imports %s", path, pkg, name)
			}
		}
	}
	ours, ok := strings.CutPrefix(name, "turncoat/")
	if !ok {
		return
	}
	rule, listed := ruleOf(pkg)
	if !listed {
		t.Errorf("%s: package %s has no import rule", path, pkg)
	}
	if rule == nil {
		return
	}
	for _, allowed := range rule {
		if ours == allowed || allowed == "agents" && strings.HasPrefix(ours, "agents/") {
			return
		}
	}
	t.Errorf("%s: %s must not import %s", path, pkg, ours)
}

// ruleOf is the rule of the package or of the nearest one above it; nil allows everything.
func ruleOf(pkg string) ([]string, bool) {
	for p := pkg; p != "."; p = filepath.ToSlash(filepath.Dir(p)) {
		if rule, ok := may[p]; ok {
			return rule, true
		}
	}
	return nil, false
}
