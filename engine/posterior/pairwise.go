package posterior

import "github.com/turncoat-sim/turncoat/engine"

// approximate is the posterior where there are too many sets to go through: each seat of unknown role is weighed by its own
// evidence and by its pairs' in proportion to how suspected the other is (mean field, three sweeps), and the weights share out
// the number of traitors that Counts expects among them.
func (s *Sets) approximate(observer engine.Seat) []int16 {
	prior := s.Counts.PerMille(observer)
	out := append([]int16{}, prior...)
	var open []engine.Seat
	expected := int64(0)
	for i, p := range prior {
		if p > 0 && p < 1000 {
			open = append(open, engine.Seat(i))
			expected += int64(p)
		}
	}
	weights := make([]int64, len(open))
	for range 3 {
		s.field(open, prior, out, weights)
		shareOut(open, weights, expected, out)
	}
	return out
}

// field gives each open seat its weight under the present view.
func (s *Sets) field(open []engine.Seat, prior, view []int16, weights []int64) {
	logs := make([]int32, len(open))
	top := int32(-1 << 30)
	for k, i := range open {
		pairs := int64(0)
		for j, v := range view {
			pairs += int64(s.pair[int(i)*s.n+j]) * int64(v)
		}
		logs[k] = s.alone[i] + int32(pairs/1000)
		top = max(top, logs[k])
	}
	for k, i := range open {
		weights[k] = int64(exp2(logs[k]-top)>>10)*int64(prior[i]) + 1
	}
}

// shareOut splits the expected number of traitors, per mille, by weight; nobody gets more than nearly certain.
func shareOut(open []engine.Seat, weights []int64, expected int64, out []int16) {
	const most = 950
	var capped engine.Seats
	for range open {
		sum, left := int64(0), expected
		for k, i := range open {
			if capped.Has(i) {
				left -= most
			} else {
				sum += weights[k]
			}
		}
		again := false
		for k, i := range open {
			if capped.Has(i) {
				continue
			}
			v := (left*weights[k] + sum/2) / sum
			if v > most && expected < most*int64(len(open)) {
				v, again = most, true
				capped = capped.With(i)
			}
			out[i] = int16(max(0, min(v, 1000)))
		}
		if !again {
			return
		}
	}
}
