package engine

import (
	"fmt"
	"strings"
)

// Version names the rules that this engine plays. A log of another version is verified for chain and fold only.
const Version = "turncoat-engine@1"

// Player is who sits at a seat: the setting-up side of a cast.
type Player struct {
	Name    string `json:"name"`
	Persona string `json:"persona,omitempty"`
	Policy  string `json:"policy"`
	Role    Role   `json:"role,omitempty"` // pinned (1.1); NoRole is dealt from the seed
}

// Setup is everything that decides a game but the answers.
type Setup struct {
	Seed     uint64
	Scenario string // hash of the scenario
	Prompts  string // hash of the prompt specification; empty without a model
	Rules    Rules
	Cast     []Player
	Season   Season       // of a game in a season
	Carried  []Remembered // by seat, what it carries over; nil: nothing
}

// Created is event 0, for the log only. It holds no batch and no game id, so equal games have equal logs.
type Created struct {
	Engine   string   `json:"engine"`
	Seed     uint64   `json:"seed"`
	Scenario string   `json:"scenario"`
	Prompts  string   `json:"prompts,omitempty"`
	Rules    Rules    `json:"rules"`
	Policies []string `json:"policies"`
	Season   *Season  `json:"season,omitempty"`
}

// Opened is event 1: what everybody is told.
type Opened struct {
	Rules Rules    `json:"rules"`
	Names []string `json:"names"`
}

// Dealt is a seat's role.
type Dealt struct {
	Seat Seat `json:"seat"`
	Role Role `json:"role"`
}

// Allies are the seats of a team whose roles know their team, told to each other (rule 1.2).
type Allies struct {
	Seats []Seat `json:"seats"`
}

// Persona is a seat's own persona (rule 1.3).
type Persona struct {
	Seat    Seat   `json:"seat"`
	Persona string `json:"persona"`
}

// DealRoles returns the role of every seat: the pinned ones, and the rest drawn from the seed (rule 1.1).
func DealRoles(r Rules, seed uint64, cast []Player) ([]Role, error) {
	dealt := make([]Role, r.Players)
	pinned := make([]int, len(roles))
	var free Seats
	for i := range dealt {
		if i < len(cast) && cast[i].Role != NoRole {
			dealt[i] = cast[i].Role
			pinned[dealt[i]]++
			continue
		}
		free = free.With(Seat(i))
	}
	list := free.List()
	Shuffle(list, Dice(seed, "roles", 0, 0, NoSeat))
	for _, role := range Roles() {
		row := role.Spec()
		if row.count == nil {
			continue
		}
		left := row.count(r) - pinned[role]
		if left < 0 || left > len(list) {
			return nil, fmt.Errorf("rule 1.1: the pinned roles leave %d %s to draw among %d seats", left, row.Many, len(list))
		}
		for _, s := range list[:left] {
			dealt[s] = role
		}
		list = list[left:]
	}
	for _, s := range list {
		dealt[s] = restRole()
	}
	return dealt, nil
}

// Open starts a game: the events up to the first request, and the state after them.
func Open(setup Setup) ([]Event, State, error) {
	if err := setup.Rules.Validate(); err != nil {
		return nil, State{}, err
	}
	n := setup.Rules.Players
	if len(setup.Cast) != n {
		return nil, State{}, fmt.Errorf("rule 1.3: %d players in the cast, %d at the table", len(setup.Cast), n)
	}
	dealt, err := DealRoles(setup.Rules, setup.Seed, setup.Cast)
	if err != nil {
		return nil, State{}, err
	}
	names, policies := make([]string, n), make([]string, n)
	for i, p := range setup.Cast {
		names[i], policies[i] = p.Name, p.Policy
	}
	t := &turn{state: State{Charter: unopened}}
	created := Created{Engine: Version, Seed: setup.Seed, Scenario: setup.Scenario, Prompts: setup.Prompts,
		Rules: setup.Rules, Policies: policies}
	if setup.Season.Game > 0 {
		created.Season = &setup.Season
	}
	t.emit(0, created)
	t.emit(AllSeats(n), Opened{Rules: setup.Rules.Public(), Names: names})
	for i, role := range dealt {
		t.emit(SeatsOf(Seat(i)), Dealt{Seat: Seat(i), Role: role})
	}
	for _, team := range Teams() {
		if knowing := t.state.Roles.Knowing(team); knowing != 0 {
			t.emit(knowing, Allies{Seats: t.state.Roles.side(team).List()})
		}
	}
	for i, p := range setup.Cast {
		if p.Persona != "" {
			t.emit(SeatsOf(Seat(i)), Persona{Seat: Seat(i), Persona: p.Persona})
		}
	}
	for _, m := range setup.Carried {
		t.emit(SeatsOf(m.Seat), m)
	}
	if setup.Rules.Introductions {
		t.enter(PhaseIntroductions)
		for i, p := range setup.Cast {
			t.emit(t.all(), Introduced{Seat: Seat(i), Persona: p.Persona})
		}
	}
	t.settle()
	return t.events, t.state, t.err
}

// Kind implements Body.
func (Created) Kind() Kind { return KindCreated }

func (b Created) apply(s *State) error {
	if s.Seq != 0 {
		return fmt.Errorf("created twice")
	}
	charter, err := charterOf(b.Rules)
	if err != nil {
		return err
	}
	if len(b.Policies) != b.Rules.Players {
		return fmt.Errorf("%d policies for %d players", len(b.Policies), b.Rules.Players)
	}
	s.Charter, s.Seed = charter, b.Seed
	s.Victim, s.Floor = NoSeat, NoSeat
	s.Living = AllSeats(b.Rules.Players)
	return nil
}

// Kind implements Body.
func (Opened) Kind() Kind { return KindOpened }

func (b Opened) apply(s *State) error {
	if s.Seq != 1 || len(b.Names) != s.Rules.Players {
		return fmt.Errorf("the opening does not fit the table")
	}
	return nil
}

// Kind implements Body.
func (Dealt) Kind() Kind { return KindDealt }

func (b Dealt) apply(s *State) error {
	if err := s.needSeat(b.Seat); err != nil {
		return err
	}
	if s.Phase != PhaseSetup || s.Roles[b.Seat] != NoRole || b.Role == NoRole {
		return fmt.Errorf("seat %d is dealt %q out of turn", b.Seat, b.Role)
	}
	s.Roles.Take(b)
	return nil
}

// Kind implements Body.
func (Allies) Kind() Kind { return KindAllies }

func (b Allies) apply(s *State) error {
	var knowing []string
	for _, team := range Teams() {
		if s.Roles.Knowing(team) == 0 {
			continue
		}
		if SeatsOf(b.Seats...) == s.Roles.side(team) {
			return nil
		}
		knowing = append(knowing, team.String())
	}
	return fmt.Errorf("the allies are not the %s", strings.Join(knowing, " or "))
}

// Kind implements Body.
func (Persona) Kind() Kind { return KindPersona }

func (b Persona) apply(s *State) error { return s.needSeat(b.Seat) }
