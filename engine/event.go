package engine

import (
	"fmt"

	json "github.com/goccy/go-json"
)

// Event is something that happened, chance included: one audience for every field of its body.
type Event struct {
	Seq, Step uint64
	Round     int
	Phase     Phase
	Audience  Seats // who perceived it, frozen when it was emitted; empty: the log only
	Body      Body
}

// Body is what happened. Every kind is listed once, in kinds.
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

// Stored is an event as it is kept: the header decoded, the body as the bytes that the chain covers.
type Stored struct {
	Seq, Step uint64
	Round     int
	Phase     Phase
	Kind      Kind
	Audience  Seats
	Body      []byte
}

// Store encodes the event for keeping.
func (e Event) Store() (Stored, error) {
	b, err := json.MarshalWithOption(e.Body, json.DisableHTMLEscape())
	if err != nil {
		return Stored{}, fmt.Errorf("encode %s at %d: %w", e.Body.Kind(), e.Seq, err)
	}
	return Stored{Seq: e.Seq, Step: e.Step, Round: e.Round, Phase: e.Phase, Kind: e.Body.Kind(), Audience: e.Audience, Body: b}, nil
}

// Event decodes the stored event, body and all.
func (s Stored) Event() (Event, error) {
	body, err := decodeBody(s.Kind, s.Body)
	if err != nil {
		return Event{}, fmt.Errorf("event %d: %w", s.Seq, err)
	}
	return Event{Seq: s.Seq, Step: s.Step, Round: s.Round, Phase: s.Phase, Audience: s.Audience, Body: body}, nil
}

// Kind names a kind of event. The numbers are internal; the log holds the names.
type Kind uint8

// kindRow lists a kind: its name in the log, how its body is decoded, its line in docs/events.md.
type kindRow struct {
	name   string
	decode func([]byte) (Body, error)
	doc    string
}

func row[B Body](name, doc string) kindRow {
	return kindRow{name: name, doc: doc, decode: func(b []byte) (Body, error) {
		var v B
		if err := json.Unmarshal(b, &v); err != nil {
			return nil, err
		}
		return v, nil
	}}
}

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

func decodeBody(k Kind, b []byte) (Body, error) {
	if int(k) >= len(kinds) {
		return nil, fmt.Errorf("decode body: unknown kind %d", k)
	}
	v, err := kinds[k].decode(b)
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", k, err)
	}
	return v, nil
}

func errUnknown(what, name string) error { return fmt.Errorf("unknown %s %q", what, name) }
