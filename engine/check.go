package engine

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is why an answer does not count, and under which cause it is forfeited.
type Problem struct {
	Cause  Cause
	Detail string
}

func (p *Problem) Error() string { return string(p.Cause) + ": " + p.Detail }

// Check reports what is wrong with an answer, nil if nothing is. Beliefs that are missing are wrong too; a caller that can't
// have them repaired passes the answer on, and Decide forfeits only the beliefs.
func Check(r Rules, asked Request, a Answer) *Problem {
	if a.Forfeit != CauseNone {
		return nil
	}
	switch asked.Kind.Form() {
	case FormChoice:
		if p := checkTarget(r, asked, a); p != nil {
			return p
		}
	case FormBid:
		if a.Bid < 0 || a.Bid > 4 {
			return &Problem{CauseSchema, fmt.Sprintf("the bid is %d; it goes from 0 to 4", a.Bid)}
		}
	case FormText:
		if n := CountWords(a.Text); asked.Words > 0 && n > asked.Words {
			return &Problem{CauseOverLong, fmt.Sprintf("the text has %d words; at most %d are allowed", n, asked.Words)}
		}
		if p := checkActs(r, asked, a); p != nil {
			return p
		}
	case FormNotes:
		if p := checkNotes(r, a.Notes); p != nil {
			return p
		}
	case FormBeliefs, FormNone: // beliefs may come with any answer, and an act is never asked for by itself
	}
	return checkBeliefs(r, asked, a)
}

func checkTarget(r Rules, asked Request, a Answer) *Problem {
	switch {
	case asked.Legal.Has(a.Target), a.Target == NoSeat && asked.Abstain:
		return nil
	case asked.Kind == AskBallot && r.IllegalBallot == IllegalCount && a.Target >= 0 && int(a.Target) < r.Players:
		return nil
	}
	return &Problem{CauseIllegalTarget, fmt.Sprintf("seat %d is not a legal target; legal are %v", a.Target, asked.Offered())}
}

func checkActs(r Rules, asked Request, a Answer) *Problem {
	if slices.Contains(a.Lost, CauseNone) {
		return &Problem{CauseSchema, "an act is forfeited without a cause"}
	}
	for _, act := range a.Acts {
		switch act.Kind {
		case Accuse, Defend, Claim, Question, Promise:
		default:
			return &Problem{CauseSchema, fmt.Sprintf("unknown act %q", act.Kind)}
		}
		if act.Seat < 0 || int(act.Seat) >= r.Players {
			return &Problem{CauseSchema, fmt.Sprintf("the act names seat %d", act.Seat)}
		}
		if (act.Kind == Claim) != (act.Role != NoRole) || act.Kind == Claim && act.Seat != asked.Seat {
			return &Problem{CauseSchema, "a claim, and nothing else, names the speaker and a role"}
		}
	}
	return nil
}

func checkBeliefs(r Rules, asked Request, a Answer) *Problem {
	if asked.Beliefs == NoBeliefs || a.Beliefs == nil && asked.Kind != AskBeliefs {
		return nil
	}
	if len(a.Beliefs) != r.Players {
		return &Problem{CauseSchema, fmt.Sprintf("beliefs of %d seats, %d sit here", len(a.Beliefs), r.Players)}
	}
	for i, v := range a.Beliefs {
		seat := Seat(i)
		stated := seat != asked.Seat && asked.Living.Has(seat)
		if stated && (v < Unstated || v > 1000) || !stated && v != Unstated {
			return &Problem{CauseSchema, fmt.Sprintf("the belief of seat %d is %d per mille", seat, v)}
		}
	}
	return nil
}

// CountWords counts the words of a text as the limits on words do: what stands between spaces.
func CountWords(text string) int {
	n := 0
	for range strings.FieldsSeq(text) {
		n++
	}
	return n
}
