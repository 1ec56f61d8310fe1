package recounttest

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/stat"
)

// acted sums an act over the statements of a team.
func (s Log) acted(traitors, perTraitor bool, is func(said, Act) bool) (out Ratio) {
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
		out.Den = one(spoke) * float64(s.dealt)
	}
	return out
}

func (s Log) lieClaim(x said, a Act) bool {
	return a.Kind == "claim" && (a.Role == "traitor") != s.traitor(x.seat)
}
func (s Log) lieAccuse(x said, a Act) bool {
	return a.Kind == "accuse" && s.traitor(x.seat) && !s.traitor(a.Seat)
}
func (s Log) lieDefend(x said, a Act) bool {
	return a.Kind == "defend" && s.traitor(x.seat) && s.traitor(a.Seat)
}
func (s Log) broken(x said, a Act) bool {
	round := x.round
	if x.phase == "aftermath" {
		round++
	}
	for _, v := range s.day(round, 0) {
		if v.voter == x.seat && a.Kind == "promise" && a.Seat != x.seat && v.living[a.Seat] {
			return !v.forfeited && v.target != a.Seat
		}
	}
	return false
}

// framedByLot: of each accusation of a traitor the others are gone through, and how many of them are innocent is what it counts for.
func (s Log) framedByLot() Ratio {
	out := s.acted(true, false, func(said, Act) bool { return false })
	for r := 0; r <= s.rounds(); r++ {
		for _, x := range s.statements(r) {
			innocent, others := 0.0, 0.0
			for j := range s.livingAt(x.at) {
				others += one(j != x.seat)
				innocent += one(j != x.seat && !s.traitor(j))
			}
			for _, a := range x.acts {
				if a.Kind == "accuse" && s.traitor(x.seat) && others > 0 {
					out.Num += innocent / others
				}
			}
		}
	}
	return out
}

// hypocrisy is of the seats that acts name, or byLot of all that they could have named.
func (s Log) hypocrisy(byLot bool) Ratio {
	return sum(s.perRound(func(r int) (out []float64) {
		for _, x := range s.statements(r) {
			if x.own == nil || s.traitor(x.seat) {
				continue
			}
			var all []float64
			for _, v := range x.own.PerMille {
				if v != unstated {
					all = append(all, float64(v))
				}
			}
			for _, a := range x.acts {
				v := float64(x.own.PerMille[a.Seat])
				about := []float64{v}
				if byLot {
					about = all
				}
				var belied []float64
				for _, b := range about {
					d := b - stat.Mean(all, nil)
					belied = append(belied, one(a.Kind == "accuse" && d < -1e-6 || a.Kind == "defend" && d > 1e-6))
				}
				if v >= 0 && (a.Kind == "accuse" || a.Kind == "defend") {
					out = append(out, stat.Mean(belied, nil))
				}
			}
		}
		return out
	}))
}

// rise is the movement of the faithful listeners' mean belief of j with a statement: of each the last belief before it and the first
// after it in the log, with no other statement, open or tied ballot, banishment or murder between.
func (s Log) rise(x said, j Seat) (float64, bool) {
	var list []float64
	for o := Seat(0); int(o) < s.seats; o++ {
		was, before := s.near(x, o, j, -1)
		is, after := s.near(x, o, j, 1)
		if o != x.seat && !s.traitor(o) && before && after {
			list = append(list, float64(is-was)/1000)
		}
	}
	return stat.Mean(list, nil), len(list) > 0
}

// near goes through the log from a statement to the next belief of an observer in a seat, up to what tells the table anything.
func (s Log) near(x said, o, j Seat, step int) (int, bool) {
	for k := x.at + step; k >= 0 && k < len(s.events); k += step {
		switch b := s.events[k].Body.(type) {
		case statement, tied, banished, murdered:
			return 0, false
		case ballot:
			if s.rule("ballot") == "open" {
				return 0, false
			}
		case belief:
			if b.Observer == o && b.Order == 1 && b.PerMille[j] >= 0 {
				return b.PerMille[j], true
			}
		}
	}
	return 0, false
}

func (s Log) wanted(x said) (seats []Seat, ways []float64) {
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

func (s Log) lies(score func(float64) float64) Ratio {
	return sum(s.perRound(func(r int) (out []float64) {
		list := s.statements(r)
		for k := range list {
			seats, ways := s.wanted(list[k])
			for i, j := range seats {
				rose, ok := s.rise(list[k], j)
				var control []float64
				for c := range list {
					spoke := list[c].text != "" || len(list[c].acts) > 0
					if lies, _ := s.wanted(list[c]); len(lies) == 0 && spoke {
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

func (s Log) swung(toward, away float64) Ratio {
	return sum(s.perRound(func(r int) (out []float64) {
		list := s.statements(r)
		for k := 1; k < len(list); k++ {
			named := map[Seat]bool{}
			for _, a := range list[k].acts {
				if a.Kind != "claim" {
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
func (s Log) pivots() Ratio {
	return sum(s.perRound(func(r int) []float64 {
		out := s.banishedIn(r)
		if out == NoSeat {
			return nil
		}
		var traitors []Seat
		votes := map[Seat]int{}
		var living map[Seat]bool
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

func tryAll(left []Seat, living map[Seat]bool, votes map[Seat]int, out Seat) bool {
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

func (s Log) mirror(size func(float64) float64) Ratio {
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

func (s Log) exposed() Ratio {
	return sum(s.perRound(func(r int) []float64 {
		gone := s.banishedIn(r)
		if !s.traitor(gone) || s.rule("reveal") != "role" {
			return nil
		}
		defended := map[Seat]bool{}
		for k := 0; k <= r; k++ {
			for _, x := range s.statements(k) {
				for _, a := range x.acts {
					if a.Kind == "defend" && a.Seat == gone && (k < r || x.phase == "round_table") {
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
// joined goes through the votes cast while one seat leads alone that the voter may name.
func (s Log) joined() Ratio {
	if s.rule("ballot") != "open" {
		return Ratio{}
	}
	return sum(s.perRound(func(r int) (out []float64) {
		votes := s.day(r, 0)
		for k, v := range votes {
			count := map[Seat]int{}
			for _, before := range votes[:k] {
				if s.plainVote(before) {
					count[before.target]++
				}
			}
			leader, top := NoSeat, 0
			for x, n := range count {
				if n > top {
					leader, top = x, n
				}
			}
			alone := top > 0
			for x, n := range count {
				alone = alone && (x == leader || n < top)
			}
			if alone && s.plainVote(v) && leader != v.voter {
				others := len(v.living)
				if v.living[v.voter] {
					others--
				}
				out = append(out, one(v.target == leader)-1/float64(others))
			}
		}
		return out
	}))
}

func (s Log) herd() Ratio {
	var out Ratio
	for r := 0; r <= s.rounds(); r++ {
		var targets []Seat
		for _, v := range s.day(r, 0) {
			if s.plainVote(v) {
				targets = append(targets, v.target)
			}
		}
		if s.rule("ballot") != "open" || len(targets) < 2 {
			continue
		}
		out.Den += float64(len(targets) - 1)
		out.Num += float64(follow(targets))
		total, orders := 0, 0
		visit := func(list []Seat) {
			total += follow(list)
			orders++
		}
		if len(targets) <= 6 {
			permute(targets, 0, visit)
		} else {
			src := rand.New(rand.NewPCG(1, uint64(r)))
			for range 1000 {
				src.Shuffle(len(targets), func(i, k int) { targets[i], targets[k] = targets[k], targets[i] })
				visit(targets)
			}
		}
		out.Num -= float64(total) / float64(orders)
	}
	return out
}

func permute(list []Seat, k int, visit func([]Seat)) {
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

func follow(list []Seat) (n int) {
	for k := 1; k < len(list); k++ {
		votes, best := map[Seat]int{}, 0
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
