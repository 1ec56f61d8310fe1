package stats

import (
	"math"
	"testing"
)

// Fleiss (1971), table 1: 30 patients, six psychiatrists each, five diagnoses (depression, personality disorder, schizophrenia,
// neurosis, other); κ = 0.430. How many chose each, by patient.
var fleiss1971 = [][5]int{
	{0, 0, 0, 6, 0}, {0, 3, 0, 0, 3}, {0, 1, 4, 0, 1}, {0, 0, 0, 0, 6}, {0, 3, 0, 3, 0}, {2, 0, 4, 0, 0}, {0, 0, 4, 0, 2}, {2, 0, 3, 1, 0},
	{2, 0, 0, 4, 0}, {0, 0, 0, 0, 6}, {1, 0, 0, 5, 0}, {1, 1, 0, 4, 0}, {0, 3, 3, 0, 0}, {1, 0, 0, 5, 0}, {0, 2, 0, 3, 1}, {0, 0, 5, 0, 1},
	{3, 0, 0, 1, 2}, {5, 1, 0, 0, 0}, {0, 2, 0, 4, 0}, {1, 0, 2, 0, 3}, {0, 0, 0, 0, 6}, {0, 1, 0, 5, 0}, {0, 2, 0, 1, 3}, {2, 0, 0, 4, 0},
	{1, 0, 0, 4, 1}, {0, 5, 0, 1, 0}, {4, 0, 0, 0, 2}, {0, 2, 0, 4, 0}, {1, 0, 5, 0, 0}, {0, 0, 0, 0, 6},
}

func TestKappaFleiss1971(t *testing.T) {
	var items [][]string
	for _, row := range fleiss1971 {
		var item []string
		for label, n := range row {
			for range n {
				item = append(item, string(rune('a'+label)))
			}
		}
		items = append(items, item)
	}
	if k, n, err := Kappa(items); err != nil || n != 30 || math.Abs(k-0.4302445) > 1e-6 {
		t.Errorf("κ = %.7f over %d: %v", k, n, err)
	}
}

// Cohen (1960), table 2b: 200 cases by two raters with the margins 0.5, 0.3, 0.2 and 0.6, 0.3, 0.1; 0.70 agree, 0.41 by chance, so
// κ = 0.29/0.59 = 0.492.
func TestKappaCohen1960(t *testing.T) {
	table := [3][3]int{{88, 10, 2}, {14, 40, 6}, {18, 10, 12}}
	var items [][]string
	for i, row := range table {
		for j, n := range row {
			items = repeat(items, n, string(rune('a'+i)), string(rune('a'+j)))
		}
	}
	if k, n, err := Kappa(items); err != nil || n != 200 || math.Abs(k-0.29/0.59) > 1e-12 {
		t.Errorf("κ = %f over %d: %v", k, n, err)
	}
}
