package engine

import "fmt"

// Team is a side of the game. Every team has a row in teams; which role plays for which team is in roles.
type Team uint8

// NoTeam is the winner of a draw. The teams have no exported names: who asks for one asks the table by what the team is (Minority,
// Majority, Informed), or a roster by the seat.
const (
	NoTeam Team = iota
	teamTraitors
	teamFaithful
)

// TeamSpec is a row of the table of teams.
type TeamSpec struct {
	Name     string // in logs, tables and scenario files
	Informed bool   // the minority that knows, that the others look for: beliefs are about who is of it
}

// maxTeams bounds the table, so that sets of seats by team need no memory of their own.
const maxTeams = 8

var teams = []TeamSpec{
	NoTeam:       {Name: "draw"},
	teamTraitors: {Name: "traitors", Informed: true},
	teamFaithful: {Name: "faithful"},
}

// Teams lists the teams, in the order of the table.
func Teams() []Team {
	out := make([]Team, 0, len(teams)-1)
	for i := range teams[1:] {
		out = append(out, Team(i+1))
	}
	return out
}

// Minority is the informed team that the others look for: the first such row.
func Minority() Team {
	for i := range teams {
		if teams[i].Informed {
			return Team(i)
		}
	}
	return NoTeam
}

// Majority is the team of the role that takes every seat which is left.
func Majority() Team { return restRole().Team() }

// First is the first role of the team, which stands for it where no more than the team is known; NoRole of NoTeam.
func (t Team) First() Role {
	for i := range roles {
		if i > 0 && roles[i].Team == t {
			return Role(i)
		}
	}
	return NoRole
}

// Informed reports whether the team is the minority that knows and that the others look for.
func (t Team) Informed() bool { return teams[t].Informed }

func (t Team) String() string { return teams[t].Name }

// MarshalText writes the team's name.
func (t Team) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a team's name.
func (t *Team) UnmarshalText(b []byte) error {
	v, err := parseTeam(string(b))
	*t = v
	return err
}

// parseTeam reads a team's name; "draw" is NoTeam.
func parseTeam(name string) (Team, error) {
	for i, row := range teams {
		if row.Name == name {
			return Team(i), nil
		}
	}
	return NoTeam, fmt.Errorf("unknown team %q", name)
}
