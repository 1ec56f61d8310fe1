package engine

import (
	"fmt"
	"strings"
)

// Role is what a seat is dealt, or has become. Every role has a row in roles (rule 8.1).
type Role uint8

// The roles of the basic game.
const (
	NoRole Role = iota
	RoleTraitor
	RoleFaithful
)

// Knowledge is what a role knows of the others from the start (rule 8.1).
type Knowledge uint8

// What a role may know: nobody, or who else is of its team.
const (
	KnowsNobody Knowledge = iota
	KnowsTeam
)

// NightPower is what a role may do at night (rule 8.1).
type NightPower uint8

// The night powers. Those who kill confer in the conclave and name a victim who is not of their team; only one team may have
// them, since the conclave is one room.
const (
	NoPower NightPower = iota
	Kill
)

// RoleSpec is a row of the table of roles. A game is dealt, told, asked at night and won by these rows.
type RoleSpec struct {
	Name  string // in logs, tables and scenario files
	Many  string // of several, in messages
	Team  Team
	Knows Knowledge
	Night NightPower
	Wins  []Win           // each of them is enough for its team, while somebody of that team was dealt
	count func(Rules) int // how many of it are dealt; nil: every seat that is left
}

var roles = []RoleSpec{
	NoRole: {},
	RoleTraitor: {Name: "traitor", Many: "traitors", Team: teamTraitors, Knows: KnowsTeam, Night: Kill, Wins: []Win{lastOfOthers, atParity},
		count: func(r Rules) int { return r.Traitors }},
	RoleFaithful: {Name: "faithful", Many: "faithful", Team: teamFaithful, Wins: []Win{noInformed}},
}

// Roles lists the roles, in the order of the table.
func Roles() []Role {
	out := make([]Role, 0, len(roles)-1)
	for i := range roles[1:] {
		out = append(out, Role(i+1))
	}
	return out
}

// restRole is the role that takes every seat which is left.
func restRole() Role {
	for i := range roles[1:] {
		if roles[i+1].count == nil {
			return Role(i + 1)
		}
	}
	return NoRole
}

// VictimRole is the role that whoever is murdered must have had, since those who kill name none of their own (rule 4.2); NoRole
// where several roles could be murdered.
func VictimRole() Role {
	var killers Team
	for _, r := range Roles() {
		if roles[r].Night == Kill {
			killers = r.Team()
		}
	}
	victim := NoRole
	for _, r := range Roles() {
		switch {
		case r.Team() == killers:
		case victim != NoRole:
			return NoRole
		default:
			victim = r
		}
	}
	return victim
}

// Spec returns the role's row.
func (r Role) Spec() RoleSpec { return roles[r] }

// Count is how many of the role the rules deal.
func (r Role) Count(rules Rules) int {
	if count := roles[r].count; count != nil {
		return count(rules)
	}
	left := rules.Players
	for i := range roles {
		if count := roles[i].count; count != nil {
			left -= count(rules)
		}
	}
	return left
}

// Team is the side that the role plays for.
func (r Role) Team() Team { return roles[r].Team }

func (r Role) String() string { return roles[r].Name }

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
	for i, row := range roles {
		if row.Name == name {
			return Role(i), nil
		}
	}
	var known []string
	for _, role := range Roles() {
		known = append(known, role.String())
	}
	return NoRole, fmt.Errorf("unknown role %q (one of %s)", name, strings.Join(known, ", "))
}
