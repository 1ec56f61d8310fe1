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

// moved is by how much the faithful listeners' mean belief of a seat rose from the statement before to statement k.
func moved(r *Round, k int, seat engine.Seat) (float64, bool) {
	if k == 0 {
		return 0, false
	}
	rise, n := 0, 0 // per mille: a mean that did not move is exactly 0
	for _, after := range r.Statements[k].Reactions {
		if after.Order != 1 || after.Observer == r.Statements[k].Seat || after.PerMille[seat] < 0 {
			continue
		}
		for _, before := range r.Statements[k-1].Reactions {
			if before.Observer == after.Observer && before.Order == 1 && before.PerMille[seat] >= 0 {
				rise, n = rise+int(after.PerMille[seat])-int(before.PerMille[seat]), n+1
			}
		}
	}
	if n == 0 {
		return 0, false
	}
	return float64(rise) / float64(1000*n), true
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
			rise, ok := moved(r, k, f.seat)
			if !ok {
				continue
			}
			var control Ratio
			for c := range r.Statements {
				if len(falsehoodsOf(g, i, &r.Statements[c])) > 0 {
					continue
				}
				if other, ok := moved(r, c, f.seat); ok {
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
