package narrate

import (
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

// Every way to win has words, and rules that deal further roles or have further ways to win tell them.
func TestRolesInWords(t *testing.T) {
	for _, role := range engine.Roles() {
		for _, win := range role.Spec().Wins {
			if reasons[win.Reason] == "" {
				t.Errorf("the %s win by %q, which has no words", show.Team(role.Team()), win.Reason)
			}
		}
	}
	r := engine.DefaultRules()
	if got := numbers(r, neutral, engine.Roles()); got != ", 3 are insiders, 7 are regulars" {
		t.Error(got)
	}
	r.Traitors = 1
	if got := numbers(r, show, engine.Roles()[:1]); got != ", one is a traitor" {
		t.Error(got)
	}
	want := "The traitors win when only traitors are left. The faithful win when none of the traitors is left."
	if got := strings.Join(otherWins(show, engine.Roles(), "parity"), " "); got != want {
		t.Error(got)
	}
}

// Allies are called by their team, which a reader knows from its own role.
func TestAlliesInWords(t *testing.T) {
	for role, want := range map[engine.Role][2]string{
		engine.RoleTraitor:  {"seat 1 is the only traitor.", "The traitors know each other: seat 1 and seat 2."},
		engine.RoleFaithful: {"seat 1 is the only faithful.", "The faithful know each other: seat 1 and seat 2."},
	} {
		var n Narrator
		n.Line(engine.Observed{Body: engine.Dealt{Seat: 1, Role: role}})
		got := [2]string{n.Line(engine.Observed{Body: engine.Allies{Seats: []engine.Seat{1}}}),
			n.Line(engine.Observed{Body: engine.Allies{Seats: []engine.Seat{1, 2}}})}
		if got != want {
			t.Errorf("%q, wanted %q", got, want)
		}
	}
}

// A role and a team without words of their own are called by their names, and one that is not known is one of the many.
func TestRolesByName(t *testing.T) {
	bare := framed(Words{})
	if bare.Role(engine.RoleTraitor) != "traitor" || bare.Team(engine.Minority()) != "traitors" || bare.Majority.Many != "faithful" {
		t.Errorf("%+v", bare)
	}
	if neutral.Role(engine.NoRole) != "regular" || neutral.Team(engine.NoTeam) != "regulars" {
		t.Error(neutral.Role(engine.NoRole))
	}
}
