package engine

import (
	"slices"
	"testing"
)

// withRows plays a test with other tables of roles and teams.
func withRows(t *testing.T, change func()) {
	t.Helper()
	oldRoles, oldTeams := roles, teams
	roles, teams = slices.Clone(roles), slices.Clone(teams)
	t.Cleanup(func() { roles, teams = oldRoles, oldTeams })
	change()
}

// The tables are as the engine takes them to be.
func TestRule8_1Tables(t *testing.T) {
	rest, wins, kills := 0, map[Team]bool{}, map[Team]bool{}
	for _, role := range Roles() {
		row := role.Spec()
		if again, err := ParseRole(row.Name); err != nil || again != role {
			t.Errorf("the name %q reads as %d (%v)", row.Name, again, err)
		}
		if row.count == nil {
			rest++
		}
		wins[row.Team] = wins[row.Team] || len(row.Wins) > 0
		if row.Night == Kill {
			kills[row.Team] = true
		}
	}
	if rest != 1 || len(kills) != 1 {
		t.Errorf("%d roles take the seats that are left, %d teams kill", rest, len(kills))
	}
	for _, team := range Teams() {
		if again, err := parseTeam(team.String()); err != nil || again != team || !wins[team] {
			t.Errorf("the team %s reads as %d (%v); it can win: %v", team, again, err, wins[team])
		}
	}
}

// What a role knows is what its row says: without it nobody is told, and beliefs are asked as of anybody else.
func TestRule8_1Knows(t *testing.T) {
	withRows(t, func() { roles[RoleTraitor].Knows = KnowsNobody })
	g := begin(t, SeatsOf(0, 1), func(r *Rules) { r.Beliefs.With = WithBallot })
	for _, e := range g.events {
		if e.Body.Kind() == KindAllies {
			t.Errorf("%v are told %+v", e.Audience.List(), e.Body)
		}
	}
	if r := Pending(g.state)[0]; r.Beliefs != FirstOrder || g.state.Roles.fellows(0) != 0 || g.state.Subjects(0) != SeatsOf(1, 2, 3, 4, 5) {
		t.Errorf("a traitor who knows nobody is asked for order %d, of %v", r.Beliefs, g.state.Subjects(0).List())
	}
	roles[RoleFaithful].Knows = KnowsTeam
	g = begin(t, SeatsOf(0, 1), func(r *Rules) { r.Beliefs.With = WithBallot })
	if r := Pending(g.state)[3]; r.Beliefs != FirstOrder || g.state.Subjects(3) != SeatsOf(0, 1) {
		t.Errorf("a faithful who knows the faithful is asked for order %d, of %v", r.Beliefs, g.state.Subjects(3).List())
	}
	if told := of[Allies](g.events); len(told) != 1 || SeatsOf(told[0].Seats...) != SeatsOf(2, 3, 4, 5) {
		t.Errorf("faithful who know their team are told %+v", told)
	}
}

// Who acts at night is who has the power.
func TestRule8_1Night(t *testing.T) {
	withRows(t, func() { roles[RoleTraitor].Night = NoPower })
	g := begin(t, SeatsOf(0, 1), func(r *Rules) { r.Conclave = 2 })
	step := g.vote(2, 2, 3, 2, 2, 2)
	if found := of[Found](step); len(found) != 1 || found[0].Victim != none || len(of[Order](step)) != 0 {
		t.Errorf("without a power they found %+v", found)
	}
	withRows(t, func() { roles[RoleTraitor].Night, roles[RoleFaithful].Night = NoPower, Kill })
	g = begin(t, SeatsOf(0, 1), func(r *Rules) { r.Conclave = 0 })
	g.vote(2, 2, 3, 2, 2, 2)
	g.asks(AskMurder, SeatsOf(3, 4, 5))
	if r := Pending(g.state)[0]; r.Legal != SeatsOf(0, 1) {
		t.Errorf("the faithful may name %v", r.Legal.List())
	}
}

// Who wins is what the rows say.
func TestRule8_1Wins(t *testing.T) {
	play := func() []Ended {
		g := begin(t, SeatsOf(0, 1), func(r *Rules) { r.Murder, r.MaxRounds = false, 2 })
		if g.vote(2, 2, 3, 2, 2, 2); len(Pending(g.state)) > 0 {
			g.vote(3, 3, none, 4, 3, 3)
		}
		return of[Ended](g.events)
	}
	if e := play(); len(e) != 1 || e[0].Winner != Traitors || e[0].Reason != "parity" {
		t.Fatalf("as it is: %+v", e)
	}
	withRows(t, func() { roles[RoleTraitor].Wins = []Win{lastOfOthers} })
	if e := play(); len(e) != 1 || e[0].Winner != NoTeam || e[0].Reason != "max_rounds" {
		t.Errorf("without parity: %+v", e)
	}
	roles[RoleFaithful].Wins = []Win{atParity, noInformed}
	if e := play(); len(e) != 1 || e[0].Winner != Faithful || e[0].Reason != "parity" {
		t.Errorf("with parity for the faithful: %+v", e)
	}
}

// A third role is a row: it is dealt, plays, is told nothing, is murdered as others are, and wins by its own rule.
func TestRule8_1ThirdRole(t *testing.T) {
	loners, hermit := Team(len(teams)), Role(len(roles))
	lastThree := Win{"last_three", func(_ *Rules, now standing) bool { return now.own != 0 && now.others.Len() <= 2 }}
	withRows(t, func() {
		teams = append(teams, TeamSpec{Name: "loners"})
		roles = append(roles, RoleSpec{Name: "hermit", Many: "hermits", Team: loners, Wins: []Win{lastThree},
			count: func(Rules) int { return 1 }})
	})
	won, murdered := map[Team]int{}, 0
	for seed := range uint64(300) {
		setup := table10(seed, func(r *Rules) { r.Traitors, r.TraitorsWin = 2, "last_faithful" })
		events, s := playDrawn(t, setup)
		if again, err := Fold(events); err != nil || again != s {
			t.Fatalf("seed %d: the fold differs (%v)", seed, err)
		}
		if s.Roles.side(loners).Len() != 1 || s.Roles.side(Traitors).Len() != 2 || s.Roles.side(Faithful).Len() != 7 {
			t.Fatalf("seed %d: dealt %v", seed, s.Roles[:10])
		}
		alone := s.Roles.side(loners).First()
		if s.Roles.TeamOf(alone) != loners || s.Roles.Informed().Has(alone) || s.Roles.fellows(alone) != 0 {
			t.Fatalf("seed %d: the hermit is of %s", seed, s.Roles.TeamOf(alone))
		}
		for _, e := range events {
			switch b := e.Body.(type) {
			case Allies, Conferred, MurderVote:
				if e.Audience.Has(alone) {
					t.Fatalf("seed %d: the hermit perceives %+v", seed, b)
				}
			case Murdered:
				if b.Seat == alone {
					murdered++
				}
			}
		}
		won[s.Winner]++
	}
	if won[loners] == 0 || won[Traitors] == 0 || won[Faithful] == 0 || murdered == 0 {
		t.Errorf("won: %v; the hermit was murdered %d times", won, murdered)
	}
	cast := slices.Repeat([]Player{{Role: hermit}}, 2)
	if _, err := DealRoles(table10(0, nil).Rules, 0, cast); err == nil {
		t.Error("two hermits are pinned where one is dealt")
	}
}
