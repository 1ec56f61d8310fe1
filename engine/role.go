package engine

import "fmt"

// Team is a side of the game: the informed minority or the uninformed majority.
type Team uint8

// The teams. NoTeam is the winner of a draw.
const (
	NoTeam Team = iota
	Traitors
	Faithful
)

var teamNames = [...]string{NoTeam: "draw", Traitors: "traitors", Faithful: "faithful"}

func (t Team) String() string { return teamNames[t] }

// MarshalText writes the team's name.
func (t Team) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a team's name.
func (t *Team) UnmarshalText(b []byte) error {
	for i, n := range teamNames {
		if n == string(b) {
			*t = Team(i)
			return nil
		}
	}
	return fmt.Errorf("unknown team %q", b)
}

// Role is what a seat is dealt. Every role has a row in roleTable (rule 8.1).
type Role uint8

// The roles of the basic game.
const (
	NoRole Role = iota
	RoleTraitor
	RoleFaithful
)

// NightPower is what a role may do at night (rule 8.1).
type NightPower uint8

// The night powers that the engine knows.
const (
	NoPower NightPower = iota
	Kill
)

// RoleSpec is a row of the role table: the role's name, its team, whether it knows its team from the start, its night power.
type RoleSpec struct {
	Name      string
	Team      Team
	KnowsTeam bool
	Night     NightPower
}

var roleTable = [...]RoleSpec{
	NoRole:       {Name: ""},
	RoleTraitor:  {Name: "traitor", Team: Traitors, KnowsTeam: true, Night: Kill},
	RoleFaithful: {Name: "faithful", Team: Faithful},
}

// Spec returns the role's row.
func (r Role) Spec() RoleSpec { return roleTable[r] }

// Team is the side that the role plays for.
func (r Role) Team() Team { return roleTable[r].Team }

func (r Role) String() string { return roleTable[r].Name }

// MarshalText writes the role's name.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a role's name.
func (r *Role) UnmarshalText(b []byte) error {
	v, err := ParseRole(string(b))
	*r = v
	return err
}

// ParseRole reads a role's name; the empty name is NoRole.
func ParseRole(name string) (Role, error) {
	for i, row := range roleTable {
		if row.Name == name {
			return Role(i), nil
		}
	}
	return NoRole, fmt.Errorf("unknown role %q (one of traitor, faithful)", name)
}
