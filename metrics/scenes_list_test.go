package metrics

import "github.com/turncoat-sim/turncoat/engine"

func act(kind engine.ActKind, of engine.Seat) []engine.Act {
	if of == engine.NoSeat {
		return nil
	}
	return []engine.Act{{Kind: kind, Seat: of}}
}

func claims(c *turn, role engine.Role) []engine.Act {
	return []engine.Act{{Kind: engine.Claim, Seat: c.Seat, Role: role}}
}

// knowing players vote for the first living traitor; the traitors go by dice.
func knowing(c *turn) engine.Seat {
	if c.mine() {
		return c.pick(c.Legal)
	}
	return c.first(c.traitors)
}

func truthful(c *turn, j engine.Seat) int { return int(1000 * truth(c.traitors.Has(j))) }

// scenes are all settings in which a metric has a known value.
var scenes = map[string]scene{
	"dice":    {"everybody by dice", plain(), players{}},
	"alone":   {"by dice, each traitor its own at night", plain(), players{murder: func(c *turn) engine.Seat { return c.pick(c.Legal) }}},
	"knowing": {"the faithful know the traitors", plain(), players{ballot: knowing, belief: truthful}},
	"misled": {"all vote for one faithful; the faithful believe the opposite of the truth", plain(), players{
		ballot: func(c *turn) engine.Seat { return c.first(c.faithful) },
		belief: func(c *turn, j engine.Seat) int { return 1000 - truthful(c, j) }}},
	"one of ten": {"one traitor among ten, one round, by dice", plain(oneRound, oneTraitor), players{}},
	"one round":  {"a limit of one round, by dice", plain(oneRound), players{}},
	"peaceful":   {"no murder, by dice", plain(peaceful), players{}},
	"bloc": {"the traitors vote together", plain(), players{ballot: func(c *turn) engine.Seat {
		if c.mine() {
			return c.first(c.faithful)
		}
		return c.pick(c.Legal)
	}}},
	"sparing": {"the faithful banish one of theirs for whom no traitor votes", plain(oneRound), players{ballot: func(c *turn) engine.Seat {
		first := c.faithful.First()
		if c.mine() || c.Seat == first {
			return c.pick(c.faithful.Without(first))
		}
		return first
	}}},
	"fellows": {"traitors vote for one another", plain(), players{ballot: func(c *turn) engine.Seat {
		if c.mine() {
			return c.first(c.traitors.Without(c.Seat))
		}
		return c.pick(c.Legal)
	}}},
	"ring": {"each faithful votes for the next one: the traitors decide", plain(oneRound), players{ballot: func(c *turn) engine.Seat {
		list := c.faithful.List()
		for i, s := range list {
			if s == c.Seat {
				return list[(i+1)%len(list)]
			}
		}
		return c.pick(c.Legal)
	}}},
	"straying": {"most faithful vote for one of theirs, one for a traitor", plain(oneRound), players{ballot: func(c *turn) engine.Seat {
		if first := c.faithful.First(); c.mine() || c.Seat != first {
			return first
		}
		return c.traitors.First()
	}}},
	"stopped": {"one game in four is stopped half way", plain(), players{stopped: func(seed uint64) bool { return seed%4 == 1 }}},
	"lost": {"one game in four has a lost ballot", plain(), players{forfeit: func(c *turn) bool {
		return c.Kind == engine.AskBallot && c.Round == 1 && c.Stage == 0 && c.Seat == 2 && c.seed%4 == 1
	}}},
	"refusing": {"calls of a model of which 0.3 are refused", plain(), players{calls: func(c *turn) []engine.Call {
		out := []engine.Call{{Prompt: "p", Reply: "r"}}
		if c.below(300) {
			out[0].Mended = []string{engine.MarkRefused}
		}
		return out
	}}},
	"willing": {"calls of a model, none refused", plain(), players{calls: func(*turn) []engine.Call {
		return []engine.Call{{Prompt: "p", Reply: "r", Mended: []string{"fence"}}, {Prompt: "p", Reply: "r", Cause: engine.CauseNotJSON}}
	}}},
	"settled": {"beliefs that never change", plain(), players{belief: func(c *turn, j engine.Seat) int {
		return engine.Below(1001, engine.Dice(c.seed, "settled", 0, int(j), c.Seat))
	}}},
	"flipping": {"beliefs that go from one end to the other", plain(), players{belief: func(c *turn, _ engine.Seat) int {
		return 1000 * (c.Round % 2)
	}}},
	"flat": {"all beliefs 0.3", plain(), players{belief: func(*turn, engine.Seat) int { return 300 }}},
	"even": {"all beliefs 0.5", plain(), players{belief: func(*turn, engine.Seat) int { return 500 }}},
	"camps": {"half of the seats believe all of everybody, half nothing", plain(), players{
		belief: func(c *turn, _ engine.Seat) int { return 1000 * (int(c.Seat) % 2) }}},
	"insiders": {"beliefs are what a faithful can count", plain(), players{belief: func(c *turn, _ engine.Seat) int {
		return rounded(c.traitors.Len(), c.Living.Len()-1)
	}}},
	"trusting": {"all beliefs 0", plain(), players{belief: func(*turn, engine.Seat) int { return 0 }}},
	"learning": {"0.2 of the faithful, of a traitor 0.1 more each round", plain(), players{belief: func(c *turn, j engine.Seat) int {
		if c.traitors.Has(j) {
			return min(1000, 200+100*c.Round)
		}
		return 200
	}}},
	"followers": {"open ballots; half of the votes follow the leader", plain(openBallot), players{ballot: func(c *turn) engine.Seat {
		var votes [engine.MaxSeats]int
		lead := engine.NoSeat
		for _, s := range c.cast {
			if votes[s]++; lead < 0 || votes[s] > votes[lead] {
				lead = s
			}
		}
		if c.Stage == 0 && c.Legal.Has(lead) && c.below(500) {
			return lead
		}
		return c.pick(c.Legal)
	}}},
	"open": {"open ballots, by dice", plain(openBallot), players{}},
	"faithful to it": {"each votes as before while it can", plain(), players{ballot: func(c *turn) engine.Seat {
		if before := c.last[c.Seat]; c.voted.Has(c.Seat) && c.Legal.Has(before) {
			return before
		}
		return c.pick(c.Legal)
	}}},
	"fickle": {"nobody votes twice for the same", plain(), players{ballot: func(c *turn) engine.Seat {
		if c.voted.Has(c.Seat) {
			return c.pick(c.Legal.Without(c.last[c.Seat]))
		}
		return c.pick(c.Legal)
	}}},
	"mirrors": {"the traitors know what is believed of them", plain(), players{
		second: func(c *turn, j engine.Seat) int { return c.dice(j, c.Seat) }}},
	"paranoid": {"traitors think themselves suspected by all and are by none", plain(), players{
		second: func(*turn, engine.Seat) int { return 1000 }, belief: func(*turn, engine.Seat) int { return 0 }}},
}

// rounded is a share per mille.
func rounded(a, b int) int { return (2000*a + b) / (2 * b) }
