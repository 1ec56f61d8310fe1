package stats

import "math"

// CalibrationFloor is the least number of stated probabilities on which an expected calibration error rests.
const CalibrationFloor = 2000

// Calibration collects stated probabilities in ten bins of equal width.
type Calibration struct {
	N    [10]float64 // stated probabilities
	Sum  [10]float64 // of them
	Came [10]float64 // how many of them came true
}

// Add counts a probability, stated per mille, and whether it came true.
func (c *Calibration) Add(perMille int, came bool) {
	bin := min(perMille/100, 9)
	c.N[bin]++
	c.Sum[bin] += float64(perMille) / 1000
	c.Came[bin] += truth(came)
}

// ECE is the expected calibration error, Σ |Σ stated − came| over bins by n, and n; NaN of 0 below CalibrationFloor.
func (c *Calibration) ECE() (value, n float64) {
	for i := range c.N {
		value += math.Abs(c.Sum[i] - c.Came[i])
		n += c.N[i]
	}
	if n < CalibrationFloor {
		return math.NaN(), 0
	}
	return value / n, n
}
