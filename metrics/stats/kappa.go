package stats

import (
	"fmt"
	"math"
	"slices"
)

// Kappa is the agreement of raters beyond chance over items that all of them labelled, and the number of items: Cohen's for two
// raters (Cohen 1960, doi:10.1177/001316446002000104), whose own label rates are the chance, Fleiss' for more (Fleiss 1971,
// doi:10.1037/h0031619). NaN where all labels are one, since there is nothing to agree on. Every item has a label of each rater.
func Kappa(items [][]string) (kappa float64, n int, err error) {
	if len(items) == 0 {
		return math.NaN(), 0, nil
	}
	raters := len(items[0])
	if raters < 2 {
		return math.NaN(), 0, fmt.Errorf("agreement takes two raters or more")
	}
	for i, item := range items {
		if len(item) != raters {
			return math.NaN(), 0, fmt.Errorf("item %d has %d labels, the first %d", i, len(item), raters)
		}
	}
	observed, chance := fleiss(items)
	if raters == 2 {
		observed, chance = cohen(items)
	}
	if chance == 1 {
		return math.NaN(), len(items), nil
	}
	return (observed - chance) / (1 - chance), len(items), nil
}

// labelsIn are the labels in use, sorted.
func labelsIn(items [][]string) []string {
	var out []string
	for _, item := range items {
		out = append(out, item...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func cohen(items [][]string) (observed, chance float64) {
	n := float64(len(items))
	for _, label := range labelsIn(items) {
		var first, second float64
		for _, item := range items {
			first += truth(item[0] == label)
			second += truth(item[1] == label)
			observed += truth(item[0] == label && item[1] == label) / n
		}
		chance += first / n * second / n
	}
	return observed, chance
}

func fleiss(items [][]string) (observed, chance float64) {
	n, k := float64(len(items)), float64(len(items[0]))
	for _, label := range labelsIn(items) {
		total := 0.0
		for _, item := range items {
			count := 0.0
			for _, l := range item {
				count += truth(l == label)
			}
			total += count
			observed += count * (count - 1) / (k * (k - 1) * n)
		}
		chance += math.Pow(total/(n*k), 2)
	}
	return observed, chance
}
