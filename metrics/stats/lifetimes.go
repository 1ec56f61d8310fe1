package stats

import "math"

// Time is how long a case took to an event; Censored: it ended before the event came.
type Time struct {
	Rounds   int
	Censored bool
}

// Lifetimes counts times to an event by whole rounds, so that it is as small after a million games as after one.
type Lifetimes struct{ came, censored []int }

// Add counts times.
func (l *Lifetimes) Add(times []Time) {
	for _, t := range times {
		for t.Rounds >= len(l.came) {
			l.came, l.censored = append(l.came, 0), append(l.censored, 0)
		}
		if t.Censored {
			l.censored[t.Rounds]++
		} else {
			l.came[t.Rounds]++
		}
	}
}

// Lasting is a step of a survival curve: how many the event could still have come to in a round, to how many it came, how many were
// censored, and the share to which it has not come after the round.
type Lasting struct {
	Round, AtRisk, Came, Censored int
	Left                          float64
}

// Curve is the estimate by round (Kaplan and Meier 1958, doi:10.1080/01621459.1958.10501452); nil without cases.
func (l *Lifetimes) Curve() []Lasting {
	risk := l.N()
	if risk == 0 {
		return nil
	}
	left := 1.0
	out := make([]Lasting, 0, len(l.came))
	for k := range l.came {
		if risk > 0 {
			left *= 1 - float64(l.came[k])/float64(risk)
		}
		out = append(out, Lasting{k, risk, l.came[k], l.censored[k], left})
		risk -= l.came[k] + l.censored[k]
	}
	return out
}

// N is how many times there are.
func (l *Lifetimes) N() (n int) {
	for k := range l.came {
		n += l.came[k] + l.censored[k]
	}
	return n
}

// Median is the round after which the event has come to half; NaN where fewer than half come to it.
func (l *Lifetimes) Median() float64 {
	for _, s := range l.Curve() {
		if s.Left <= 0.5+1e-12 {
			return float64(s.Round)
		}
	}
	return math.NaN()
}

// Mean is restricted: up to the last time. NaN where the event came to nobody.
func (l *Lifetimes) Mean() float64 {
	mean, left, came := 0.0, 1.0, 0
	for _, s := range l.Curve() {
		if s.Round > 0 {
			mean += left
		}
		left, came = s.Left, came+s.Came
	}
	if came == 0 {
		return math.NaN()
	}
	return mean
}

// Interval is the 95 % interval of Mean, normal, by SE; none below FewestUnits times with the event.
func (l *Lifetimes) Interval() Interval {
	came := 0
	for _, n := range l.came {
		came += n
	}
	mean, se := l.Mean(), l.SE()
	switch {
	case came < FewestUnits:
		return none(FewCases)
	case se == 0:
		return none(NoVariation)
	}
	half := standard.Quantile(1-level/2) * se
	return Interval{Lo: mean - half, Hi: mean + half}.within(Range{0, float64(len(l.came) - 1)})
}

// SE is the standard error of Mean, by Greenwood's formula (Klein and Moeschberger 2003, §4.5): √Σ A_k² d_k / (n_k (n_k − d_k)), A_k the
// area under the curve from round k on. It takes cases for independent; NaN where Mean is.
func (l *Lifetimes) SE() float64 {
	curve := l.Curve()
	sum, area, came := 0.0, 0.0, 0
	for i := len(curve) - 1; i >= 0; i-- {
		s := curve[i]
		if came += s.Came; s.Came > 0 && s.Came < s.AtRisk {
			sum += area * area * float64(s.Came) / (float64(s.AtRisk) * float64(s.AtRisk-s.Came))
		}
		if i > 0 {
			area += curve[i-1].Left
		}
	}
	if came == 0 {
		return math.NaN()
	}
	return math.Sqrt(sum)
}
