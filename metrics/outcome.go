package metrics

import "github.com/turncoat-sim/turncoat/engine"

// outcome is section B. A game that a limit stopped is censored: it has no value here, and finished counts it.
var outcome = []Metric{
	{Name: "finished", Unit: "share of games", Range: share, Section: "B", Mean: true, OfAll: true,
		Doc:  "Games that came to an end, of those that were begun and are over; what is missing to 1 was stopped by a limit or failed.",
		Fold: func(g *Game) Ratio { return Ratio{truth(g.Over), 1} }},
	{Name: "forfeit_touched", Unit: "share of games", Range: share, Section: "B", Mean: true, OfAll: true,
		Doc:  "Games in which the rules supplied an answer at least once.",
		Fold: func(g *Game) Ratio { return Ratio{truth(len(g.Forfeits) > 0), truth(g.Knows(engine.KindForfeit))} }},
	{Name: "refusals", Unit: "share of answers", Range: share, Section: "B", OfAll: true,
		Doc: "Answers of language models in which the model refused: in its first reply, in the repair, or within or around the speech " +
			"that it gave. Of all that were asked of models, the forfeited included; the seats table has them by seat, and so by policy.",
		Fold: func(g *Game) Ratio {
			var out Ratio
			for i := range g.Asked {
				out.Num, out.Den = out.Num+float64(g.Refused[i]), out.Den+float64(g.Asked[i])
			}
			return out
		}},
	{Name: "traitors_win", Unit: "share of games", Range: share, Section: "B", Mean: true, OfEnds: true, Fold: wonBy(engine.Minority()),
		Doc: "Finished games that the traitors won."},
	{Name: "faithful_win", Unit: "share of games", Range: share, Section: "B", Mean: true, OfEnds: true, Fold: wonBy(engine.Majority()),
		Doc: "Finished games that the faithful won."},
	{Name: "draw", Unit: "share of games", Range: share, Section: "B", Mean: true, OfEnds: true, Fold: wonBy(engine.NoTeam),
		Doc: "Finished games that nobody won (rule 6.3)."},
	{Name: "rounds", Unit: "rounds", Range: "1…R", Section: "B", Mean: true, OfEnds: true,
		Doc:  "Rounds begun in a finished game; R is the most that the rules allow.",
		Fold: finished(func(g *Game) int { return g.LastRound })},
	{Name: "survivors_traitors", Unit: "seats", Range: "0…m", Section: "B", Mean: true, OfEnds: true,
		Doc:  "Traitors alive at the end of a finished game.",
		Fold: finished(func(g *Game) int { return (g.Living & g.sideIn(&g.Ends, engine.Minority())).Len() })},
	{Name: "survivors_faithful", Unit: "seats", Range: "0…n − m", Section: "B", Mean: true, OfEnds: true,
		Doc:  "Faithful alive at the end of a finished game.",
		Fold: finished(func(g *Game) int { return (g.Living & g.sideIn(&g.Ends, engine.Majority())).Len() })},
	{Name: "banished_traitors", Unit: "seats", Range: "0…m", Section: "B", Mean: true, OfEnds: true,
		Doc:  "Traitors banished in a finished game.",
		Fold: finished(func(g *Game) int { t, _ := g.banished(); return t })},
	{Name: "banished_faithful", Unit: "seats", Range: "0…n − m", Section: "B", Mean: true, OfEnds: true,
		Doc:  "Faithful banished in a finished game.",
		Fold: finished(func(g *Game) int { _, f := g.banished(); return f })},
	{Name: "murdered", Unit: "seats", Range: "0…n − m", Section: "B", Mean: true, OfEnds: true, Doc: "Seats murdered in a finished game.",
		Fold: finished(func(g *Game) int {
			n := 0
			for i := range g.Rounds {
				n += int(truth(g.Rounds[i].Murdered != engine.NoSeat))
			}
			return n
		})},
}

func wonBy(team engine.Team) func(*Game) Ratio {
	return func(g *Game) Ratio {
		if !g.Over {
			return Ratio{}
		}
		return Ratio{truth(g.Winner == team), 1}
	}
}

func finished(f func(*Game) int) func(*Game) Ratio {
	return func(g *Game) Ratio {
		if !g.Over {
			return Ratio{}
		}
		return Ratio{float64(f(g)), 1}
	}
}

func (g *Game) banished() (traitors, faithful int) {
	for i := range g.Rounds {
		switch r := &g.Rounds[i]; {
		case r.Banished == engine.NoSeat:
		case r.Traitors.Has(r.Banished):
			traitors++
		default:
			faithful++
		}
	}
	return traitors, faithful
}

// Fate is what became of a seat.
type Fate struct {
	Seat     engine.Seat
	Role     engine.Role // as dealt
	Team     engine.Team // at the end
	Survived bool
	Won      bool
	Left     string  // banished, murdered; empty for who lives
	Round    int     // in which it left; the last round for who lives
	Prize    float64 // its share of the prize: the living of the winning team share alike (rule 5.7); 0…1
}

// Fates are the fates of all seats, in seat order. Won and Prize hold only for a game that is Over.
func (g *Game) Fates() []Fate {
	out := make([]Fate, g.N)
	winners := engine.Seats(0)
	if g.Over {
		winners = g.sideIn(&g.Ends, g.Winner)
	}
	for i := range out {
		seat := engine.Seat(i)
		f := Fate{Seat: seat, Role: g.Roles[i], Team: TeamIn(&g.Ends, seat), Survived: g.Living.Has(seat), Won: winners.Has(seat),
			Round: g.LastRound}
		if f.Won && f.Survived {
			f.Prize = 1 / float64((winners & g.Living).Len())
		}
		out[i] = f
	}
	for i := range g.Rounds {
		r := &g.Rounds[i]
		if r.Banished != engine.NoSeat {
			out[r.Banished].Left, out[r.Banished].Round = "banished", r.Number
		}
		if r.Murdered != engine.NoSeat {
			out[r.Murdered].Left, out[r.Murdered].Round = "murdered", r.Number
		}
	}
	return out
}
