package formats

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
)

// jsonlFormat names the form of our own lines. A header begins a game; its events follow, a line each, with the stored bytes of
// their bodies:
//
//	{"format":"turncoat-events@1","game":"mine/0","head":"4f2a…"}
//	{"seq":0,"step":0,"round":0,"phase":"setup","kind":"created","audience":[],"body":{…}}
const jsonlFormat = "turncoat-events@1"

type jsonlHeader struct {
	Format string `json:"format"`
	Game   string `json:"game"`
	Head   string `json:"head"` // of the chain, hex: a game that was altered on its way is refused
}

type jsonlEvent struct {
	Seq      uint64          `json:"seq"`
	Step     uint64          `json:"step"`
	Round    int             `json:"round"`
	Phase    engine.Phase    `json:"phase"`
	Kind     engine.Kind     `json:"kind"`
	Audience []engine.Seat   `json:"audience"`
	Body     json.RawMessage `json:"body"`
}

// WriteJSONL writes one game as lines of our own.
func WriteJSONL(w io.Writer, game string, events []codec.Stored) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	var head codec.Hash
	for _, e := range events {
		head = codec.Link(head, e)
	}
	if err := enc.Encode(jsonlHeader{jsonlFormat, game, head.String()}); err != nil {
		return err
	}
	for _, e := range events {
		line, err := json.Marshal(struct {
			jsonlEvent
			Body struct{} `json:"-"`
		}{jsonlEvent: jsonlEvent{e.Seq, e.Step, e.Round, e.Phase, e.Kind, e.Audience.List(), nil}})
		if err != nil {
			return err
		}
		// The body is put in as it is: an encoder may write it another way.
		line = append(bytes.TrimSuffix(line, []byte(`,"body":null}`)), `,"body":`...)
		line = append(append(line, e.Body...), "}\n"...)
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// longestLine bounds a line of a file.
const longestLine = 16 << 20

// readJSONL gives the games of a file as they come. One that was altered, cut off or is no game costs itself alone: reading goes on with
// the next header.
func readJSONL(files fs.FS, name string, do func(Game, error) error) error {
	f, err := files.Open(name)
	if err != nil {
		return do(Game{}, err)
	}
	defer f.Close()
	var r jsonlReader
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 0, 1<<16), longestLine)
	for number := 1; lines.Scan(); number++ {
		line := lines.Bytes()
		if number == 1 {
			line = bytes.TrimPrefix(line, mark)
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var h jsonlHeader
		if json.Unmarshal(line, &h) == nil && h.Format != "" {
			if err := r.close(do); err != nil {
				return err
			}
			r = jsonlReader{header: h, open: true, game: Game{Source: h.Game, Taken: map[string]int{}, Skipped: map[string]int{}}}
			if h.Format != jsonlFormat {
				r.err = fmt.Errorf("line %d: the format is %q; this program reads %s", number, h.Format, jsonlFormat)
			}
			continue
		}
		if !r.open {
			r.open, r.err = true, fmt.Errorf("line %d: an event before any header", number)
		}
		if r.err == nil {
			if err := r.line(line); err != nil {
				r.err = fmt.Errorf("line %d: %w", number, err)
			}
		}
	}
	if err := lines.Err(); err != nil && r.err == nil {
		r.open, r.err = true, err
	}
	return r.close(do)
}

// jsonlReader is a game that is being read.
type jsonlReader struct {
	header jsonlHeader
	open   bool
	game   Game
	state  engine.State
	head   codec.Hash
	err    error // the first
}

// close gives the game, if it is what its header says.
func (r *jsonlReader) close(do func(Game, error) error) error {
	switch {
	case !r.open:
		return nil
	case r.err != nil:
		return do(Game{}, r.err)
	case r.header.Head != r.head.String():
		return do(Game{}, fmt.Errorf("game %s: its chain ends with %.12s, its header says %.12s: it was altered or cut off",
			r.header.Game, r.head, r.header.Head))
	}
	return do(r.game, nil)
}

// line takes one event, which has to follow from those before it.
func (r *jsonlReader) line(raw []byte) error {
	var e jsonlEvent
	if err := json.Unmarshal(raw, &e); err != nil {
		return err
	}
	stored := codec.Stored{Seq: e.Seq, Step: e.Step, Round: e.Round, Phase: e.Phase, Kind: e.Kind,
		Audience: engine.SeatsOf(e.Audience...), Body: e.Body}
	event, err := stored.Event()
	if err != nil {
		return err
	}
	if r.state, err = engine.Apply(r.state, event); err != nil {
		return err
	}
	r.game.Events = append(r.game.Events, event)
	r.game.Rounds = max(r.game.Rounds, event.Round)
	if b, ok := event.Body.(engine.Opened); ok {
		if err := checkNames(b.Names); err != nil {
			return err
		}
	}
	if b, ok := event.Body.(engine.Ended); ok {
		r.game.Over, r.game.Winner = true, b.Winner
	}
	r.head = codec.Link(r.head, stored)
	return nil
}
