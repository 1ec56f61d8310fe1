package engine

import "testing"

// The two teams of the basic game, under short names for tests.
const (
	Traitors = teamTraitors
	Faithful = teamFaithful
)

// A roster knows what it was told: its own role and so its allies' team, a role that is revealed, everything at the end.
func TestRoster(t *testing.T) {
	var r Roster
	r.Take(Dealt{Seat: 1, Role: RoleTraitor})
	r.Take(Allies{Seats: []Seat{1, 3}})
	r.Take(Revealed{Seat: 2, Role: RoleFaithful})
	r.Take(Revealed{Seat: NoSeat, Role: RoleTraitor})
	if r.Informed() != SeatsOf(1, 3) || r.fellows(1) != SeatsOf(1, 3) || r.fellows(2) != 0 || r.side(Majority()) != SeatsOf(2) {
		t.Errorf("%v", r[:5])
	}
	if r.TeamOf(0) != NoTeam || r.TeamOf(NoSeat) != NoTeam || r.TeamOf(3) != Minority() {
		t.Error("who is of which team")
	}
	r.Take(Ended{Roles: []Role{RoleFaithful, RoleTraitor, RoleFaithful, RoleFaithful}})
	if r.Informed() != SeatsOf(1) || r.TeamOf(0) != Majority() {
		t.Errorf("at the end: %v", r[:5])
	}
	var public Roster
	if public.Take(Allies{Seats: []Seat{0}}); public.TeamOf(0) != Minority() {
		t.Error("allies of whom nothing is known are not the informed")
	}
}

// The tables name the team that knows, the team that looks for it, and the role that a victim must have had.
func TestRule8_1Teams(t *testing.T) {
	if Minority() != Traitors || Majority() != Faithful || VictimRole() != RoleFaithful || NoTeam.First() != NoRole {
		t.Errorf("%s, %s, %s", Minority(), Majority(), VictimRole())
	}
	withRows(t, func() {
		roles = append(roles, RoleSpec{Name: "hermit", Many: "hermits", Team: Faithful, count: func(Rules) int { return 1 }})
	})
	if VictimRole() != NoRole {
		t.Error("a victim may have been a hermit")
	}
}
