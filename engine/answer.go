package engine

import "slices"

// Act is one thing that a statement says that it does (rule 3.2).
type Act struct {
	Kind ActKind `json:"act"`
	Seat Seat    `json:"seat"`           // whom it is about; for a claim, the speaker
	Role Role    `json:"role,omitempty"` // of a claim
}

// ActKind is a kind of act.
type ActKind string

// The acts of rule 3.2. A promise is to vote for Seat in the next ballot.
const (
	Accuse   ActKind = "accuse"
	Defend   ActKind = "defend"
	Claim    ActKind = "claim"
	Question ActKind = "question"
	Promise  ActKind = "promise"
)

// Answer is what a policy gave for a request: an action or a forfeit, with what goes beside it.
type Answer struct {
	Seat    Seat
	Text    string  // statement, confer, note, debrief
	Acts    []Act   // with a text
	Lost    []Cause // of the acts that could not be read, each with its cause: they are forfeited, and the rest stands
	Target  Seat    // ballot, murder, intent; NoSeat abstains
	Bid     int     // 0…4
	Beliefs []int16 // per mille by seat, Unstated where none is asked; nil when none were given
	Thought string  // for the log only
	Notes   []Memo  // of a reflection
	Forfeit Cause   // set: the policy gave no answer that counts
	Calls   []Call  // the model calls behind it, in order; none for a policy without a model
}

// Call is one model call behind an answer: the digests of what was asked and of what came back, hex SHA-256.
type Call struct {
	Prompt string   `json:"prompt"`
	Reply  string   `json:"reply"`
	Mended []string `json:"mended,omitempty"` // what had to be put right before the reply could be read: fence, case, …
	Cause  Cause    `json:"cause,omitempty"`  // why the reply did not count
}

// MarkRefused is the mark, among what was mended, of a speech in which the model declines to play. It stands as it was said.
const MarkRefused = "refusal"

// Refused reports whether the model refused in this call: the reply, or within the speech.
func (c Call) Refused() bool {
	return c.Cause == CauseRefusal || slices.Contains(c.Mended, MarkRefused)
}

// Unstated is the entry of a belief vector for a seat of which no belief is asked: oneself and the dead.
const Unstated int16 = -1

// Cause says why an answer was forfeited.
type Cause string

// The causes, counted apart.
const (
	CauseNone          Cause = ""
	CauseIncomplete    Cause = "incomplete"
	CauseTimeout       Cause = "timeout"
	CauseRefusal       Cause = "refusal"
	CauseEmpty         Cause = "empty"
	CauseTruncated     Cause = "truncated"
	CauseNotJSON       Cause = "not_json"
	CauseSchema        Cause = "schema"
	CauseIllegalTarget Cause = "illegal_target"
	CauseOverLong      Cause = "over_long"
	CauseRepetition    Cause = "repetition"
	CauseProvider      Cause = "provider_error"
)
