package stats

import "github.com/turncoat-sim/turncoat/engine"

// dice are the engine's, as the figures of a study use them.
func dice(purpose string, draw, units int) Source {
	return source{engine.Dice(0, purpose, draw, units, engine.NoSeat)}
}

type source struct{ engine.Source }

func (s source) Below(n int) int { return engine.Below(n, s) }
