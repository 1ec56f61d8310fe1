// Package codec is the form in which events are kept: bodies as JSON, and the chain of hashes over what is stored. What the
// fields are called there, the bodies' tags in engine say; which body a kind has, the table here. Whoever reads a stored event,
// metrics and importers too, reads it by Stored.Event or Read: there is no second decoder that could name a field otherwise.
//
// It knows neither where events are kept nor what they are read for.
package codec

import (
	"bytes"
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	json "github.com/goccy/go-json"

	"github.com/turncoat-sim/turncoat/engine"
)

// Stored is an event as it is kept: the header decoded, the body as the bytes that the chain covers.
type Stored struct {
	Seq, Step uint64
	Round     int
	Phase     engine.Phase
	Kind      engine.Kind
	Audience  engine.Seats
	Body      []byte
}

// Store encodes an event for keeping.
func Store(e engine.Event) (Stored, error) {
	b, err := json.MarshalWithOption(e.Body, json.DisableHTMLEscape())
	if err != nil {
		return Stored{}, fmt.Errorf("encode %s at %d: %w", e.Body.Kind(), e.Seq, err)
	}
	return Stored{Seq: e.Seq, Step: e.Step, Round: e.Round, Phase: e.Phase, Kind: e.Body.Kind(), Audience: e.Audience, Body: b}, nil
}

// StoreAll encodes events for keeping.
func StoreAll(events []engine.Event) ([]Stored, error) {
	out := make([]Stored, len(events))
	for i, e := range events {
		var err error
		if out[i], err = Store(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Event decodes the stored event, body and all.
func (s Stored) Event() (engine.Event, error) {
	body, err := decode(s.Kind, s.Body)
	if err != nil {
		return engine.Event{}, fmt.Errorf("event %d: %w", s.Seq, err)
	}
	return engine.Event{Seq: s.Seq, Step: s.Step, Round: s.Round, Phase: s.Phase, Audience: s.Audience, Body: body}, nil
}

// decode reads a stored body of the kind. A seat that the body does not name is nobody's.
func decode(k engine.Kind, b []byte) (engine.Body, error) {
	if int(k) >= len(bodies) {
		return nil, fmt.Errorf("decode body: unknown kind %d", uint8(k))
	}
	return bodies[k].decode(b)
}

// Blank is a body that names nobody.
func Blank[B engine.Body]() B {
	var b B
	return bodies[b.Kind()].(blank[B]).body
}

// Read is decode for a reader that knows which body it wants, and where: it writes over what is there, a blank to begin with.
// Slices that are lent in it are used as far as they reach.
func Read[B engine.Body](s *Stored, into *B) error {
	if k := (*into).Kind(); k != s.Kind {
		return fmt.Errorf("decode %s: it is wanted as %s", s.Kind, k)
	}
	return bodies[s.Kind].(blank[B]).read(s.Body, into)
}

// bodies says which body each kind has.
var bodies = [...]decoder{
	engine.KindCreated:    row[engine.Created](),
	engine.KindOpened:     row[engine.Opened](),
	engine.KindDealt:      row[engine.Dealt](),
	engine.KindAllies:     row[engine.Allies](),
	engine.KindPersona:    row[engine.Persona](),
	engine.KindIntroduced: row[engine.Introduced](),
	engine.KindNote:       row[engine.Note](),
	engine.KindPhase:      row[engine.PhaseBegan](),
	engine.KindFound:      row[engine.Found](),
	engine.KindOrder:      row[engine.Order](),
	engine.KindBid:        row[engine.Bid](),
	engine.KindStatement:  row[engine.Statement](),
	engine.KindActs:       row[engine.Acts](),
	engine.KindIntent:     row[engine.Intent](),
	engine.KindBelief:     row[engine.Belief](),
	engine.KindBallot:     row[engine.Ballot](),
	engine.KindTally:      row[engine.Tally](),
	engine.KindTied:       row[engine.Tied](),
	engine.KindDrawn:      row[engine.Drawn](),
	engine.KindBanished:   row[engine.Banished](),
	engine.KindRevealed:   row[engine.Revealed](),
	engine.KindConferred:  row[engine.Conferred](),
	engine.KindMurderVote: row[engine.MurderVote](),
	engine.KindMurdered:   row[engine.Murdered](),
	engine.KindForfeit:    row[engine.Forfeited](),
	engine.KindThought:    row[engine.Thought](),
	engine.KindEnded:      row[engine.Ended](),
	engine.KindAnswered:   row[engine.Answered](),
	engine.KindNotes:      row[engine.Notes](),
	engine.KindRemembered: row[engine.Remembered](),
	engine.KindImported:   row[engine.Imported](),
	engine.KindDebriefed:  row[engine.Debriefed](),
}

type decoder interface {
	empty() engine.Body
	decode([]byte) (engine.Body, error)
}

// blank is a body that names nobody: what is decoded is written over it. needs is what has to stand in its JSON.
type blank[B engine.Body] struct {
	body  B
	needs []need
}

func row[B engine.Body]() decoder {
	var b blank[B]
	v := reflect.ValueOf(&b.body).Elem()
	for i := range v.NumField() {
		if v.Field(i).Type() == reflect.TypeFor[engine.Seat]() {
			v.Field(i).SetInt(int64(engine.NoSeat))
		}
	}
	b.needs = needsOf(v.Type())
	return b
}

func (b blank[B]) empty() engine.Body { return b.body }

func (b blank[B]) decode(raw []byte) (engine.Body, error) {
	body := b.body
	if err := b.read(raw, &body); err != nil {
		return nil, err
	}
	return body, nil
}

func (b blank[B]) read(raw []byte, into *B) error {
	if len(raw) == 0 || raw[0] != '{' { // the library takes null for an empty body
		return fmt.Errorf("decode %s: it is no JSON object", b.body.Kind())
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("decode %s: %w", b.body.Kind(), err)
	}
	for _, n := range b.needs {
		if !n.met(raw, reflect.ValueOf(into).Elem()) {
			return fmt.Errorf("decode %s: %s is missing", b.body.Kind(), n.key)
		}
	}
	return nil
}

// need is a key without which a body would be taken for another: of a field whose zero value is a name like any other, or of the
// seat in each element of a list, which would be the first seat.
type need struct {
	key   []byte // in its quotes
	list  int    // the field that is the list; -1: the key is of the body itself
	above int    // how often the body itself has the key
}

// met counts keys. In a valid object they stand in their quotes where they are keys, or where they are a whole text.
func (n need) met(raw []byte, body reflect.Value) bool {
	if n.list < 0 {
		return bytes.Contains(raw, n.key)
	}
	elements := body.Field(n.list).Len()
	return elements == 0 || bytes.Count(raw, n.key) >= n.above+elements
}

func needsOf(body reflect.Type) (needs []need) {
	keys := map[string]int{}
	for i := range body.NumField() {
		f := body.Field(i)
		key, always := keyOf(f)
		if keys[key] = 1; always && reflect.PointerTo(f.Type).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
			needs = append(needs, need{[]byte(key), -1, 0})
		}
	}
	for i := range body.NumField() {
		list := body.Field(i).Type
		if list.Kind() != reflect.Slice || list.Elem().Kind() != reflect.Struct {
			continue
		}
		for j := range list.Elem().NumField() {
			f := list.Elem().Field(j)
			if key, always := keyOf(f); always && f.Type == reflect.TypeFor[engine.Seat]() {
				needs = append(needs, need{[]byte(key), i, keys[key]})
			}
		}
	}
	return needs
}

// keyOf is a field's key in its quotes, and whether it is always written.
func keyOf(f reflect.StructField) (string, bool) {
	name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
	return strconv.Quote(name), !strings.Contains(rest, "omitempty")
}
