package engine

import "fmt"

// Event is something that happened, chance included: one audience for every field of its body.
type Event struct {
	Seq, Step uint64
	Round     int
	Phase     Phase
	Audience  Seats // who perceived it, frozen when it was emitted; empty: the log only
	Body      Body
}

// Body is what happened. Every kind is listed once in kinds, and is in one of the sums of sum.go.
//
//sumtype:decl
type Body interface {
	Kind() Kind
	apply(*State) error
}

// Observed is an event as a seat perceived it, with nothing that betrays what it did not.
type Observed struct {
	Round int   `json:"round"`
	Phase Phase `json:"phase"`
	Body  Body  `json:"body"`
}

// Observation is all that a seat perceived, in order. It only grows: a policy may keep its place in Events.
type Observation struct {
	Seat   Seat
	Events []Observed
}

// Observe returns the event as the seat perceived it, and whether it did.
func Observe(e Event, seat Seat) (Observed, bool) {
	if !e.Audience.Has(seat) {
		return Observed{}, false
	}
	return Observed{Round: e.Round, Phase: e.Phase, Body: e.Body}, true
}

// ObservationOf is all that a seat perceived of a game.
func ObservationOf(events []Event, seat Seat) Observation {
	seen := Observation{Seat: seat}
	for _, e := range events {
		if o, ok := Observe(e, seat); ok {
			seen.Events = append(seen.Events, o)
		}
	}
	return seen
}

// Kind names a kind of event. The numbers are internal; the log holds the names.
type Kind uint8

// kindRow lists a kind: its name in the log, its line in docs/events.md.
type kindRow struct{ name, doc string }

func (k Kind) String() string {
	if int(k) >= len(kinds) {
		return fmt.Sprintf("kind(%d)", uint8(k))
	}
	return kinds[k].name
}

// Doc is the kind's line in docs/events.md.
func (k Kind) Doc() string { return kinds[k].doc }

// Kinds returns every kind, in the order of the table.
func Kinds() []Kind {
	out := make([]Kind, len(kinds))
	for i := range out {
		out[i] = Kind(i)
	}
	return out
}

// ParseKind reads a kind's name.
func ParseKind(name string) (Kind, error) {
	if k, ok := kindByName[name]; ok {
		return k, nil
	}
	return 0, errUnknown("event kind", name)
}

// MarshalText writes the kind's name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a kind's name.
func (k *Kind) UnmarshalText(b []byte) error {
	v, err := ParseKind(string(b))
	*k = v
	return err
}

func errUnknown(what, name string) error { return fmt.Errorf("unknown %s %q", what, name) }
