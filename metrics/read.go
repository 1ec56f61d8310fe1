package metrics

import "turncoat/engine"

type reader struct{ game Game }

func (r *reader) event(s *engine.Stored) error { return nil }
func (r *reader) finish()                      {}

// Counts is what the public facts alone imply.
type Counts struct {
	Suspicion, Given float64
	OK               bool
}

var publishedTen, outcome, inference, deception, trust []Metric
