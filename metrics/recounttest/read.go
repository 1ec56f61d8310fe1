// Package recounttest measures games a second time, for tests: from the lines that turncoat export --format events writes, with the
// definitions of docs/metrics.md written out as slowly as they read. It knows nothing of ours: not the engine, not its codec, not the
// metrics that it is held against.
package recounttest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/bits"
)

// Ratio is a sum over cases, and how many there are. 0 of 0 is undefined.
type Ratio struct{ Num, Den float64 }

func (r Ratio) plus(o Ratio) Ratio { return Ratio{r.Num + o.Num, r.Den + o.Den} }

// Seat counts from 0; −1 is nobody.
type Seat int

// NoSeat is nobody.
const NoSeat Seat = -1

const unstated = -1

// Log is one game: its lines in order.
type Log struct {
	Name   string
	Rules  map[string]any
	events []event
	roles  map[Seat]string
	played map[Seat]string // the policy
	living []uint64        // after each event
	seats  int
	dealt  int // traitors
}

type event struct {
	Round       int
	Phase, kind string
	Body        any // one of the below, nil of the other kinds
}

// Act is something that a statement does; Role is of a claim.
type Act struct {
	Kind string
	Seat Seat
	Role string
}

// What the events hold, as far as a definition asks for it.
type (
	statement struct {
		Seat Seat
		Text string
		Acts []Act
	}
	acts   struct{ Acts []Act }
	ballot struct {
		Voter, Target Seat
		Stage         int
	}
	murderVote struct{ Voter, Target Seat }
	banished   struct{ Seat Seat }
	murdered   struct{ Seat Seat }
	revealed   struct {
		Seat Seat
		Role string
	}
	forfeited struct {
		Seat    Seat
		Request string
	}
	belief struct {
		Observer Seat
		Order    int
		When     string
		PerMille []int
	}
	intent   struct{ Seat, Target Seat }
	ended    struct{ Winner string }
	answered struct{ Refused bool }
	tied     struct{}
)

// fields are a line's body as JSON has it.
type fields map[string]any

func (f fields) text(key string) string { s, _ := f[key].(string); return s }

func (f fields) number(key string) int { v, _ := f[key].(float64); return int(v) }

func (f fields) seat(key string) Seat { return Seat(f.number(key)) }

func (f fields) list(key string) []any { l, _ := f[key].([]any); return l }

func (f fields) acts() (out []Act) {
	for _, a := range f.list("acts") {
		of := fields(a.(map[string]any))
		out = append(out, Act{of.text("act"), of.seat("seat"), of.text("role")})
	}
	return out
}

func (f fields) refused() bool {
	for _, c := range f.list("calls") {
		call := fields(c.(map[string]any))
		if call.text("cause") == "refusal" {
			return true
		}
		for _, m := range call.list("mended") {
			if m == "refusal" {
				return true
			}
		}
	}
	return false
}

func (f fields) body(kind string) any {
	switch kind {
	case "statement":
		return statement{f.seat("seat"), f.text("text"), f.acts()}
	case "acts":
		return acts{f.acts()}
	case "ballot":
		return ballot{f.seat("voter"), f.seat("target"), f.number("stage")}
	case "murder_vote":
		return murderVote{f.seat("voter"), f.seat("target")}
	case "banished":
		return banished{f.seat("seat")}
	case "murdered":
		return murdered{f.seat("seat")}
	case "revealed":
		return revealed{f.seat("seat"), f.text("role")}
	case "forfeit":
		return forfeited{f.seat("seat"), f.text("request")}
	case "belief":
		b := belief{f.seat("observer"), f.number("order"), f.text("when"), nil}
		for _, v := range f.list("per_mille") {
			b.PerMille = append(b.PerMille, int(v.(float64)))
		}
		return b
	case "intent":
		return intent{f.seat("seat"), f.seat("target")}
	case "ended":
		return ended{f.text("winner")}
	case "answered":
		return answered{f.refused()}
	case "tied":
		return tied{}
	}
	return nil
}

// Read reads the games of exported lines.
func Read(r io.Reader) ([]Log, error) {
	var out []Log
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var line struct {
			Format, Game, Phase, Kind string
			Round                     int
			Body                      fields
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return nil, fmt.Errorf("%.80q: %w", lines.Text(), err)
		}
		if line.Format != "" {
			out = append(out, Log{Name: line.Game, roles: map[Seat]string{}, played: map[Seat]string{}})
			continue
		}
		if len(out) == 0 {
			return nil, fmt.Errorf("an event before any game: %.80q", lines.Text())
		}
		out[len(out)-1].take(event{line.Round, line.Phase, line.Kind, line.Body.body(line.Kind)}, line.Body)
	}
	return out, lines.Err()
}

func (s *Log) take(e event, f fields) {
	var living uint64
	if n := len(s.living); n > 0 {
		living = s.living[n-1]
	}
	gone := NoSeat
	switch b := e.Body.(type) {
	case banished:
		gone = b.Seat
	case murdered:
		gone = b.Seat
	}
	switch e.kind {
	case "created":
		s.Rules, _ = f["rules"].(map[string]any)
		s.seats = s.number("players")
		living = 1<<uint(s.seats) - 1
		for i, p := range f.list("players") {
			s.played[Seat(i)] = fields(p.(map[string]any)).text("policy")
		}
	case "dealt":
		if s.roles[f.seat("seat")] = f.text("role"); f.text("role") == "traitor" {
			s.dealt++
		}
	}
	if gone != NoSeat {
		living &^= 1 << uint(gone)
	}
	s.events, s.living = append(s.events, e), append(s.living, living)
}

// rule is a choice of the rules.
func (s Log) rule(key string) string { return fields(s.Rules).text(key) }

func (s Log) number(key string) int { return fields(s.Rules).number(key) }

// asks reports whether beliefs are asked with or after a moment.
func (s Log) asks(how, moment string) bool {
	b, _ := s.Rules["beliefs"].(map[string]any)
	for _, m := range fields(b).list(how) {
		if m == moment {
			return true
		}
	}
	return false
}

func (s Log) rounds() int { return s.events[len(s.events)-1].Round }

func (s Log) traitor(x Seat) bool { return s.roles[x] == "traitor" }

func (s Log) livingAt(k int) map[Seat]bool {
	m := map[Seat]bool{}
	for left := s.living[k]; left != 0; left &= left - 1 {
		m[Seat(bits.TrailingZeros64(left))] = true
	}
	return m
}
