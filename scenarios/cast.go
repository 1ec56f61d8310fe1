package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/plain"
)

// Policies are the policies that the command line asks for. A seat's own goes before its cast entry's, that before its
// team's, that before All, and that before the scenario's.
type Policies struct {
	All   string            `json:"all,omitempty"`
	Teams map[string]string `json:"teams,omitempty"` // traitors, faithful
	Seats map[int]string    `json:"seats,omitempty"` // 0-based
}

var teamNames = namesOf(engine.Teams())

// namesOf are the names of teams or roles, in the order of their table.
func namesOf[T fmt.Stringer](list []T) (out []string) {
	for _, x := range list {
		out = append(out, x.String())
	}
	return out
}

func (p Policies) check(players int) error {
	known := 0
	for _, t := range teamNames {
		if _, ok := p.Teams[t]; ok {
			known++
		}
	}
	if known < len(p.Teams) {
		stranger := ""
		for t := range p.Teams {
			if !slices.Contains(teamNames, t) && (stranger == "" || t < stranger) {
				stranger = t
			}
		}
		return fmt.Errorf("unknown team %q%s (%s)", stranger, plain.DidYouMean(stranger, teamNames), strings.Join(teamNames, ", "))
	}
	known = 0
	for seat := range players {
		if _, ok := p.Seats[seat]; ok {
			known++
		}
	}
	if known < len(p.Seats) {
		return fmt.Errorf("a policy is given for a seat that isn't at the table; seats run from 0 to %d", players-1)
	}
	return nil
}

// Cast seats the players of the game with this seed. Places of cast entries without a seat, names and personas are drawn
// from dice of their own, so that they are the same whoever is a traitor and whatever decides for a seat (rule 1.3).
func (s Scenario) Cast(seed uint64, p Policies) (engine.Setup, error) {
	return s.CastOf(seed, seed, p)
}

// CastOf is Cast where names, personas and places are drawn from one seed and the roles from the game's, as in a season.
func (s Scenario) CastOf(players, game uint64, p Policies) (engine.Setup, error) {
	if err := s.Check(); err != nil {
		return engine.Setup{}, err
	}
	n := s.Rules.Players
	if err := p.check(n); err != nil {
		return engine.Setup{}, err
	}
	pins := s.seated(players)
	cast := make([]engine.Player, n)
	names, personas := s.drawNames(players), s.drawPersonas(players)
	for i, pin := range pins {
		cast[i] = engine.Player{Name: pin.Name, Persona: cmp.Or(pin.Persona, personas[i]), Role: pin.Role}
		if pin.Name == "" {
			cast[i].Name, names = names[0], names[1:]
		}
	}
	roles, err := engine.DealRoles(s.Rules, game, cast)
	if err != nil {
		return engine.Setup{}, err
	}
	for i, role := range roles {
		team := role.Team()
		cast[i].Policy = cmp.Or(p.Seats[i], pins[i].Policy, p.Teams[team.String()], p.All, s.Teams.of(team), s.Policy, defaultPolicy)
	}
	return engine.Setup{Seed: game, Scenario: s.Hash, Rules: s.Rules, Cast: cast}, nil
}

// seated gives every seat its cast entry: those with a seat theirs, the others a drawn one.
func (s Scenario) seated(seed uint64) []Pin {
	pins := make([]Pin, s.Rules.Players)
	free := engine.AllSeats(s.Rules.Players)
	for _, p := range s.Players {
		if p.Seat != engine.NoSeat {
			pins[p.Seat] = p
			free = free.Without(p.Seat)
		}
	}
	places := free.List()
	engine.Shuffle(places, engine.Dice(seed, "cast:places", 0, 0, engine.NoSeat))
	for _, p := range s.Players {
		if p.Seat == engine.NoSeat {
			pins[places[0]] = p
			places = places[1:]
		}
	}
	return pins
}

// drawNames shuffles the names that no cast entry has taken.
func (s Scenario) drawNames(seed uint64) []string {
	names := s.freeNames()
	engine.Shuffle(names, engine.Dice(seed, "cast:names", 0, 0, engine.NoSeat))
	return names
}

func (s Scenario) freeNames() []string {
	var names, taken []string
	for _, p := range s.Players {
		taken = append(taken, p.Name)
	}
	from := s.Names
	if len(from) == 0 {
		from = pool
	}
	for _, name := range from {
		if _, ok := alike(taken, name); !ok {
			names = append(names, name)
		}
	}
	return names
}

// checkCast reports the first contradiction between the cast and the rules.
func (s Scenario) checkCast() error {
	if s.Traits && !s.Personas {
		return &engine.OptionError{Key: "traits", Detail: "rule 1.3: traits belong to drawn personas, and personas is off"}
	}
	if k, n := len(s.Players), s.Rules.Players; k > n {
		return &engine.OptionError{Key: "cast", Detail: fmt.Sprintf("rule 1.3: %d players in the cast, %d at the table", k, n)}
	}
	if err := s.checkPins(); err != nil {
		return err
	}
	own, unnamed := 0, s.Rules.Players
	for _, p := range s.Players {
		if p.Persona != "" {
			own++
		}
		if p.Name != "" {
			unnamed--
		}
	}
	if s.Rules.Introductions && !s.Personas && own < s.Rules.Players {
		return &engine.OptionError{Key: "introductions", Detail: "rule 1.4: introductions read personas out, and personas is off"}
	}
	if free := len(s.freeNames()); free < unnamed {
		return &engine.OptionError{Key: "names", Detail: fmt.Sprintf("rule 1.3: %d names for %d seats without one", free, unnamed)}
	}
	return nil
}

func (s Scenario) checkPins() error {
	var names []string
	var taken engine.Seats
	pinned := map[engine.Role]int{}
	for i, p := range s.Players {
		at := func(key, format string, args ...any) error {
			return &engine.OptionError{Key: fmt.Sprintf("cast[%d].%s", i, key), Detail: fmt.Sprintf(format, args...)}
		}
		if int(p.Seat) >= s.Rules.Players {
			return at("seat", "rule 1.3: seats run from 0 to %d", s.Rules.Players-1)
		}
		if taken.Has(p.Seat) {
			return at("seat", "rule 1.3: seat %d is taken", p.Seat)
		}
		taken = taken.With(p.Seat)
		if before, ok := alike(names, p.Name); ok && p.Name != "" {
			return at("name", "rule 1.3: %s sits at the table already", before)
		}
		names = append(names, p.Name)
		if p.Role == engine.NoRole {
			continue
		}
		pinned[p.Role]++
		if most := p.Role.Count(s.Rules); pinned[p.Role] > most {
			return at("role", "rule 1.1: more %s in the cast than the %d of the rules", p.Role.Spec().Many, most)
		}
	}
	return nil
}
