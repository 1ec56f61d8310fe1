package metrics

import "github.com/turncoat-sim/turncoat/engine"

// falsehood is what a knowing falsehood is about, and which way it wants that seat's suspicion to go.
type falsehood struct {
	seat engine.Seat
	way  float64 // 1 up, −1 down
}

// falsehoodsOf are the knowing falsehoods of a statement.
func falsehoodsOf(g *Game, i int, s *Statement) []falsehood {
	r := &g.Rounds[i]
	if !r.Traitors.Has(s.Seat) {
		return nil
	}
	var out []falsehood
	for _, a := range s.Acts {
		switch {
		case knowingAccusation(g, i, s, a):
			out = append(out, falsehood{a.Seat, 1})
		case knowingDefence(g, i, s, a):
			out = append(out, falsehood{a.Seat, -1})
		case falseClaim(g, i, s, a) && !a.Role.Team().Informed():
			out = append(out, falsehood{s.Seat, -1})
		}
	}
	return out
}

// moved is by how much the faithful listeners' mean belief of a seat rose with statement k and nothing else.
func moved(g *Game, i, k int, seat engine.Seat) (float64, bool) {
	m := g.Moved(i, k, seat, true)
	return m.Rise(), m.Listeners > 0
}

// overFalsehoods scores every knowing falsehood's movement in the wanted way, less that of the round's other statements.
func overFalsehoods(g *Game, i int, score func(float64) float64) Ratio {
	var out Ratio
	r := &g.Rounds[i]
	if len(r.Statements) == 0 || len(r.Statements[0].Reactions) == 0 {
		return out
	}
	for k := range r.Statements {
		for _, f := range falsehoodsOf(g, i, &r.Statements[k]) {
			rise, ok := moved(g, i, k, f.seat)
			if !ok {
				continue
			}
			var control Ratio
			for c := range r.Statements {
				if s := &r.Statements[c]; s.Silent() || len(falsehoodsOf(g, i, s)) > 0 {
					continue
				}
				if other, ok := moved(g, i, c, f.seat); ok {
					control.add(score(other * f.way))
				}
			}
			if mean, ok := control.Value(); ok {
				out.add(score(rise*f.way) - mean)
			}
		}
	}
	return out
}

func deceptionSuccess(g *Game, i int) Ratio {
	return overFalsehoods(g, i, func(rise float64) float64 { return truth(rise > 0) })
}

func persuasion(g *Game, i int) Ratio {
	return overFalsehoods(g, i, func(rise float64) float64 { return rise })
}

// swing counts the listeners who changed their intent toward and away from a seat that a statement named.
func swing(toward, away float64) func(*Game, int) Ratio {
	return func(g *Game, i int) Ratio {
		var out Ratio
		r := &g.Rounds[i]
		for k := 1; k < len(r.Statements); k++ {
			s := &r.Statements[k]
			var named engine.Seats
			for _, a := range s.Acts {
				if a.Kind != engine.Claim {
					named = named.With(a.Seat)
				}
			}
			if named == 0 {
				continue
			}
			for _, after := range s.Intents {
				if before, ok := r.Statements[k-1].intent(after.Seat); ok && after.Seat != s.Seat {
					out.Den++
					if before != after.Target {
						out.Num += toward*truth(named.Has(after.Target)) + away*truth(named.Has(before))
					}
				}
			}
		}
		return out
	}
}

func (s *Statement) intent(seat engine.Seat) (engine.Seat, bool) {
	for _, in := range s.Intents {
		if in.Seat == seat {
			return in.Target, true
		}
	}
	return engine.NoSeat, false
}
