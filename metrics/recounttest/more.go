package recounttest

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

func modal(count map[Seat]int, _ []Seat, n int) []float64 {
	best := 0
	for _, c := range count {
		best = max(best, c)
	}
	if best == 0 {
		return nil
	}
	return []float64{float64(best) / float64(n)}
}

func (s Log) byFaithful(v vote) bool { return !s.traitor(v.voter) }

func (s Log) correct() Ratio {
	return mean(s.perRound(func(r int) []float64 {
		count, _, n := tally(written(s.day(r, 0)), s.byFaithful)
		if n == 0 {
			return nil
		}
		on := 0
		for x, c := range count {
			if s.traitor(x) {
				on += c
			}
		}
		return []float64{float64(on) / float64(n)}
	}))
}

func (s Log) alike(pair func(a, b bool) bool) Ratio {
	return sum(s.perRound(func(r int) (out []float64) {
		for _, v := range s.day(r, 0) {
			for _, w := range s.day(r, 0) {
				if v.voter < w.voter && s.plainVote(v) && s.plainVote(w) && pair(s.traitor(v.voter), s.traitor(w.voter)) {
					out = append(out, one(v.target == w.target))
				}
			}
		}
		return out
	}))
}

// share is that of traitors among the other living.
func (s Log) share(living map[Seat]bool, of Seat) float64 {
	t, n := 0.0, 0.0
	for j := range living {
		if j != of {
			n++
			t += one(s.traitor(j))
		}
	}
	return t / n
}

func (s Log) end() *ended {
	for _, e := range s.events {
		if b, ok := e.Body.(ended); ok {
			return &b
		}
	}
	return nil
}

// finished is a value of a game that came to an end; of another there is none.
func finished(f func(Log) float64) func(Log) Ratio {
	return func(s Log) Ratio {
		if s.end() == nil {
			return Ratio{}
		}
		return Ratio{f(s), 1}
	}
}

func (s Log) survived(traitors bool) Ratio {
	if s.end() == nil {
		return Ratio{}
	}
	alive, all := 0.0, 0.0
	living := s.livingAt(len(s.events) - 1)
	for i := range s.seats {
		if s.traitor(Seat(i)) == traitors {
			all++
			alive += one(living[Seat(i)])
		}
	}
	return Ratio{alive / all, 1}
}

func (s Log) betrayals(r int) (off, on float64) {
	count, order, _ := tally(written(s.day(r, 0)), s.byFaithful)
	if len(order) == 0 {
		return 0, 0
	}
	top := order[0]
	for _, x := range order {
		if count[x] > count[top] {
			top = x
		}
	}
	for x, c := range count {
		if s.traitor(x) {
			on += float64(c)
			if x != top {
				off += float64(c)
			}
		}
	}
	return off, on
}

func (s Log) switches() []float64 {
	last := map[Seat]Seat{}
	return s.perRound(func(r int) []float64 {
		var list []float64
		for _, v := range append(written(s.day(r, 0)), written(s.night(r))...) {
			before, ok := last[v.voter]
			list = append(list, one(!ok || v.target == NoSeat || before != v.target))
			last[v.voter] = v.target
		}
		if len(list) == 0 {
			return nil
		}
		return []float64{stat.Mean(list, nil)}
	})
}

// changes visits the views of one faithful in consecutive rounds.
func (s Log) changes(f func(was, is view) (float64, bool)) (out []float64) {
	for r := 1; r <= s.rounds(); r++ {
		for _, is := range s.views(r, 1) {
			for _, was := range s.views(r-1, 1) {
				if was.seat == is.seat {
					if v, ok := f(was, is); ok {
						out = append(out, v)
					}
				}
			}
		}
	}
	return out
}

func (s Log) correlated(f func(c float64, ok bool) []float64) Ratio {
	return sum(s.perRound(func(r int) []float64 {
		var x, y []float64
		for _, is := range s.views(r, 1) {
			for _, was := range s.views(r-1, 1) {
				for j, v := range is.b {
					if w, ok := was.b[j]; ok && was.seat == is.seat {
						x, y = append(x, float64(w)), append(y, float64(v))
					}
				}
			}
		}
		if len(x) == 0 {
			return nil
		}
		ok := stat.PopVariance(x, nil) > 1e-9 && stat.PopVariance(y, nil) > 1e-9
		if !ok {
			return f(0, false)
		}
		return f(stat.Correlation(x, y, nil), true)
	}))
}

func (s Log) eachView(f func(view) []float64) Ratio {
	return sum(s.perRound(func(r int) (out []float64) {
		for _, v := range s.views(r, 1) {
			out = append(out, f(v)...)
		}
		return out
	}))
}

func (s Log) split(v view) (traitors, faithful []float64) {
	for j, x := range v.b {
		if s.traitor(j) {
			traitors = append(traitors, float64(x)/1000)
		} else {
			faithful = append(faithful, float64(x)/1000)
		}
	}
	return traitors, faithful
}

func (s Log) score(f func(b float64, t bool) float64) Ratio {
	return s.eachView(func(v view) (out []float64) {
		for j, x := range v.b {
			out = append(out, f(float64(x)/1000, s.traitor(j)))
		}
		return out
	})
}

func nats(b float64, t bool) float64 {
	b = math.Max(0.01, math.Min(0.99, b))
	if t {
		return -math.Log(b)
	}
	return -math.Log(1 - b)
}

func (s Log) counted(f func(b float64, t bool) float64) Ratio {
	return sum(s.perRound(func(r int) (out []float64) {
		views := s.views(r, 1)
		if len(views) == 0 {
			return nil
		}
		p := s.enumerated(views[0].at)
		for _, v := range views {
			for j := range v.b {
				out = append(out, f(p, s.traitor(j)))
			}
		}
		return out
	}))
}

func (s Log) trust(traitors bool) Ratio {
	return s.eachView(func(v view) (out []float64) {
		for j, x := range v.b {
			if s.traitor(j) == traitors {
				out = append(out, 1-float64(x)/1000)
			}
		}
		return out
	})
}

func (s Log) countedTrust(traitors bool) Ratio {
	return Ratio{s.counted(func(b float64, t bool) float64 { return one(t == traitors) * (1 - b) }).Num, s.trust(traitors).Den}
}

func (s Log) ranked(less float64) Ratio {
	return s.eachView(func(v view) (out []float64) {
		for j, x := range v.b {
			for k, y := range v.b {
				if s.traitor(j) && !s.traitor(k) {
					out = append(out, one(x > y)+one(x == y)/2-less)
				}
			}
		}
		return out
	})
}

func (s Log) bySubject(f func(round int, j Seat, list []float64) []float64) Ratio {
	return sum(s.perRound(func(r int) (out []float64) {
		for j := Seat(0); int(j) < s.seats; j++ {
			var list []float64
			for _, v := range s.views(r, 1) {
				if x, ok := v.b[j]; ok {
					list = append(list, float64(x)/1000)
				}
			}
			if len(list) > 0 {
				out = append(out, f(r, j, list)...)
			}
		}
		return out
	}))
}

func (s Log) chance(banished bool, less float64) Ratio {
	return sum(s.perRound(func(r int) []float64 {
		at, ballot := s.opening(r)
		if !ballot || banished && s.banishedIn(r) == NoSeat {
			return nil
		}
		t, n := 0.0, 0.0
		for j := range s.livingAt(at) {
			n++
			t += one(s.traitor(j))
		}
		return []float64{t / (n - less)}
	}))
}
