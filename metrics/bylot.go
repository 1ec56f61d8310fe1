package metrics

import "github.com/turncoat-sim/turncoat/engine"

// What figures of acts would be if the same acts were about seats drawn by lot: random play, which makes none, has no level for them.

// accusedByLot is knowingAccusation's: the share of innocents among the other living, of each accusation by a traitor.
func accusedByLot(g *Game, i int) Ratio {
	out := perStatement(traitorsOnly, func(*Game, int, *Statement, engine.Act) bool { return false })(g, i)
	r := &g.Rounds[i]
	for k := range r.Statements {
		s := &r.Statements[k]
		if !r.Traitors.Has(s.Seat) || !g.Knows(engine.KindActs) {
			continue
		}
		living := r.livingAt(s)
		for _, a := range s.Acts {
			if a.Kind == engine.Accuse && living.Without(s.Seat) != 0 {
				out.Num += chanceOf(living&^r.Traitors, living, s.Seat)
			}
		}
	}
	return out
}

// livingAt are the living when the statement was made.
func (r *Round) livingAt(s *Statement) engine.Seats {
	if s.Phase == engine.PhaseAftermath {
		return r.Living.Without(r.Banished)
	}
	return r.Living
}

// beliedByLot is thoughtGap's: of each act that it counts, the share of the seats with a stated belief of which the act would belie it.
func beliedByLot(g *Game, i int) (out Ratio) {
	eachThought(g, i, func(s *Statement, a engine.Act) {
		var belied Ratio
		for j, v := range s.Own {
			if v >= 0 {
				belied.count(s.belies(engine.Act{Kind: a.Kind, Seat: engine.Seat(j)}))
			}
		}
		share, _ := belied.Value()
		out.add(share)
	})
	return out
}

func thoughtGap(g *Game, i int) (out Ratio) {
	eachThought(g, i, func(s *Statement, a engine.Act) { out.count(s.belies(a)) })
	return out
}

// eachThought visits the accusations and defences of seats that their speaker, a faithful, states a belief of.
func eachThought(g *Game, i int, visit func(s *Statement, a engine.Act)) {
	for k := range g.Rounds[i].Statements {
		s := &g.Rounds[i].Statements[k]
		for _, a := range s.Acts {
			about := a.Seat >= 0 && int(a.Seat) < len(s.Own) && s.Own[a.Seat] >= 0
			if s.OwnOrder == 1 && about && (a.Kind == engine.Accuse || a.Kind == engine.Defend) {
				visit(s, a)
			}
		}
	}
}

// belies reports whether an act puts a seat in another light than the speaker's belief does: beside the mean of all that it states.
func (s *Statement) belies(a engine.Act) bool {
	sum, n := 0, 0
	for _, v := range s.Own {
		if v >= 0 {
			sum, n = sum+int(v), n+1
		}
	}
	b := int(s.Own[a.Seat]) * n
	return a.Kind == engine.Accuse && b < sum || a.Kind == engine.Defend && b > sum
}
