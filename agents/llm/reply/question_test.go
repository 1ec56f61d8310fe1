package reply

import (
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// read reads a reply to what a seat is asked.
func read(raw Raw, seen engine.Observation, asked engine.Request, last bool) Reading {
	chance := Repairable
	if last {
		chance = Final
	}
	return To(seen, asked).Read(raw, chance)
}

// said is a reply that its model ended.
func said(text string) Raw { return Raw{Text: text, Finish: Stop} }

// atTable is what seat 0 perceived of a table of six.
func atTable(change func(*engine.Rules)) engine.Observation {
	r := engine.DefaultRules()
	r.Players, r.Traitors = 6, 1
	if change != nil {
		change(&r)
	}
	return engine.Observation{Events: []engine.Observed{{Body: engine.Opened{Rules: r.Complete().Public(),
		Names: []string{"Ada", "Bo", "Cy", "Di", "Ed", "Flo"}}}}}
}

// The skeleton of every question is taken for no answer where it is given back as it stands.
func TestSkeletonIsNoAnswer(t *testing.T) {
	for _, rules := range []func(*engine.Rules){nil, func(r *engine.Rules) { r.Abstain = true }} {
		seen := atTable(rules)
		for kind := engine.AskNote; kind <= engine.AskReflect; kind++ {
			if kind == engine.AskAct {
				continue
			}
			asked := engine.Request{Seat: 0, Kind: kind, Round: 1, Phase: engine.PhaseRoundTable, Living: engine.AllSeats(6),
				Legal: engine.SeatsOf(1), Offer: [engine.MaxSeats]engine.Seat{1}, Words: 50}
			if kind == engine.AskBallot || kind == engine.AskBeliefs {
				asked.Beliefs = engine.FirstOrder
			}
			q := To(seen, asked)
			lines := strings.SplitN(q.Skeleton(), "\n", 3)
			for _, last := range []bool{false, true} {
				got := read(said(lines[1]), seen, asked, last)
				if got.Problem == nil && len(got.Answer.Notes) == 0 && !q.notes {
					t.Errorf("%s, last %v: %s was taken for %+v", kind, last, lines[1], got.Answer)
				}
				if len(got.Answer.Notes) > 0 || len(got.Answer.Acts) > 0 {
					t.Errorf("%s: %+v", kind, got.Answer)
				}
			}
		}
	}
}
