package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rs/zerolog"

	"github.com/turncoat-sim/turncoat/engine/plain"
)

// logged is an event of the program's log: its level and what it says, as docs/cli.md lists it.
type logged struct {
	name  string
	level zerolog.Level
	doc   string
}

// logEvents are all events that any package tells; a test holds the list against the code.
var logEvents = []logged{
	{"lease taken", zerolog.InfoLevel, "this process plays the batch from now on"},
	{"lease taken over", zerolog.InfoLevel, "the batch's owner had ended or gave no sign of life: pid, host, its last beat"},
	{"lease lost", zerolog.InfoLevel, "another process has taken the batch over: nothing more is written here"},
	{"file migrated", zerolog.InfoLevel, "the file was brought to this program's format"},
	{"checkpoint made", zerolog.DebugLevel, "the write-ahead log was moved into the file"},
	{"call finished", zerolog.DebugLevel, "a model has answered: ms in all, queue_ms of them waiting, tokens_in, tokens_out, tries"},
	{"reply repaired", zerolog.InfoLevel, "a second reply counted where the first did not: its cause"},
	{"answer forfeited", zerolog.InfoLevel, "no reply counted: cause, detail"},
	{"game parked", zerolog.InfoLevel, "a game waits to be resumed: error"},
	{"game resumed", zerolog.InfoLevel, "a game goes on from its log: after how many events"},
	{"game finished", zerolog.DebugLevel, "a game is over: winner, rounds, events"},
	{"game stopped", zerolog.InfoLevel, "a limit on tokens or money stopped a game"},
	{"game failed", zerolog.ErrorLevel, "the engine could not go on with a game: error"},
	{"batch progress", zerolog.InfoLevel, "once a minute where there is no terminal: games, calls, what is waited for"},
	{"call retried", zerolog.InfoLevel, "a try failed and is made again: cause, error, wait_ms before it"},
	{"call throttled", zerolog.InfoLevel, "the server is asked too often: wait_ms that it asks for, 0 where it does not say"},
	{"call waits", zerolog.WarnLevel, "a call has no answer after 30 s: what it waits for; told once in five minutes for a server"},
	{"limit learnt", zerolog.InfoLevel, "a prompt was too long, shorter than any before it: its chars, told (the tokens of the " +
		"context, 0: the server does not say), error"},
	{"prompt shortened", zerolog.InfoLevel, "a prompt did not fit the server's context and was made shorter: context in tokens, " +
		"from_chars, to_chars, rounds left out, how many tries were refused"},
	{"width changed", zerolog.InfoLevel, "how many calls are in flight at most: from, width, cause"},
	{"breaker opened", zerolog.WarnLevel, "a server failed again and again, and is left alone for wait_ms"},
	{"breaker closed", zerolog.InfoLevel, "it answers again"},
	{"dialect learnt", zerolog.InfoLevel, "a server does not take a field, which is left out or renamed from now on"},
	{"commit slow", zerolog.WarnLevel, "a commit took a second or more: ms, how many changes were in it"},
}

var logLevels = func() map[string]zerolog.Level {
	out := map[string]zerolog.Level{}
	for _, e := range logEvents {
		out[e.name] = e.level
	}
	return out
}()

// logbook is the program's log. Packages tell it what happens through an interface of one method, which each declares for itself.
type logbook struct{ zerolog.Logger }

// Tell writes an event, with its fields as keys and values in turn.
func (l logbook) Tell(event string, fields ...any) {
	level, ok := logLevels[event]
	if !ok {
		level = zerolog.WarnLevel // one that is not listed is seen
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
		w = zerolog.ConsoleWriter{Out: painted(a.err, plain.Colours), NoColor: !wantsColour(a.err), TimeFormat: "15:04:05"}
	}
	a.log = logbook{zerolog.New(w).Level(level).With().Timestamp().Logger()}
	return nil
}
