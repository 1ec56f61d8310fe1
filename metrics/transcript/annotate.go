package transcript

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/narrate"
	"github.com/turncoat-sim/turncoat/memory/recall"
	"github.com/turncoat-sim/turncoat/metrics/tables"
)

// header are the columns of a file for annotators. The last is for the annotator.
var header = []string{"statement", "before", "speaker", "text", "label"}

// Said is a statement that could be annotated, with what its label is later held against.
type Said struct {
	ID, Before, Speaker, Text string
	Informed                  bool // its speaker is of the team that knows the roles
	Lie                       bool // a knowing falsehood, by its acts
}

// contextLines is how many lines of the public record stand before a statement that is annotated.
const contextLines = 3

// Statements are those of a game that say anything, in order. game is its id.
func Statements(game string, events []engine.Event) []Said {
	var out []Said
	var told narrate.Narrator
	var before []string
	over := slices.ContainsFunc(events, func(e engine.Event) bool { return e.Body.Kind() == engine.KindEnded })
	var roster engine.Roster
	for _, e := range events {
		roster.Take(e.Body)
		if e.Audience == 0 || e.Body.Kind() == engine.KindDealt || e.Body.Kind() == engine.KindAllies {
			continue
		}
		line := told.Line(engine.Observed{Round: e.Round, Phase: e.Phase, Body: e.Body})
		s, ok := e.Body.(engine.Statement)
		if ok && s.Text != "" {
			one := Said{ID: game + ":" + strconv.FormatUint(e.Seq, 10), Speaker: told.Name(s.Seat), Text: s.Text,
				Before: strings.Join(before[max(0, len(before)-contextLines):], " ")}
			if over {
				one.Informed = roster.TeamOf(s.Seat).Informed()
				one.Lie = slices.ContainsFunc(s.Acts, func(a engine.Act) bool { return falsehood(s.Seat, a, &roster) })
			}
			out = append(out, one)
		}
		if e.Audience.Len() == len(told.Names) && line != "" {
			before = append(before, line)
		}
	}
	return out
}

// falsehood reports whether an act states what its speaker knew to be false, as the roles then were.
func falsehood(speaker engine.Seat, act engine.Act, roles *engine.Roster) bool {
	if roles.Of(act.Seat) == engine.NoRole {
		return false
	}
	c := recall.Claim{Speaker: speaker, Act: act.Kind, About: act.Seat, Role: act.Role}
	guilty := roles.TeamOf(act.Seat).Informed()
	switch held := act.Kind == engine.Accuse && guilty || act.Kind == engine.Defend && !guilty || act.Kind == engine.Claim &&
		roles.Of(act.Seat) == act.Role; {
	case act.Kind == engine.Question, act.Kind == engine.Promise, held:
		return false
	}
	c.Held = recall.False
	return c.Lie(roles[:])
}

// Sample is so many of the statements, shuffled over games, so that no annotator reads a game to its end and learns the roles.
func Sample(all []Said, size int, seed uint64) []Said {
	all = slices.Clone(all)
	engine.Shuffle(all, engine.Dice(seed, "annotate", 0, 0, engine.NoSeat))
	return all[:min(size, len(all))]
}

// Write writes statements as CSV for an annotator, without labels.
func Write(to io.Writer, sample []Said) error {
	w := csv.NewWriter(to)
	_ = w.Write(header) // an error stays until Error
	for _, s := range sample {
		_ = w.Write([]string{s.ID, tables.Defused(s.Before), tables.Defused(s.Speaker), tables.Defused(narrate.Quotable(s.Text)), ""})
	}
	w.Flush()
	return w.Error()
}

// Labels are what an annotator says of statements, by their id.
type Labels map[string]string

// ReadLabels reads one annotator's file. An error is one of the file.
func ReadLabels(from io.Reader) (Labels, error) {
	r := csv.NewReader(from)
	first, err := r.Read()
	if len(first) > 0 {
		first[0] = strings.TrimPrefix(first[0], "\ufeff") // as spreadsheets write it
	}
	if err != nil || !slices.Equal(first, header) {
		return nil, fmt.Errorf("its header is not %s", strings.Join(header, ","))
	}
	out := Labels{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if label := strings.ToLower(strings.TrimSpace(row[4])); label != "" {
			out[row[0]] = label
		}
	}
}

// Unknown is how many labels are of statements that are not among these.
func Unknown(all []Said, labels []Labels) (n int) {
	known := map[string]bool{}
	for _, s := range all {
		known[s.ID] = true
	}
	for _, of := range labels {
		for id := range of {
			if !known[id] {
				n++
			}
		}
	}
	return n
}

// Rated are the labels of the statements that every annotator has labelled, by statement.
func Rated(all []Said, labels []Labels) (rated [][]string) {
	for _, s := range all {
		var row []string
		for _, of := range labels {
			if of[s.ID] != "" {
				row = append(row, of[s.ID])
			}
		}
		if len(row) == len(labels) {
			rated = append(rated, row)
		}
	}
	return rated
}

// Share is how many of some statements were labelled lie.
type Share struct{ Lies, Of int }

// Shares are how many statements an annotator labelled lie, and the share of lies among those of the informed team, of the others, of
// the knowing falsehoods, and of the others.
func Shares(all []Said, labels Labels) (lies int, by [4]Share) {
	kinds := [4]func(Said) bool{
		func(s Said) bool { return s.Informed }, func(s Said) bool { return !s.Informed },
		func(s Said) bool { return s.Lie }, func(s Said) bool { return !s.Lie },
	}
	for _, s := range all {
		label, ok := labels[s.ID]
		if !ok {
			continue
		}
		lie := 0
		if label == "lie" {
			lie = 1
		}
		lies += lie
		for k, is := range kinds {
			if is(s) {
				by[k].Of++
				by[k].Lies += lie
			}
		}
	}
	return lies, by
}
