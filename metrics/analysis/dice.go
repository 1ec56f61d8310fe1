package analysis

import (
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// dice gives the statistics their draws: those of seed 0, so that the same games have the same intervals.
func dice(purpose string, draw, units int) stats.Source {
	return source{engine.Dice(0, purpose, draw, units, engine.NoSeat)}
}

type source struct{ engine.Source }

// Below implements stats.Source. It hands on what it holds and not itself, which would be put on the heap at every draw.
func (s source) Below(n int) int { return engine.Below(n, s.Source) }

// Draws are the bootstrap's over so many units, as the figures of a batch have them: of the same sums the same interval.
func Draws(units int) *stats.Resampler { return stats.NewResampler(units, dice) }
