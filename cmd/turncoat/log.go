package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rs/zerolog"

	"turncoat/engine/plain"
)

// logged is an event of the program's log: its level and what it says, as docs/cli.md lists it.
type logged struct {
	name  string
	level zerolog.Level
	doc   string
}

// logEvents are all events that any package tells; a test holds the list against the code.
var logEvents = []logged{}

// logbook is the program's log. Packages tell it what happens through an interface of one method, which each declares for itself.
type logbook struct{ zerolog.Logger }

// Tell writes an event, with its fields as keys and values in turn.
func (l logbook) Tell(event string, fields ...any) {
	level := zerolog.WarnLevel // one that is not listed is seen
	for _, e := range logEvents {
		if e.name == event {
			level = e.level
		}
	}
	l.WithLevel(level).Fields(fields).Msg(event)
}

func (a *app) openLog() error {
	level, err := zerolog.ParseLevel(strings.ToLower(a.logLevel))
	if err != nil {
		return usage(fmt.Errorf("--log-level %q: it takes debug, info, warn or error", a.logLevel))
	}
	var w io.Writer = plain.NewJSON(a.err)
	switch {
	case a.logFile != "":
		f, err := os.OpenFile(a.logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			return usage(fmt.Errorf("--log-file: %w", err))
		}
		a.closeLog = f.Close
		w = plain.NewJSON(f)
	case isTerminal(a.err):
		w = zerolog.ConsoleWriter{Out: painted(a.err, plain.Colours), NoColor: !wantsColour(a.err)}
	}
	a.log = logbook{zerolog.New(w).Level(level).With().Timestamp().Logger()}
	return nil
}
