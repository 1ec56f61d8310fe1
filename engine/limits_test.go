package engine

import (
	"errors"
	"go/ast"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// What a reader can keep in mind: the most lines of a file and of a function, the most columns of a line, of which a tab counts four.
// Only a raw string may be wider, since breaking it would change it; those lines only become fewer.
const (
	mostLines     = 500
	mostOfAFunc   = 70
	mostColumns   = 140
	mostWideLines = 100 // lines that raw strings excuse, in the whole module
)

func TestLimits(t *testing.T) {
	excused := 0
	for _, s := range sources(t) {
		lines := strings.Split(strings.TrimSuffix(string(s.text), "\n"), "\n")
		if len(lines) > mostLines {
			t.Errorf("%s has %d lines, %d is the most: split it by subject", s.path, len(lines), mostLines)
		}
		raw := longOnes(t, s)
		for i, line := range lines {
			switch width := utf8.RuneCountInString(line) + 3*strings.Count(line, "\t"); {
			case width <= mostColumns:
			case raw[i+1]:
				excused++
			default:
				t.Errorf("%s:%d has %d columns, %d is the most", s.path, i+1, width, mostColumns)
			}
		}
	}
	if excused > mostWideLines {
		t.Errorf("%d lines with raw strings have more than %d columns, %d is the most", excused, mostColumns, mostWideLines)
	}
}

// longOnes complains of functions that are too long, and gives the lines on which raw strings stand.
func longOnes(t *testing.T, s source) map[int]bool {
	t.Helper()
	lines := func(n ast.Node) (first, last int) { return s.set.Position(n.Pos()).Line, s.set.Position(n.End()).Line }
	raw := map[int]bool{}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			if first, last := lines(n); last-first+1 > mostOfAFunc {
				t.Errorf("%s:%d is a function of %d lines, %d is the most", s.path, first, last-first+1, mostOfAFunc)
			}
		case *ast.BasicLit:
			if first, last := lines(n); n.Kind == token.STRING && n.Value[0] == '`' {
				for l := first; l <= last; l++ {
					raw[l] = true
				}
			}
		}
		return true
	})
	return raw
}

// A package's README names files that are there.
func TestReadmesNameWhatIsThere(t *testing.T) {
	there, named := map[string]bool{}, 0
	for _, s := range sources(t) {
		there[s.path] = true
	}
	for pkg := range may {
		text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(pkg), "README.md"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		for _, m := range goFile.FindAllStringSubmatch(string(text), -1) {
			if named++; !there[pkg+"/"+m[1]] {
				t.Errorf("%s/README.md names %s, which is not there", pkg, m[1])
			}
		}
		if err != nil {
			t.Error(err)
		}
	}
	if named < 50 {
		t.Errorf("only %d files are named", named)
	}
}

var goFile = regexp.MustCompile("`([a-z_0-9]+\\.go)`")
