package metrics

import "turncoat/engine"

// CalibrationFloor is the least number of beliefs on which an expected calibration error rests (section C).
const CalibrationFloor = 2000

// Calibration collects stated beliefs in ten bins of equal width; one is filled per cell of a design.
type Calibration struct {
	N     [10]float64 // beliefs
	Sum   [10]float64 // of b
	Guilt [10]float64 // of them about traitors
}

// Add counts a game's beliefs at its primary moment.
func (c *Calibration) Add(g *Game) {
	for i := range g.Rounds {
		g.each(i, func(_, _ engine.Seat, v int16, traitor bool) {
			bin := min(int(v)/100, 9)
			c.N[bin]++
			c.Sum[bin] += float64(v) / 1000
			c.Guilt[bin] += truth(traitor)
		})
	}
}

// Plus pools two collections.
func (c Calibration) Plus(o Calibration) Calibration {
	for i := range c.N {
		c.N[i], c.Sum[i], c.Guilt[i] = c.N[i]+o.N[i], c.Sum[i]+o.Sum[i], c.Guilt[i]+o.Guilt[i]
	}
	return c
}

// ECE is the expected calibration error: Σ |Σ b − traitors| over bins, and n; empty below CalibrationFloor.
func (c Calibration) ECE() Ratio {
	var out Ratio
	for i := range c.N {
		out.Num += abs(c.Sum[i] - c.Guilt[i])
		out.Den += c.N[i]
	}
	if out.Den < CalibrationFloor {
		return Ratio{}
	}
	return out
}
