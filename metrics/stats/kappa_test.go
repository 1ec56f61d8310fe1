package stats

import (
	"math"
	"testing"
)

func repeat(items [][]string, n int, labels ...string) [][]string {
	for range n {
		items = append(items, labels)
	}
	return items
}

// The usual worked example for more raters (not Fleiss' own): ten subjects, fourteen raters, five categories; κ = 0.210.
func TestFleissKappa(t *testing.T) {
	table := [][]int{{0, 0, 0, 0, 14}, {0, 2, 6, 4, 2}, {0, 0, 3, 5, 6}, {0, 3, 9, 2, 0}, {2, 2, 8, 1, 1}, {7, 7, 0, 0, 0},
		{3, 2, 6, 3, 0}, {2, 5, 3, 2, 2}, {6, 5, 2, 1, 0}, {0, 2, 2, 3, 7}}
	var items [][]string
	for _, row := range table {
		var item []string
		for label, n := range row {
			for range n {
				item = append(item, string(rune('a'+label)))
			}
		}
		items = append(items, item)
	}
	if k, n, err := Kappa(items); err != nil || n != 10 || math.Abs(k-0.2099) > 0.0002 {
		t.Errorf("κ = %f over %d: %v", k, n, err)
	}
}

// The usual worked example for two raters: 20 both yes, 5 and 10 apart, 15 both no; κ = 0.4.
func TestCohenKappa(t *testing.T) {
	items := repeat(repeat(repeat(repeat(nil, 20, "y", "y"), 5, "y", "n"), 10, "n", "y"), 15, "n", "n")
	if k, n, err := Kappa(items); err != nil || n != 50 || math.Abs(k-0.4) > 1e-9 {
		t.Errorf("κ = %f over %d: %v", k, n, err)
	}
	if k, _, _ := Kappa(repeat(nil, 5, "y", "y")); !math.IsNaN(k) {
		t.Errorf("one label: κ = %f", k)
	}
	if _, _, err := Kappa([][]string{{"y", "n"}, {"y"}}); err == nil {
		t.Error("a missing label passes")
	}
}
