package engine

// Roster is the role that each seat has now, as far as whoever keeps it knows: NoRole where it does not. Every reader of a log
// that asks for a seat's team asks a roster as it stood at that event.
type Roster [MaxSeats]Role

// Take folds in what an event says of the roles. It is the one place that knows which events do.
func (r *Roster) Take(b Body) {
	switch b := b.(type) {
	case Dealt:
		r.set(b.Seat, b.Role)
	case Allies:
		r.ally(b.Seats)
	case Revealed:
		r.set(b.Seat, b.Role)
	case Ended:
		copy(r[:], b.Roles)
	case Opened, Persona, Remembered, Introduced, PhaseBegan, Order, Drawn, Tally, Tied, Banished, Murdered, Found: // they tell no role
	case Deed, Bookkeeping: // what a seat claims is only said
	}
}

// ally takes seats to be of one team: that of the first of them whose role is known, as the reader's own is. Its first role stands
// for roles that are not.
func (r *Roster) ally(seats []Seat) {
	team := Minority()
	for _, s := range seats {
		if t := r.TeamOf(s); t != NoTeam {
			team = t
			break
		}
	}
	for _, s := range seats {
		if r.Of(s) == NoRole {
			r.set(s, team.First())
		}
	}
}

// set keeps a role. A log of another system's may name nobody.
func (r *Roster) set(seat Seat, role Role) {
	if seat >= 0 && int(seat) < len(r) {
		r[seat] = role
	}
}

// Of is the role of a seat; NoRole of NoSeat and where it is not known.
func (r *Roster) Of(seat Seat) Role {
	if seat < 0 || int(seat) >= len(r) {
		return NoRole
	}
	return r[seat]
}

// TeamOf is the team that the seat plays for now; NoTeam of NoSeat and where it is not known.
func (r *Roster) TeamOf(seat Seat) Team { return r.Of(seat).Team() }

// side are the seats of a team now, the dead included.
func (r *Roster) side(t Team) Seats {
	return r.where(func(row *RoleSpec) bool { return row.Team == t })
}

// Informed are the seats of the informed teams now, the dead included.
func (r *Roster) Informed() Seats {
	return r.where(func(row *RoleSpec) bool { return teams[row.Team].Informed })
}

// Knowing are the seats of a team whose role knows its team.
func (r *Roster) Knowing(t Team) Seats {
	return r.where(func(row *RoleSpec) bool { return row.Team == t && row.Knows == KnowsTeam })
}

// fellows are the seats that a seat knows to be of its team, itself included; none where its role knows nobody.
func (r *Roster) fellows(seat Seat) Seats {
	if roles[r[seat]].Knows != KnowsTeam {
		return 0
	}
	return r.side(r.TeamOf(seat))
}

// sides are the seats of every team now.
func (r *Roster) sides() (out [maxTeams]Seats) {
	for i, role := range r {
		if role != NoRole {
			t := roles[role].Team
			out[t] = out[t].With(Seat(i))
		}
	}
	return out
}

// where are the seats whose role's row is as asked, the dead included.
func (r *Roster) where(holds func(*RoleSpec) bool) (out Seats) {
	for i, role := range r {
		if role != NoRole && holds(&roles[role]) {
			out = out.With(Seat(i))
		}
	}
	return out
}
