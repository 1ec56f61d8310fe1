// Package formats turns other systems' logs into events of ours, as far as they carry them.
//
// An imported game opens with engine.Imported in the place of Created: which format, the digest of its source, which kinds of
// event the format carries. After it come events of the ordinary kinds, in the source's order. Nothing is guessed: what has no
// kind here, what can't be read, and what contradicts itself is left out, counted and named. Roles are traitor and faithful;
// a source's other roles are told by their team.
//
// Formats:
//
//   - jsonl: our own, written by WriteJSONL; a game comes back as it was, chain and all.
//   - the-traitors: the public runs of github.com/michaelgiba/the-traitors: a folder a game with plomp.json and result.json.
//   - werewolf-arena: github.com/google/werewolf_arena: a folder a game with game_complete.json or game_partial.json.
//
// The package knows the engine. It must not know the file that games are kept in, nor where a source's bytes come from.
package formats

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/plain"
)

// Game is a game of another system, as events of ours.
type Game struct {
	Source  string // its name there
	Events  []engine.Event
	Over    bool
	Winner  engine.Team
	Rounds  int
	Taken   map[string]int // what was taken, by the source's kind
	Skipped map[string]int // what was not, and why
}

// format is how a system's logs are found and read.
type format struct {
	name string
	// marks are the files one of which makes a folder a game; with a leading *, an ending that makes a file one or more games.
	marks []string
	// read gives do every game of a file or folder, and the error of each that can't be read. An error of do ends the reading.
	read func(files fs.FS, name string, do func(Game, error) error) error
}

var formats = []format{
	{"jsonl", []string{"*.jsonl"}, readJSONL},
	{"the-traitors", []string{"plomp.json"}, single(readTraitors)},
	{"werewolf-arena", []string{"game_complete.json", "game_partial.json"}, single(readArena)},
}

// single reads a folder that is one game.
func single(read func(files fs.FS, folder string) (Game, error)) func(fs.FS, string, func(Game, error) error) error {
	return func(files fs.FS, folder string, do func(Game, error) error) error { return do(read(files, folder)) }
}

// Formats lists the formats that Read takes.
func Formats() []string {
	var out []string
	for _, f := range formats {
		out = append(out, f.name)
	}
	return out
}

// Read gives do every game under the root of a file system, in the order of their names, and the error of each that can't be read
// at all, with no game. An error of do ends the reading.
func Read(name string, files fs.FS, do func(Game, error) error) error {
	i := slices.IndexFunc(formats, func(f format) bool { return f.name == name })
	if i < 0 {
		return fmt.Errorf("unknown format %q; the formats are %s", name, strings.Join(Formats(), ", "))
	}
	f := formats[i]
	places, err := f.places(files)
	if err != nil {
		return err
	}
	for _, place := range places {
		err := f.read(files, place, func(g Game, err error) error {
			if err != nil {
				return do(Game{}, fmt.Errorf("%s: %w", place, err))
			}
			return do(g, nil)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// places are the folders or files of games, sorted.
func (f format) places(files fs.FS) ([]string, error) {
	var out []string
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		for _, mark := range f.marks {
			if ending, ok := strings.CutPrefix(mark, "*"); ok && strings.HasSuffix(name, ending) {
				out = append(out, name)
			} else if path.Base(name) == mark {
				out = append(out, path.Dir(name))
			}
		}
		return nil
	})
	slices.Sort(out)
	return slices.Compact(out), err
}

// builder puts a game's events together.
type builder struct {
	game  Game
	names []string
	order []int // seats by the length of their names, the longest first: a name may begin another
	roles []engine.Role
	all   engine.Seats
	evil  engine.Seats // the traitors

	round  int
	phase  engine.Phase
	begun  map[engine.Phase]int // the round in which a phase was last said to begin
	living engine.Seats
}

// player is somebody at the table of the source.
type player struct {
	name, model string
	role        engine.Role
}

func (b *builder) skip(what string) { b.game.Skipped[what]++ }
func (b *builder) take(what string) { b.game.Taken[what]++ }

// begin opens the game: the table, its roles, and what is known of its rules.
func begin(format, source string, digest []byte, players []player, known []engine.Kind, change func(*engine.Rules)) (*builder, error) {
	n := len(players)
	if n < 2 || n > engine.MaxSeats {
		return nil, fmt.Errorf("%d players at the table; from 2 to %d can be taken", n, engine.MaxSeats)
	}
	names := make([]string, n)
	for i, p := range players {
		names[i] = p.name
	}
	if err := checkNames(names); err != nil {
		return nil, err
	}
	b := &builder{game: Game{Source: source, Taken: map[string]int{}, Skipped: map[string]int{}}, begun: map[engine.Phase]int{},
		all: engine.AllSeats(n), living: engine.AllSeats(n)}
	policies := make([]string, n)
	for i, p := range players {
		b.names, b.roles, b.order = append(b.names, p.name), append(b.roles, p.role), append(b.order, i)
		if policies[i] = p.model; p.model == "" {
			policies[i] = "unknown"
		}
		switch {
		case p.role.Team().Informed():
			b.evil = b.evil.With(engine.Seat(i))
		case p.role == engine.NoRole:
			return nil, fmt.Errorf("the role of %q is not known", p.name)
		}
	}
	slices.SortStableFunc(b.order, func(i, k int) int { return len(b.names[k]) - len(b.names[i]) })
	rules := engine.DefaultRules()
	rules.Players, rules.Traitors, rules.Beliefs, rules.Thoughts = n, b.evil.Len(), engine.Beliefs{}, "off"
	change(&rules)
	rules = rules.Complete()
	sum := sha256.Sum256(digest)
	b.emit(0, engine.Imported{Format: format, Digest: hex.EncodeToString(sum[:]), Source: source, Known: known, Rules: rules,
		Policies: policies})
	b.emit(b.all, engine.Opened{Rules: rules.Public(), Names: b.names})
	for i, role := range b.roles {
		b.emit(engine.SeatsOf(engine.Seat(i)), engine.Dealt{Seat: engine.Seat(i), Role: role})
	}
	b.emit(b.evil, engine.Allies{Seats: b.evil.List()})
	return b, nil
}

func (b *builder) emit(audience engine.Seats, body engine.Body) {
	seq := uint64(len(b.game.Events))
	b.game.Events = append(b.game.Events, engine.Event{Seq: seq, Step: seq, Round: b.round, Phase: b.phase, Audience: audience, Body: body})
}

// enter moves to a phase of a round, and says so once a round: a source may go to and fro between speech and ballots.
func (b *builder) enter(round int, phase engine.Phase) {
	b.round, b.phase = round, phase
	// In the other phases of ours nobody is asked in a source's game.
	//exhaustive:ignore
	switch phase {
	case engine.PhaseRoundTable, engine.PhaseBallot, engine.PhaseConclave, engine.PhaseMurder:
		if at, ok := b.begun[phase]; !ok || at != round {
			b.begun[phase] = round
			b.emit(b.all, engine.PhaseBegan{})
		}
	}
}

// seat is whose name it is, exactly.
func (b *builder) seat(name string) (engine.Seat, bool) {
	i := slices.Index(b.names, name)
	return engine.Seat(i), i >= 0
}

// opening takes the name that a text begins with, before a separator; the longest that fits.
func (b *builder) opening(text, separator string) (engine.Seat, string, bool) {
	for _, i := range b.order {
		if rest, ok := strings.CutPrefix(text, b.names[i]+separator); ok {
			return engine.Seat(i), rest, true
		}
	}
	return engine.NoSeat, "", false
}

// end closes a game that is over.
func (b *builder) end(winner engine.Team, reason string) {
	b.phase = engine.PhaseOver
	b.emit(b.all, engine.Ended{Winner: winner, Reason: reason, Roles: b.roles})
	b.game.Over, b.game.Winner = true, winner
}

func (b *builder) done() Game {
	b.game.Rounds = b.round
	return b.game
}

// checkNames refuses a table at which somebody has no name that can be seen, or the name of another, or one that is endless.
func checkNames(names []string) error {
	for i, name := range names {
		switch {
		case plain.Blank(name):
			return fmt.Errorf("player %d has no name that can be seen (%q)", i, name)
		case len(name) > longestName:
			return fmt.Errorf("player %d has a name of %d bytes; at most %d can be taken", i, len(name), longestName)
		case slices.Contains(names[:i], name):
			return fmt.Errorf("players %d and %d have the same name (%q)", slices.Index(names, name), i, name)
		}
	}
	return nil
}

// longestName bounds a name, in bytes.
const longestName = 200

// mark is what some programs begin a UTF-8 file with. It is no part of what the file says.
var mark = []byte("\ufeff")

// errNone is that a file is not there.
var errNone = errors.New("there is none")

// read reads a file that has to be there, whole.
func read(files fs.FS, folder, name string) ([]byte, error) {
	raw, err := readOptional(files, folder, name)
	if errors.Is(err, errNone) {
		return nil, fmt.Errorf("there is no %s", name)
	}
	return raw, err
}

// readOptional reads a file whole; errNone: it is not there.
func readOptional(files fs.FS, folder, name string) ([]byte, error) {
	file := path.Join(folder, name)
	info, err := fs.Stat(files, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNone
	}
	if err == nil && info.Size() > largestWhole {
		return nil, fmt.Errorf("%s has %d MiB; a game's file has at most %d", name, info.Size()>>20, largestWhole>>20)
	}
	if err != nil {
		return nil, err
	}
	raw, err := fs.ReadFile(files, file)
	return bytes.TrimPrefix(raw, mark), err
}

// largestWhole bounds a file that is read whole, in bytes.
const largestWhole = 256 << 20
