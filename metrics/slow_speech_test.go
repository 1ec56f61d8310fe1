package metrics

import (
	"gonum.org/v1/gonum/stat"

	"github.com/turncoat-sim/turncoat/engine"
)

// acted sums an act over the statements of a team.
func (s slow) acted(traitors, perTraitor bool, is func(said, engine.Act) bool) (out Ratio) {
	spoke := false
	for r := 0; r <= s.rounds(); r++ {
		for _, x := range s.statements(r) {
			spoke = true
			if s.traitor(x.seat) != traitors || x.text == "" && len(x.acts) == 0 {
				continue
			}
			out.Den++
			for _, a := range x.acts {
				out.Num += one(is(x, a))
			}
		}
	}
	if perTraitor {
		out.Den = one(spoke) * float64(s.rules.Traitors)
	}
	return out
}

func (s slow) lieClaim(x said, a engine.Act) bool {
	return a.Kind == engine.Claim && (a.Role == engine.RoleTraitor) != s.traitor(x.seat)
}
func (s slow) lieAccuse(x said, a engine.Act) bool {
	return a.Kind == engine.Accuse && s.traitor(x.seat) && !s.traitor(a.Seat)
}
func (s slow) lieDefend(x said, a engine.Act) bool {
	return a.Kind == engine.Defend && s.traitor(x.seat) && s.traitor(a.Seat)
}
func (s slow) broken(x said, a engine.Act) bool {
	round := x.round
	if x.phase == engine.PhaseAftermath {
		round++
	}
	for _, v := range s.day(round, 0) {
		if v.voter == x.seat && a.Kind == engine.Promise && a.Seat != x.seat && v.living[a.Seat] {
			return !v.forfeited && v.target != a.Seat
		}
	}
	return false
}

func (s slow) hypocrisy() Ratio {
	return sum(s.perRound(func(r int) (out []float64) {
		for _, x := range s.statements(r) {
			if x.own == nil || s.traitor(x.seat) {
				continue
			}
			var all []float64
			for _, v := range x.own.PerMille {
				if v != engine.Unstated {
					all = append(all, float64(v))
				}
			}
			for _, a := range x.acts {
				v := float64(x.own.PerMille[a.Seat])
				d := v - stat.Mean(all, nil)
				switch {
				case v < 0:
				case a.Kind == engine.Accuse:
					out = append(out, one(d < -1e-6))
				case a.Kind == engine.Defend:
					out = append(out, one(d > 1e-6))
				}
			}
		}
		return out
	}))
}

// rise is the movement of the faithful listeners' mean belief of j with a statement: of each the last belief before it and the first
// after it in the log, with no other statement, open or tied ballot, banishment or murder between.
func (s slow) rise(x said, j engine.Seat) (float64, bool) {
	var list []float64
	for o := engine.Seat(0); int(o) < s.rules.Players; o++ {
		was, before := s.near(x, o, j, -1)
		is, after := s.near(x, o, j, 1)
		if o != x.seat && !s.traitor(o) && before && after {
			list = append(list, float64(is-was)/1000)
		}
	}
	return stat.Mean(list, nil), len(list) > 0
}

// near goes through the log from a statement to the next belief of an observer in a seat, up to what tells the table anything.
func (s slow) near(x said, o, j engine.Seat, step int) (int16, bool) {
	for k := x.at + step; k >= 0 && k < len(s.events); k += step {
		switch b := s.events[k].Body.(type) {
		case engine.Statement, engine.Tied, engine.Banished, engine.Murdered:
			return 0, false
		case engine.Ballot:
			if s.rules.Ballot == "open" {
				return 0, false
			}
		case engine.Belief:
			if b.Observer == o && b.Order == 1 && b.PerMille[j] >= 0 {
				return b.PerMille[j], true
			}
		}
	}
	return 0, false
}

func (s slow) wanted(x said) (seats []engine.Seat, ways []float64) {
	for _, a := range x.acts {
		switch {
		case s.lieAccuse(x, a):
			seats, ways = append(seats, a.Seat), append(ways, 1)
		case s.lieDefend(x, a), s.traitor(x.seat) && s.lieClaim(x, a):
			seats, ways = append(seats, a.Seat), append(ways, -1)
		}
	}
	return seats, ways
}

func (s slow) lies(score func(float64) float64) Ratio {
	return sum(s.perRound(func(r int) (out []float64) {
		list := s.statements(r)
		for k := range list {
			seats, ways := s.wanted(list[k])
			for i, j := range seats {
				rose, ok := s.rise(list[k], j)
				var control []float64
				for c := range list {
					if lies, _ := s.wanted(list[c]); len(lies) == 0 {
						if d, ok := s.rise(list[c], j); ok {
							control = append(control, score(d*ways[i]))
						}
					}
				}
				if ok && len(control) > 0 {
					out = append(out, score(rose*ways[i])-stat.Mean(control, nil))
				}
			}
		}
		return out
	}))
}

func (s slow) swung(toward, away float64) Ratio {
	return sum(s.perRound(func(r int) (out []float64) {
		list := s.statements(r)
		for k := 1; k < len(list); k++ {
			named := map[engine.Seat]bool{}
			for _, a := range list[k].acts {
				if a.Kind != engine.Claim {
					named[a.Seat] = true
				}
			}
			for seat, after := range list[k].aim {
				before, ok := list[k-1].aim[seat]
				if len(named) == 0 || !ok || seat == list[k].seat {
					continue
				}
				out = append(out, one(before != after)*(toward*one(named[after])+away*one(named[before])))
			}
		}
		return out
	}))
}

// pivots tries every joint ballot of the traitors.
func (s slow) pivots() Ratio {
	return sum(s.perRound(func(r int) []float64 {
		out := s.banishedIn(r)
		if out == engine.NoSeat {
			return nil
		}
		var traitors []engine.Seat
		votes := map[engine.Seat]int{}
		var living map[engine.Seat]bool
		for _, v := range s.day(r, 0) {
			living = v.living
			if s.traitor(v.voter) {
				traitors = append(traitors, v.voter)
			} else if v.living[v.target] {
				votes[v.target]++
			}
		}
		if len(traitors) == 0 {
			return nil
		}
		return []float64{one(tryAll(traitors, living, votes, out))}
	}))
}

func tryAll(left []engine.Seat, living map[engine.Seat]bool, votes map[engine.Seat]int, out engine.Seat) bool {
	if len(left) == 0 {
		for j := range living {
			alone := j != out
			for h := range living {
				alone = alone && (h == j || votes[h] < votes[j])
			}
			if alone {
				return true
			}
		}
		return false
	}
	for j := range living {
		if j == left[0] {
			continue
		}
		votes[j]++
		found := tryAll(left[1:], living, votes, out)
		votes[j]--
		if found {
			return true
		}
	}
	return false
}

func (s slow) mirror(size func(float64) float64) Ratio {
	return sum(s.perRound(func(r int) (out []float64) {
		for _, mine := range s.views(r, 2) {
			for _, theirs := range s.views(r, 1) {
				x, okX := mine.b[theirs.seat]
				y, okY := theirs.b[mine.seat]
				if okX && okY {
					out = append(out, size(float64(x-y)/1000))
				}
			}
		}
		return out
	}))
}

func (s slow) exposed() Ratio {
	return sum(s.perRound(func(r int) []float64 {
		gone := s.banishedIn(r)
		if !s.traitor(gone) || s.rules.Reveal != "role" {
			return nil
		}
		defended := map[engine.Seat]bool{}
		for k := 0; k <= r; k++ {
			for _, x := range s.statements(k) {
				for _, a := range x.acts {
					if a.Kind == engine.Defend && a.Seat == gone && (k < r || x.phase == engine.PhaseRoundTable) {
						defended[x.seat] = true
					}
				}
			}
		}
		before, after := r, r+1
		if s.late() {
			before, after = r-1, r
		}
		var in, not []float64
		for _, is := range s.views(after, 1) {
			for _, was := range s.views(before, 1) {
				for j, v := range is.b {
					w, ok := was.b[j]
					switch {
					case !ok || was.seat != is.seat:
					case defended[j]:
						in = append(in, float64(v-w)/1000)
					default:
						not = append(not, float64(v-w)/1000)
					}
				}
			}
		}
		if len(in) == 0 || len(not) == 0 {
			return nil
		}
		return []float64{stat.Mean(in, nil) - stat.Mean(not, nil)}
	}))
}

// herd lists every order of the votes where there are few, and else shuffles them often.
func (s slow) herd() Ratio {
	var out Ratio
	for r := 0; r <= s.rounds(); r++ {
		var targets []engine.Seat
		for _, v := range s.day(r, 0) {
			if s.plainVote(v) {
				targets = append(targets, v.target)
			}
		}
		if s.rules.Ballot != "open" || len(targets) < 2 {
			continue
		}
		out.Den += float64(len(targets) - 1)
		out.Num += float64(follow(targets))
		total, orders := 0, 0
		visit := func(list []engine.Seat) {
			total += follow(list)
			orders++
		}
		if len(targets) <= 6 {
			permute(targets, 0, visit)
		} else {
			src := engine.Dice(s.seed, "slow", r, 0, engine.NoSeat)
			for range 1000 {
				engine.Shuffle(targets, src)
				visit(targets)
			}
		}
		out.Num -= float64(total) / float64(orders)
	}
	return out
}

func permute(list []engine.Seat, k int, visit func([]engine.Seat)) {
	if k == len(list) {
		visit(list)
		return
	}
	for i := k; i < len(list); i++ {
		list[k], list[i] = list[i], list[k]
		permute(list, k+1, visit)
		list[k], list[i] = list[i], list[k]
	}
}

func follow(list []engine.Seat) (n int) {
	for k := 1; k < len(list); k++ {
		votes, best := map[engine.Seat]int{}, 0
		for _, x := range list[:k] {
			votes[x]++
			best = max(best, votes[x])
		}
		alone := 0
		for _, v := range votes {
			if v == best {
				alone++
			}
		}
		if votes[list[k]] == best && alone == 1 {
			n++
		}
	}
	return n
}
