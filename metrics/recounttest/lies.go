package recounttest

import (
	"strings"

	"gonum.org/v1/gonum/stat"
)

// saying is the share of a team's statements, silence left out, that are of a sort.
func (s Log) saying(traitors bool, is func(said) bool) Ratio {
	return sum(s.perRound(func(r int) (out []float64) {
		for _, x := range s.statements(r) {
			if (x.text != "" || len(x.acts) > 0) && s.traitor(x.seat) == traitors {
				out = append(out, one(is(x)))
			}
		}
		return out
	}))
}

func (s Log) knownFalse(x said) bool {
	for _, a := range x.acts {
		if s.lieClaim(x, a) || s.lieAccuse(x, a) || s.lieDefend(x, a) {
			return true
		}
	}
	return false
}

func (s Log) givesItselfAway(x said) bool {
	for _, a := range x.acts {
		if a.Kind == "claim" && a.Role == "traitor" {
			return true
		}
	}
	return false
}

func (s Log) retained() Ratio {
	return sum(s.perRound(func(r int) (out []float64) {
		for liar := Seat(0); int(liar) < s.seats; liar++ {
			lied := false
			for _, x := range s.statements(r) {
				lied = lied || x.seat == liar && x.phase != "aftermath" && s.knownFalse(x)
			}
			if !lied || !s.traitor(liar) {
				continue
			}
			for _, was := range s.views(r, 1) {
				for _, is := range s.views(r+1, 1) {
					a, one := was.b[liar]
					b, two := is.b[liar]
					if was.seat == is.seat && one && two {
						out = append(out, float64(a-b)/1000)
					}
				}
			}
		}
		return out
	}))
}

func (s Log) wordier() Ratio {
	var out []float64
	seen := map[string]bool{}
	for seat := Seat(0); int(seat) < s.seats; seat++ {
		policy := s.played[seat]
		if seen[policy] {
			continue
		}
		seen[policy] = true
		var sides [2][]float64
		for r := 0; r <= s.rounds(); r++ {
			for _, x := range s.statements(r) {
				if n := len(strings.Fields(x.text)); n > 0 && s.played[x.seat] == policy {
					k := int(one(s.traitor(x.seat)))
					sides[k] = append(sides[k], float64(n))
				}
			}
		}
		if len(sides[0]) > 0 && len(sides[1]) > 0 {
			out = append(out, stat.Mean(sides[1], nil)-stat.Mean(sides[0], nil))
		}
	}
	return sum(out)
}
