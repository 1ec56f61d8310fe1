// Package sums forgets. `make lint` demands that both checks complain of it, so that neither can be switched off unseen.
package sums

import "github.com/turncoat-sim/turncoat/engine"

func ofKinds(b engine.Body) bool {
	switch b.(type) {
	case engine.Bookkeeping, engine.Briefing, engine.Deed, engine.Ended:
		return true
	default:
		return false
	}
}

func ofValues(k engine.RequestKind) bool {
	switch k {
	case engine.AskBallot:
		return true
	default:
		return false
	}
}
