// Package stats is the statistics that the figures of a study rest on: intervals of ratios, the bootstrap, permutation tests and Holm's
// correction, times to an event, calibration, agreement of raters, and how many units a plan needs. It imports nothing of ours: it knows
// no game, no metric and no event, takes numbers and gives numbers. Chance comes in as Dice, so that the same numbers and the same dice
// give the same figures; what is undefined is NaN.
package stats

// Source is where a draw takes its bits from.
type Source interface {
	Uint64() uint64
	// Below draws an integer in [0, n).
	Below(n int) int
}

// Dice gives the source of one draw: what the draw is for, its number, and how many units it is over. The same three give the same
// source.
type Dice func(purpose string, draw, units int) Source

// truth is 1 for yes.
func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
