package metrics

import (
	"maps"

	"github.com/turncoat-sim/turncoat/engine"
)

// Rates, per mille, at which the liars of the scene lie, each sort for itself.
const (
	lieClaims    = 300
	lieClaimsToo = 100 // of the faithful
	lieAccuses   = 400
	lieDefends   = 200
	lieVotes     = 250
	lieVotesToo  = 150
	speaks       = 600
)

func init() { maps.Copy(scenes, talking) }

// talking are the scenes with a round table.
var talking = map[string]scene{
	"liars": {"each sort of lie at a rate of its own", plain(talk), players{acts: lying, ballot: func(c *turn) engine.Seat {
		return c.first(c.Legal)
	}}},
	"honest": {"claims are true, promises kept, nobody is accused or defended", plain(talk), players{
		acts: func(c *turn) []engine.Act {
			role := engine.RoleFaithful
			if c.mine() {
				role = engine.RoleTraitor
			}
			return append(claims(c, role), act(engine.Promise, c.Living.Without(c.Seat).First())...)
		},
		ballot: func(c *turn) engine.Seat { return c.first(c.Legal) }}},
	"fading": {"each sort of lie at a rate of its own; beliefs rise by 0.1 a round", plain(talk), players{acts: lying,
		belief: func(c *turn, _ engine.Seat) int { return 100 * c.Round }}},
	"wordy": {"traitors say five words, the faithful two", plain(talk), players{words: func(c *turn) int {
		if c.mine() {
			return 5
		}
		return 2
	}}},
	"rambling": {"one to nine words by dice", plain(talk), players{words: func(c *turn) int { return 1 + engine.Below(9, c.src) }}},
	"some": {"0.6 of the statements have an act", plain(talk), players{acts: func(c *turn) []engine.Act {
		if c.below(speaks) {
			return act(engine.Question, c.Living.First())
		}
		return nil
	}}},
	"words": {"words without acts", plain(talk), players{}},
	"believed": {"every knowing falsehood moves the table's belief by 0.01", plain(afterBeliefs), players{acts: believed,
		belief: func(c *turn, j engine.Seat) int { return c.moved[j] }}},
	"deaf": {"the same falsehoods; beliefs after each statement by dice", plain(afterBeliefs), players{acts: believed,
		belief: func(c *turn, _ engine.Seat) int { return engine.Below(1001, c.src) }}},
	"swayed": {"whoever is named is the table's aim", plain(afterIntent), players{acts: naming(engine.Accuse),
		intent: func(c *turn) engine.Seat {
			if len(c.said) > 0 && c.Legal.Has(c.said[0].Seat) {
				return c.said[0].Seat
			}
			return c.first(c.Legal.Without(c.aims[c.Seat]))
		}}},
	"relenting": {"whoever was the aim and is named no longer is", plain(afterIntent), players{
		acts: func(c *turn) []engine.Act { return act(engine.Defend, c.Living.Without(c.Seat).First()) },
		intent: func(c *turn) engine.Seat {
			if first := c.Legal.First(); c.aims[c.Seat] != first {
				return first
			}
			return c.Legal.Without(c.Legal.First()).First()
		}}},
	"stubborn": {"aims that never change", plain(afterIntent), players{acts: naming(engine.Accuse),
		intent: func(c *turn) engine.Seat { return c.first(c.Legal) }}},
	"aimless": {"aims by dice", plain(afterIntent), players{acts: naming(engine.Accuse)}},
	"two-faced": {"the faithful accuse whom they suspect least", plain(withStatement), players{acts: func(c *turn) []engine.Act {
		return act(engine.Accuse, c.extreme(-1))
	}}},
	"sincere": {"the faithful accuse whom they suspect most", plain(withStatement), players{acts: func(c *turn) []engine.Act {
		return act(engine.Accuse, c.extreme(1))
	}}},
	"shielding": {"traitors defend fellows", plain(talk), players{acts: func(c *turn) []engine.Act {
		if c.mine() {
			return act(engine.Defend, engine.Pick(c.traitors.Without(c.Seat), c.src))
		}
		return nil
	}}},
	"chivalrous": {"all defend somebody by dice", plain(talk), players{acts: naming(engine.Defend)}},
	"exposed": {"who defended a traitor is believed 0.5 guiltier after its exposure", plain(talk), players{acts: defending,
		ballot: knowing, belief: func(c *turn, j engine.Seat) int { return 200 + int(500*truth(c.tainted().Has(j))) }}},
	"forgiven": {"the same defences and exposures; beliefs by dice", plain(talk), players{acts: defending, ballot: knowing}},
}

func naming(kind engine.ActKind) func(*turn) []engine.Act {
	return func(c *turn) []engine.Act { return act(kind, engine.Pick(c.Living.Without(c.Seat), c.src)) }
}

// lying draws each sort of lie by itself. The table votes for its first seat, so that what a promise is worth is known.
func lying(c *turn) []engine.Act {
	others := c.Living.Without(c.Seat)
	var out []engine.Act
	claim, vote := lieClaimsToo, lieVotesToo
	role := engine.RoleTraitor
	if c.mine() {
		claim, vote, role = lieClaims, lieVotes, engine.RoleFaithful
	}
	if c.below(claim) {
		out = append(out, claims(c, role)...)
	}
	if c.below(vote) {
		out = append(out, act(engine.Promise, engine.Pick(others.Without(others.First()), c.src))...)
	} else {
		out = append(out, act(engine.Promise, others.First())...)
	}
	if c.mine() && c.below(lieAccuses) {
		out = append(out, act(engine.Accuse, engine.Pick(c.faithful, c.src))...)
	}
	if c.mine() && c.below(lieDefends) {
		out = append(out, act(engine.Defend, engine.Pick(c.traitors, c.src))...)
	}
	return out
}

// believed are falsehoods of traitors, each with what it does to the table's belief; the faithful ask questions.
func believed(c *turn) []engine.Act {
	if !c.mine() {
		return act(engine.Question, c.Living.Without(c.Seat).First())
	}
	if c.below(500) {
		j := engine.Pick(c.faithful, c.src)
		c.moved[j] += 10
		return act(engine.Accuse, j)
	}
	j := engine.Pick(c.traitors, c.src)
	c.moved[j] -= 10
	return act(engine.Defend, j)
}

// defending: on the first day every second faithful defends the first traitor.
func defending(c *turn) []engine.Act {
	if c.mine() || c.Seat%2 == 0 || c.Round > 1 {
		return nil
	}
	if c.shield == nil {
		c.shield = map[engine.Seat]engine.Seats{}
	}
	of := c.traitors.First()
	c.shield[of] = c.shield[of].With(c.Seat)
	return act(engine.Defend, of)
}

// tainted are those who defended a traitor that is gone.
func (c *turn) tainted() (out engine.Seats) {
	for of := range c.gone.All() {
		out |= c.shield[of]
	}
	return out
}

// extreme is whom the seat suspects most (1) or least (−1) by the dice of the round.
func (c *turn) extreme(sign int) engine.Seat {
	best := engine.NoSeat
	for j := range c.Living.Without(c.Seat).All() {
		if best == engine.NoSeat || sign*c.dice(c.Seat, j) > sign*c.dice(c.Seat, best) {
			best = j
		}
	}
	return best
}
