package metrics

import "github.com/turncoat-sim/turncoat/engine"

// primaryMoments are the moments at which a round's beliefs may be asked, the preferred first: beliefs of different moments are
// never pooled, so a game's metrics rest on one of them.
var primaryMoments = []struct {
	name   string
	asked  func(engine.Beliefs) bool
	before bool // before the banishment of its round
}{
	{"ballot", func(b engine.Beliefs) bool { return b.With.Has(engine.WithBallot) }, true},
	{"banishment", func(b engine.Beliefs) bool { return b.After.Has(engine.AfterBanishment) }, false},
	{"round_table", func(b engine.Beliefs) bool { return b.After.Has(engine.AfterRoundTable) }, true},
	{"statement", func(b engine.Beliefs) bool { return b.With.Has(engine.WithStatement) }, true},
	{"aftermath", func(b engine.Beliefs) bool { return b.After.Has(engine.AfterAftermath) }, false},
	{"breakfast", func(b engine.Beliefs) bool { return b.After.Has(engine.AfterBreakfast) }, true},
}

// PrimaryMoment is the moment whose beliefs the metrics of this game rest on: with the ballot where the rules ask for them
// there, else after the banishment, after the round table, with the last statement of the round table, after the aftermath,
// after breakfast; empty where the rules ask at none of these.
func (g *Game) PrimaryMoment() string {
	for _, m := range primaryMoments {
		if m.asked(g.Rules.Beliefs) {
			return m.name
		}
	}
	return ""
}

// primaryBefore reports whether the primary moment comes before the banishment of its round.
func (g *Game) primaryBefore() bool {
	for _, m := range primaryMoments {
		if m.asked(g.Rules.Beliefs) {
			return m.before
		}
	}
	return true
}

// primary picks the beliefs of the moment, the last of each observer in which anything is stated.
func primary(r *Round, when string) []Belief {
	whole := len(r.Beliefs) > 0
	for _, b := range r.Beliefs {
		whole = whole && b.When == when && when != "statement" && b.stated()
	}
	if whole { // the usual case: only one moment a round
		return r.Beliefs
	}
	var out []Belief
	var place [engine.MaxSeats]int
	for _, b := range r.Beliefs {
		if b.When != when || b.Phase == engine.PhaseAftermath && when == "statement" || b.Observer < 0 || !b.stated() {
			continue
		}
		if k := place[b.Observer]; k > 0 {
			out[k-1] = b
			continue
		}
		if out == nil {
			out = make([]Belief, 0, r.Living.Len())
		}
		out = append(out, b)
		place[b.Observer] = len(out)
	}
	return out
}

// Stage returns the ballots of a stage, 0 the first, 1 the runoff, in log order.
func (r *Round) Stage(stage int) []Ballot {
	from, to := 0, len(r.Ballots)
	for i, b := range r.Ballots {
		if b.Stage > 0 {
			from = i
			if stage == 0 {
				return r.Ballots[:i]
			}
			return r.Ballots[from:to]
		}
	}
	if stage > 0 {
		return nil
	}
	return r.Ballots
}

// deciding returns the ballots that decided the banishment: the runoff's where there was one.
func (r *Round) deciding() []Ballot {
	if last := r.Stage(1); len(last) > 0 {
		return last
	}
	return r.Stage(0)
}

// TraitorsAlive and FaithfulAlive are the living of each team when the ballot opens.
func (r *Round) TraitorsAlive() engine.Seats { return r.Living & r.Traitors }

// FaithfulAlive are the living faithful when the ballot opens.
func (r *Round) FaithfulAlive() engine.Seats { return r.Living &^ r.Traitors }

// named reports whether the ballot was the voter's own and names a seat.
func (b Ballot) named() bool { return !b.Forfeited && b.Target != engine.NoSeat }
