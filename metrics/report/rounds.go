package report

import (
	"fmt"
	"math"

	"github.com/turncoat-sim/turncoat/engine"
)

// known are the rounds of a cell with a case, and the estimates in them.
func (c *sums) known(of ...func(*roundSums) *share) (rounds []float64, values [][]estimate) {
	values = make([][]estimate, len(of))
	for number := range c.rounds {
		estimates := make([]estimate, len(of))
		any := false
		for k, f := range of {
			estimates[k] = c.estimate(f(&c.rounds[number]), 0, 1)
			any = any || estimates[k].ok()
		}
		if !any {
			continue
		}
		rounds = append(rounds, float64(number))
		for k := range of {
			values[k] = append(values[k], estimates[k])
		}
	}
	return rounds, values
}

func onTraitors(r *roundSums) *share       { return &r.onTraitors }
func onFaithful(r *roundSums) *share       { return &r.onFaithful }
func ofCounts(r *roundSums) *share         { return &r.counts }
func faithfulBallots(r *roundSums) *share  { return &r.faithfulBallots }
func traitorBallots(r *roundSums) *share   { return &r.traitorBallots }
func faithfulByChance(r *roundSums) *share { return &r.faithfulByChance }
func traitorsByChance(r *roundSums) *share { return &r.traitorsByChance }

// trustByRound is the trust matrix by team: faithful observers, since a traitor is asked another question.
func trustByRound(c *sums) figure {
	f := figure{name: "trust", part: "trust", caption: "Trust (1 − stated probability) of the faithful by round. Mean over pairs of " +
		"observer and subject.",
		table: sheet{Head: []string{"round", "in faithful", "95 % interval", "in traitors", "95 % interval", "difference", "pairs"}}}
	rounds, v := c.known(onFaithful, onTraitors)
	t := tiles{title: "Trust matrix by round", desc: "Mean trust of faithful observers in faithful and in traitors, round by round.",
		rows: []string{"faithful → faithful", "faithful → traitors"}, above: "round", fields: make([][]tile, 2), lo: 0, hi: 1, field: 56,
		sides: 200}
	for k, number := range rounds {
		t.cols = append(t.cols, tick(number))
		for i := range v {
			e := v[i][k]
			t.fields[i] = append(t.fields[i], tile{e.mean, fmt.Sprintf("%s, round %s: %s %s, %s pairs", t.rows[i], tick(number),
				num(e.mean, 3), interval(e.lo, e.hi, 3), count(e.n))})
		}
		a, b := v[0][k], v[1][k]
		f.table.Rows = append(f.table.Rows, []string{tick(number), num(a.mean, 3), interval(a.lo, a.hi, 3), num(b.mean, 3),
			interval(b.lo, b.hi, 3), num(a.mean-b.mean, 3), count(a.n + b.n)})
	}
	if len(rounds) > 0 {
		f.drawing = t.draw()
	}
	return f
}

// suspicion is what the faithful state by round, against counting.
func suspicion(c *sums) figure {
	f := figure{name: "suspicion", part: "trust", caption: "Suspicion by the faithful over the rounds, with 95 % bands; the dashed " +
		"line knows only who was revealed and who died.",
		table: sheet{Head: []string{"round", "on traitors", "95 % interval", "n", "on faithful", "95 % interval", "n", "by counting"}}}
	rounds, v := c.known(onTraitors, onFaithful, ofCounts)
	for k := range rounds {
		v[0][k], v[1][k] = v[0][k].rest(), v[1][k].rest()
	}
	if len(rounds) == 0 {
		return f
	}
	d := &drawing{title: "Suspicion over the rounds",
		desc: "Mean stated probability of being a traitor, about traitors and about faithful, with 95 % bands, beside the counts " +
			"observer.", w: 560, h: 330}
	last := rounds[len(rounds)-1]
	x := scale{rounds[0] - 0.4, last + 0.4, 56, 546}
	frame := newFrame(d, x, scale{0, 1, 262, 34}, "stated probability of being a traitor")
	cases := make([]float64, len(rounds))
	names := make([]string, len(rounds))
	for k := range rounds {
		names[k], cases[k] = tick(rounds[k]), v[0][k].n+v[1][k].n
		a, b := v[0][k], v[1][k]
		f.table.Rows = append(f.table.Rows, []string{names[k], num(a.mean, 3), interval(a.lo, a.hi, 3), count(a.n), num(b.mean, 3),
			interval(b.lo, b.hi, 3), count(b.n), num(v[2][k].mean, 3)})
	}
	frame.underneath(rounds, names, cases, "round")
	frame.series(series{"counting", muted, true, rounds, v[2]})
	frame.series(series{"on faithful", faithful, false, rounds, v[1]})
	frame.series(series{"on traitors", traitor, false, rounds, v[0]})
	d.legend(56, 320, []key{{"on traitors", traitor, asLine}, {"on faithful", faithful, asLine}, {"counting alone", muted, asDash}})
	f.drawing = d
	return f
}

// calibration sets what was stated against what was true, in ten bins.
func calibration(c *sums) figure {
	f := figure{name: "calibration", part: "calibration",
		caption: "Stated probability against the share who were traitors. On the diagonal, words are worth what they say; the larger " +
			"the dot, the more beliefs.",
		table: sheet{Head: []string{"stated", "mean stated", "share traitors", "95 % interval", "n"}}}
	d := &drawing{title: "Calibration", desc: "Share of traitors among the seats given a probability, by tenth of the probability, " +
		"with 95 % intervals.", w: 460, h: 440}
	frame := newFrame(d, scale{0, 1, 56, 446}, scale{0, 1, 384, 34}, "share who were traitors")
	frame.dash([]point{{frame.x.at(0), frame.y.at(0)}, {frame.x.at(1), frame.y.at(1)}}, 1.5, muted)
	most := 0.0
	for _, n := range c.stated.N {
		most = max(most, n)
	}
	var middle, cases []float64
	var names []string
	for k := range c.bins {
		e, n := c.estimate(&c.bins[k], 0, 1), c.stated.N[k]
		middle, cases, names = append(middle, (float64(k)+0.5)/10), append(cases, n), append(names, fmt.Sprintf("%d–", 10*k))
		bin := fmt.Sprintf("%d–%d %%", 10*k, 10*k+10)
		if !e.ok() {
			f.table.Rows = append(f.table.Rows, []string{bin, "–", "–", "–", "0"})
			continue
		}
		stated := c.stated.Sum[k] / n
		x := frame.x.at(stated)
		if !math.IsNaN(e.lo) {
			frame.line(x, frame.y.at(e.lo), x, frame.y.at(e.hi), 2, faithful)
		}
		frame.dot(x, frame.y.at(e.mean), 3+7*math.Sqrt(n/most), faithful, fmt.Sprintf("stated %s: %s were traitors %s, n = %s",
			num(stated, 3), num(e.mean, 3), interval(e.lo, e.hi, 3), count(n)))
		f.table.Rows = append(f.table.Rows, []string{bin, num(stated, 3), num(e.mean, 3), interval(e.lo, e.hi, 3), count(n)})
	}
	frame.underneath(middle, names, cases, "")
	d.text(251, 434, smallSize, centre, muted, "stated probability of being a traitor, %")
	if ece, n := c.stated.ECE(); n > 0 {
		f.caption += fmt.Sprintf(" Expected calibration error %s (n = %s).", num(ece, 3), count(n))
	}
	if most > 0 {
		f.drawing = d
	} else {
		f.table.Rows = nil
	}
	return f
}

// votes shows whom each team voted for by round, against a legal seat drawn by lot.
func votes(c *sums) figure {
	f := figure{name: "votes", part: "votes", caption: "Whom the first-stage ballots named, by round; the mark is what a legal seat " +
		"drawn by lot would have come to.",
		table: sheet{Head: []string{"round", "faithful on traitors", "95 % interval", "chance", "n", "traitors on own", "95 % interval",
			"chance", "n"}}}
	rounds, v := c.known(faithfulBallots, faithfulByChance, traitorBallots, traitorsByChance)
	if len(rounds) == 0 {
		return f
	}
	d := &drawing{title: "Vote flow by round", desc: "Shares of the ballots of faithful and of traitors that named traitors and " +
		"faithful, by round, with the chance level.", w: 680, h: 320}
	width := 680.0/2 - 70
	for panel, title := range []string{"ballots of the faithful", "ballots of the traitors"} {
		left := 56 + 340*float64(panel)
		frame := newFrame(d, scale{rounds[0] - 0.6, rounds[len(rounds)-1] + 0.6, left, left + width}, scale{0, 1, 256, 34}, title)
		frame.bars(rounds, v[2*panel], v[2*panel+1])
	}
	for k := range rounds {
		row := []string{tick(rounds[k])}
		for panel := range 2 {
			e, by := v[2*panel][k], v[2*panel+1][k]
			row = append(row, num(e.mean, 3), interval(e.lo, e.hi, 3), num(by.mean, 3), count(e.n))
		}
		f.table.Rows = append(f.table.Rows, row)
	}
	d.legend(56, 312, []key{{"on a traitor", traitor, asBox}, {"on a faithful", faithful, asPale}, {"on a traitor by chance", ink, asLine}})
	f.drawing = d
	return f
}

// bars draws shares on traitors below those on faithful, a bar a round.
func (f frame) bars(rounds []float64, on, byChance []estimate) {
	names, cases := make([]string, len(rounds)), make([]float64, len(rounds))
	half := min(22, (f.x.at(1)-f.x.at(0))*0.36)
	for k, e := range on {
		names[k], cases[k] = tick(rounds[k]), e.n
		x := f.x.at(rounds[k])
		if !e.ok() {
			f.text(x, f.y.at(0)-6, smallSize, centre, muted, "·")
			continue
		}
		mid := f.y.at(e.mean)
		f.box(x-half, mid, 2*half, f.y.at(0)-mid, traitor, 0, fmt.Sprintf("round %s, on a traitor: %s %s, n = %s", names[k],
			num(e.mean, 3), interval(e.lo, e.hi, 3), count(e.n)))
		f.box(x-half, f.y.at(1), 2*half, mid-f.y.at(1), faithful, pale, fmt.Sprintf("round %s, on a faithful: %s, n = %s", names[k],
			num(1-e.mean, 3), count(e.n)))
		level := f.y.at(byChance[k].mean)
		f.line(x-half-5, level, x+half+5, level, 2.5, ink)
	}
	f.underneath(rounds, names, cases, "round")
}

// recovery is the share of exposures whose loss is not yet half regained.
func recovery(c *sums) figure {
	f := figure{name: "recovery", part: "exposure",
		caption: "After an exposure that cost trust: the share not yet half recovered, by rounds since (Kaplan–Meier).",
		table:   sheet{Head: []string{"rounds since", "at risk", "recovered", "censored", "not yet"}}}
	curve := c.recovery.Curve()
	for _, s := range curve {
		f.table.Rows = append(f.table.Rows, []string{count(float64(s.Round)), count(float64(s.AtRisk)), count(float64(s.Came)),
			count(float64(s.Censored)), num(s.Left, 3)})
	}
	switch len(curve) {
	case 0:
		return f
	case 1:
		f.caption += fmt.Sprintf(" Of %s that did, none was followed for a round.", several(curve[0].AtRisk, "exposure"))
		return f
	}
	d := &drawing{title: "Recovery after an exposure",
		desc: "Share of exposures whose loss of trust has not been half regained, by rounds since.", w: 460, h: 270}
	last := len(curve) - 1
	frame := newFrame(d, scale{0, float64(last) + 0.2, 56, 446}, scale{0, 1, 220, 34}, "share not yet half recovered")
	line := []point{{frame.x.at(0), frame.y.at(1)}}
	var places, cases []float64
	var names []string
	for _, s := range curve {
		x := frame.x.at(float64(s.Round))
		line = append(line, point{x, line[len(line)-1].y}, point{x, frame.y.at(s.Left)})
		places, names, cases = append(places, float64(s.Round)), append(names, tick(float64(s.Round))), append(cases, float64(s.AtRisk))
	}
	frame.add(shape{form: stroke, points: line, width: 2.2, paint: faithful})
	frame.underneath(places, names, cases, "")
	d.text(251, 266, smallSize, centre, muted, "rounds since the exposure; n at risk")
	f.drawing = d
	return f
}

// seats is the trust matrix of one game: of the most telling moment, else of the round that told the teams apart the most.
func (r *Report) seats() figure {
	f := figure{name: "seats", part: "trust", caption: "Trust of each faithful in each seat in one round of one game."}
	m, why := r.contrast, "the round in which the faithful's beliefs set the teams apart the most, rightly or wrongly"
	for _, t := range r.top {
		if t.trust != nil {
			m, why = t.trust, "the round of the most telling moment below"
			break
		}
	}
	if m == nil {
		return f
	}
	t := tiles{title: "Trust by seat", desc: "Trust of each faithful observer in each living seat, traitors first.", rows: m.observers,
		cols:  m.subjects,
		above: fmt.Sprintf("subject: traitors (%d), then the faithful", m.traitors), lo: 0, hi: 1, split: m.traitors, field: 54, sides: 160,
		notes: []string{"· nothing stated, or the seat itself"}}
	f.table = sheet{Head: append([]string{"observer"}, m.subjects...)}
	for i, row := range m.trust {
		text := []string{m.observers[i]}
		var fields []tile
		for k, v := range row {
			value := math.NaN()
			if v != engine.Unstated {
				value = float64(v) / 1000
			}
			text = append(text, num(value, 2))
			fields = append(fields, tile{value, fmt.Sprintf("%s in %s: %s", m.observers[i], m.subjects[k], num(value, 2))})
		}
		t.fields, f.table.Rows = append(t.fields, fields), append(f.table.Rows, text)
	}
	f.caption = fmt.Sprintf("Trust of each faithful in each seat: game %s, round %d, %s.", m.game, m.round, why)
	f.drawing = t.draw()
	return f
}
