// Package llm plays a seat by a language model: observation → prompt → model → reply → answer.
//
// A prompt is a pure function of the observation, the request, the raw replies of earlier attempts and the batch's frozen
// PromptSpec, so that it is stored by its hash and rebuilt when somebody wants to read it. Public comes first and private
// last, so that all seats of a game share the longest possible prefix in the server's cache. A reply that can't be used is
// asked for once more with what was wrong, and then forfeited with its cause; a server that is out of reach is an error,
// which parks the game and forfeits nothing.
//
// Model is declared here, at its consumer; one sub-package for each wire implements it, and package limits decorates it with
// queue, retries and budgets. The package knows the engine and the words of narrate. It must not know SQL, where replies are
// kept (Archive), which providers there are, or what a seat other than its own perceived.
package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/plain"
)

// Model completes a prompt. It is safe for concurrent use. Its error is a *Failure, or that of a context that ended.
type Model interface {
	Complete(context.Context, Prompt) (Completion, error)
}

// Speaker of a message.
type Speaker string

// The speakers, as every wire calls them.
const (
	System    Speaker = "system"
	User      Speaker = "user"
	Assistant Speaker = "assistant"
)

// Message is one turn of the conversation with a model.
type Message struct {
	Speaker Speaker `json:"role"`
	Text    string  `json:"content"`
}

// Prompt is one call to a model. Messages and Schema are what its hash covers.
type Prompt struct {
	Messages []Message
	Schema   json.RawMessage // JSON Schema that the reply has to obey
	Seed     uint64          // for the sampler; providers take the bits that their wire has room for
	Caller   Caller
	Context  int // tokens of the context that made it shorter than the specification alone would have; 0: none did
	Left     int // rounds of which something was left out, for that context or for the specification's
}

// Caller is who asks: what a queue and the program's log know a call by. Nothing of it reaches the model.
type Caller struct {
	Game    string // the calls of one game share a long prefix: a queue lets them follow one another
	Step    uint64
	Seat    engine.Seat
	Attempt int
	Policy  string
}

// Fields are the caller's for a Teller, with more behind them.
func (c Caller) Fields(more ...any) []any {
	return append([]any{"game", c.Game, "step", c.Step, "seat", int(c.Seat), "attempt", c.Attempt, "policy", c.Policy}, more...)
}

// Teller is told what happens on the way: the event's name, and its fields as keys and values in turn. The program's log
// implements it; docs/cli.md lists the events.
type Teller interface {
	Tell(event string, fields ...any)
}

// Silent tells nobody.
type Silent struct{}

// Tell implements Teller.
func (Silent) Tell(string, ...any) {}

// Options are what a policy's spec says of its model. The same for all calls of a policy in a batch.
type Options struct {
	Model       string   // as the provider names it
	Temperature *float64 // nil: the provider's default
	TopP        *float64
	Context     int       // num_ctx: tokens that prompt and reply may take together; 0 where the wire has no such option
	Predict     int       // num_predict: tokens that the reply may take, thinking included
	Think       string    // off | on | low | medium | high; empty: the provider's default
	Schema      Mode      // who holds the reply to the schema
	Bounded     bool      // the server holds texts to the length that the schema gives them
	BaseURL     string    // of the server; empty: that of the provider
	KeyEnv      string    // environment variable of the key; empty: that of the provider
	Omit        []string  // fields of the wire that this server does not take
	Fold        bool      // the system's text goes into the first message of the user, since the model has no system role
	Time        Deadlines // how long a call may take
}

// RepairHeat is the least temperature of a repair: at 0 a model says what it said before, word for word.
const RepairHeat = 0.5

// Heat is the temperature of a call; nil: the provider's default.
func (o Options) Heat(p Prompt) *float64 {
	if heat := RepairHeat; o.Temperature != nil && *o.Temperature < heat && p.Caller.Attempt > 0 {
		return &heat
	}
	return o.Temperature
}

// Omittable are the fields of the chat-completions wire that a spec may leave out (Options.Omit).
var Omittable = []string{"stream_options", "response_format", "temperature", "top_p", "max_tokens", "seed"}

// ServerLimits are what a server tells of itself; 0 is unknown.
type ServerLimits struct {
	Context int // tokens that prompt and reply may take together
	Slots   int // calls that it answers at the same time
}

// Served is a model as its server lists it.
type Served struct {
	Name    string
	Aliases []string // other names that it answers to
}

// Mode says who holds a reply to its schema.
type Mode string

// The modes. The schema stands in the prompt and is checked on arrival in both.
const (
	Native     Mode = "native" // the server, by grammar or structured output
	PromptOnly Mode = "prompt" // nobody but the prompt
)

// Deadlines bound a call. Zero is no bound.
type Deadlines struct {
	First time.Duration // to the first token
	Idle  time.Duration // between two tokens
	Total time.Duration // for the whole answer
}

// DefaultDeadlines suit a local server that may have to load the model first.
var DefaultDeadlines = Deadlines{First: 5 * time.Minute, Idle: time.Minute, Total: 20 * time.Minute}

// Completion is what came back for a prompt: stored as it is before anything is made of it.
type Completion struct {
	Text     string // the reply, raw
	Thinking string // what the model thought aloud, stored apart and shown to nobody
	Finish   reply.Finish
	Model    string // as the server names it
	Usage    Usage
	Took     Took
	Tries    int // how often the wire was tried for it; 0 counts as 1
	Context  int // tokens of the context that its prompt was made shorter for (Prompt.Context); 0: it was not

	// Set where no reply that counts came after all the tries: the cause, and what happened in words.
	Failure engine.Cause
	Detail  string
}

func (c Completion) raw() reply.Raw {
	return reply.Raw{Text: c.Text, Thinking: c.Thinking, Finish: c.Finish, Failure: c.Failure, Detail: c.Detail}
}

// Usage counts tokens as the server does; 0 is unknown.
type Usage struct {
	Prompt, Cached, Reply, Thinking int
}

// Took is where the time of a call went.
type Took struct {
	Queue, First, Total, Load time.Duration // waiting for a slot; to the first token; first byte sent to last read; loading the model
}

// Failure is why a model gave no completion.
type Failure struct {
	Cause      engine.Cause // under which an answer is forfeited, if it comes to that
	Retry      bool         // the same call may go better the next time
	Parks      bool         // when no retry is left: park the game, since the server and not the reply is at fault
	Throttled  bool         // the server is well and asked too often: it is waited for, and this never counts as a failure
	RetryAfter time.Duration
	TooLong    bool // the prompt does not fit the server's context: a shorter one may
	Context    int  // with TooLong: the tokens of the server's context, as far as it told; 0 is unknown
	Status     int  // HTTP status, 0 where there was none
	Err        error
}

// Error is in Words, since it quotes a server; a game keeps it, and people read it.
func (f *Failure) Error() string {
	if f.Status != 0 {
		return Words(fmt.Sprintf("%s (HTTP %d): %v", f.Cause, f.Status, f.Err))
	}
	return Words(fmt.Sprintf("%s: %v", f.Cause, f.Err))
}

// longestWords bounds what a server is quoted with, in characters.
const longestWords = 1000

// Words are a server's, as an error quotes them: one line of bounded length that can't act on a terminal. Whatever a server says that is
// no reply goes through here before it is told or kept.
func Words(s string) string {
	s = strings.Join(strings.Fields(plain.Line(s)), " ")
	if r := []rune(s); len(r) > longestWords {
		return string(r[:longestWords]) + "…"
	}
	return s
}

// Unwrap gives the error beneath.
func (f *Failure) Unwrap() error { return f.Err }

// FailureOf finds the failure in an error.
func FailureOf(err error) (*Failure, bool) {
	var f *Failure
	ok := errors.As(err, &f)
	return f, ok
}

// ErrLimit is what a call is refused with when a limit on tokens or money is used up. The game is stopped, not parked.
var ErrLimit = errors.New("limit reached")

// ErrStopping is what a call that waits gives up with when the batch is asked to stop.
var ErrStopping = errors.New("the batch was asked to stop")
