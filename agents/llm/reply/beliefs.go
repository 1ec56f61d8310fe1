package reply

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
)

// readBeliefs reads how likely each of the others is what was asked, in per cent. On the last try a belief that can't be read
// stays unstated and the others stand, and numbers that plainly go from 0 to 1 are taken for what they mean.
func (q *Question) readBeliefs(out *Reading, v any) *engine.Problem {
	stated, listed := q.pairs(v)
	if stated == nil {
		return wrongType(keySuspicion, "an object with a number from 0 to 100 for each name")
	}
	out.mendIf(listed, mendedType)
	beliefs := make([]int16, len(q.names))
	for i := range beliefs {
		beliefs[i] = engine.Unstated
	}
	var problem *engine.Problem
	var clash engine.Seats // said twice, in ways that differ
	others := q.Subjects()
	scale, kept := 1.0, 0
	if q.fractions(stated, others) {
		scale, problem = 100, &engine.Problem{Cause: engine.CauseSchema,
			Detail: fmt.Sprintf("the numbers in %q go from 0 to 100, and yours from 0 to 1", keySuspicion)}
	}
	for _, one := range stated {
		seat, mended, ok := q.seatOf(one.name, others)
		if !ok {
			continue // of the dead or of itself, say: not asked, so not kept
		}
		n, retyped, ok := perMille(one.value, scale)
		if !ok {
			problem = &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q of %s has to be a number from 0 to 100",
				keySuspicion, q.name(seat))}
			continue
		}
		out.mendIf(mended, mendedName)
		out.mendIf(retyped, mendedType)
		if before := beliefs[seat]; before != engine.Unstated && before != n {
			problem = &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q has %s twice, and differs", keySuspicion,
				q.name(seat))}
			clash = clash.With(seat)
		}
		beliefs[seat] = n
	}
	var missing []engine.Seat
	for _, s := range others {
		switch {
		case clash.Has(s):
			beliefs[s] = engine.Unstated
		case beliefs[s] == engine.Unstated:
			missing = append(missing, s)
		default:
			kept++
		}
	}
	if len(missing) > 0 && problem == nil {
		problem = &engine.Problem{Cause: engine.CauseSchema, Detail: fmt.Sprintf("%q lacks %s", keySuspicion, q.list(missing))}
	}
	if problem != nil && (!out.last || kept == 0) {
		return problem
	}
	out.mendIf(scale > 1, mendedScale)
	out.Answer.Beliefs = beliefs
	return nil
}

// pair is a name and what stands beside it.
type pair struct {
	name  string
	value any
}

// pairs are names and what stands beside them: of an object, or of a list that says the same ([{"Ada": 70}], ["Ada: 70"],
// [{"name": "Ada", "value": 70}]). A list of bare names says nothing of how likely.
func (q *Question) pairs(v any) (out []pair, listed bool) {
	list, ok := v.([]any)
	if !ok {
		fields, _ := v.(map[string]any)
		for _, k := range sortedKeys(fields) {
			out = append(out, pair{k, fields[k]})
		}
		return out, false
	}
	for _, item := range list {
		switch item := item.(type) {
		case map[string]any:
			out = append(out, q.entry(item)...)
		case string:
			if m := namedNumber.FindStringSubmatch(item); m != nil {
				out = append(out, pair{m[1], m[2]})
			}
		}
	}
	return out, true
}

// entry reads one object of a list: {"Ada": 70}, with a reason beside it perhaps, or {"name": "Ada", "value": 70}, whatever the
// labels are: one text that is a name, and one number.
func (q *Question) entry(item map[string]any) (out []pair) {
	var label pair
	names, numbers := 0, 0
	all := engine.AllSeats(len(q.names)).List()
	for _, k := range sortedKeys(item) {
		if _, _, ok := q.seatOf(k, all); ok {
			out = append(out, pair{k, item[k]})
			continue
		}
		text, _ := item[k].(string)
		if _, _, ok := q.seatOf(text, all); ok {
			label.name = text
			names++
		} else if _, _, ok := perMille(item[k], 1); ok {
			label.value = item[k]
			numbers++
		}
	}
	if out == nil && names == 1 && numbers == 1 {
		out = []pair{label}
	}
	return out
}

var namedNumber = regexp.MustCompile(`^\s*(.+?)\s*[:=]\s*([0-9.]+\s*%?)\s*$`)

// fractions reports whether numbers from 0 to 1 were written where 0 to 100 was asked: of those that can be read none is above 1,
// and one lies between.
func (q *Question) fractions(stated []pair, others []engine.Seat) bool {
	between := false
	for _, one := range stated {
		if _, _, ok := q.seatOf(one.name, others); !ok {
			continue
		}
		f, _, percent, ok := likely(one.value)
		switch {
		case !ok:
			continue
		case percent || f > 1:
			return false
		}
		between = between || f != math.Trunc(f)
	}
	return between
}

var percentSign = regexp.MustCompile(`(?i)\s*(%|per\s?cent)$`)

// likely reads a number, also as a text, with a sign of percent, or alone in a list or an object.
func likely(v any) (f float64, mended, percent, ok bool) {
	v, mended = alone(v)
	text := ""
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		text, mended = strings.Trim(v, "<> \t\n"), true
		bare := percentSign.ReplaceAllString(text, "")
		text, percent = bare, bare != text
	default:
		return 0, false, false, false
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, mended, percent, err == nil && f >= 0 // NaN is not
}

// perMille reads a percentage, fractions of a percent included, as an integer per mille.
func perMille(v any, scale float64) (n int16, mended, ok bool) {
	f, mended, _, ok := likely(v)
	if !ok || !(f*scale <= 100) {
		return 0, false, false
	}
	return int16(math.Round(f * scale * 10)), mended, true
}
