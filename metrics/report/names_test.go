package report

import (
	"slices"
	"testing"
)

// A name without a cell is the figure of every cell, and a list says once what every cell has.
func TestNamesOfFigures(t *testing.T) {
	all := []string{"outcome", "trust.full", "trust.none", "votes.full", "votes.none"}
	for _, c := range []struct{ asked, got []string }{
		{[]string{"trust"}, []string{"trust.full", "trust.none"}},
		{[]string{"votes.none", "outcome"}, []string{"votes.none", "outcome"}},
	} {
		if got, err := Chosen(all, c.asked); err != nil || !slices.Equal(got, c.got) {
			t.Errorf("%v: %v, %v", c.asked, got, err)
		}
	}
	if _, err := Chosen(all, []string{"trus"}); err == nil || err.Error() != `no figure "trus"` {
		t.Error(err)
	}
	if got := Listed(all); got != "outcome; of every cell trust, votes, or of one as trust.full (full, none)" {
		t.Error(got)
	}
}
