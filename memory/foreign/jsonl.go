package foreign

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"turncoat/engine"
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
func WriteJSONL(w io.Writer, game string, events []engine.Stored) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	var head engine.Hash
	for _, e := range events {
		head = engine.Link(head, e)
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

func readJSONL(files fs.FS, name string) ([]Game, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []Game
	var header jsonlHeader
	var head engine.Hash
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 0, 1<<16), longestLine)
	for number := 1; lines.Scan(); number++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		err := func() error {
			var h jsonlHeader
			if json.Unmarshal(lines.Bytes(), &h) == nil && h.Format != "" {
				if err := closed(out, header, head); err != nil {
					return err
				}
				if h.Format != jsonlFormat {
					return fmt.Errorf("the format is %q; this program reads %s", h.Format, jsonlFormat)
				}
				header, head = h, engine.Hash{}
				out = append(out, Game{Source: h.Game, Taken: map[string]int{}, Skipped: map[string]int{}})
				return nil
			}
			if len(out) == 0 {
				return errors.New("an event before any header")
			}
			head, err = out[len(out)-1].line(lines.Bytes(), head)
			return err
		}()
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	return out, closed(out, header, head)
}

// closed checks a game that was read whole.
func closed(games []Game, header jsonlHeader, head engine.Hash) error {
	if len(games) > 0 && header.Head != head.String() {
		return fmt.Errorf("game %s: its chain ends with %.12s, its header says %.12s: it was altered or cut off", header.Game, head, header.Head)
	}
	return nil
}

// line takes one event.
func (g *Game) line(raw []byte, head engine.Hash) (engine.Hash, error) {
	var e jsonlEvent
	if err := json.Unmarshal(raw, &e); err != nil {
		return head, err
	}
	stored := engine.Stored{Seq: e.Seq, Step: e.Step, Round: e.Round, Phase: e.Phase, Kind: e.Kind, Audience: engine.SeatsOf(e.Audience...), Body: e.Body}
	if stored.Seq != uint64(len(g.Events)) {
		return head, fmt.Errorf("event %d comes where %d is next", stored.Seq, len(g.Events))
	}
	event, err := stored.Event()
	if err != nil {
		return head, err
	}
	g.Events = append(g.Events, event)
	g.Rounds = max(g.Rounds, event.Round)
	if b, ok := event.Body.(engine.Ended); ok {
		g.Over, g.Winner = true, b.Winner
	}
	return engine.Link(head, stored), nil
}
