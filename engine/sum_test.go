package engine

import (
	"go/ast"
	"slices"
	"testing"
)

// The lint looks at declared sums only: Body, and every interface that is a part of it.
func TestSumsAreDeclared(t *testing.T) {
	var declared []string
	for _, s := range sources(t) {
		if s.pkg != "engine" {
			continue
		}
		for _, decl := range s.file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Doc == nil || len(gen.Specs) == 0 {
				continue
			}
			if last := gen.Doc.List[len(gen.Doc.List)-1]; last.Text == "//sumtype:decl" {
				declared = append(declared, gen.Specs[0].(*ast.TypeSpec).Name.Name)
			}
		}
	}
	slices.Sort(declared)
	if want := []string{"Body", "Bookkeeping", "Briefing", "Deed", "News", "Remark"}; !slices.Equal(declared, want) {
		t.Errorf("declared are %v, wanted %v", declared, want)
	}
}
