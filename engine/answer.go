package engine

// RequestKind is what a seat is asked for.
type RequestKind uint8

// The kinds of request.
const (
	AskNote      RequestKind = iota // what a seat finds telling in the introductions (1.4)
	AskStatement                    // speech at the round table or in the aftermath (3.1, 2.7)
	AskBid                          // a bid 0…4 for the floor (3.1)
	AskBallot                       // a ballot (3.3), also of a runoff
	AskConfer                       // speech in the conclave (4.1)
	AskMurder                       // a victim (4.2)
	AskBeliefs                      // beliefs in a request of their own (7.1, 7.2)
	AskIntent                       // whom the seat would banish now (7.2)
	AskDebrief                      // after the end (7.3)
	AskReflect                      // notes for oneself (10.1)
	AskAct                          // an act of a statement (3.2): never asked by itself, forfeited by itself
	requestKindCount
)

var requestKindNames = [requestKindCount]string{
	"note", "statement", "bid", "ballot", "confer", "murder", "beliefs", "intent", "debrief", "reflect", "act",
}

func (k RequestKind) String() string { return requestKindNames[k] }

// MarshalText writes the kind's name.
func (k RequestKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a kind's name.
func (k *RequestKind) UnmarshalText(b []byte) error {
	for i, n := range requestKindNames {
		if n == string(b) {
			*k = RequestKind(i)
			return nil
		}
	}
	return errUnknown("request", string(b))
}

// BeliefOrder says which beliefs a request asks for.
type BeliefOrder uint8

// First-order beliefs are of the faithful: the probability that each other living seat is a traitor. Second-order
// beliefs are of the traitors, who know: how suspected they think each seat believes them to be (rule 7.1).
const (
	NoBeliefs BeliefOrder = iota
	FirstOrder
	SecondOrder
)

// Request is what one seat is asked, with the legal actions and the limits.
type Request struct {
	Seat     Seat
	Kind     RequestKind
	Round    int
	Phase    Phase
	Pass     int // 0-based, within the phase
	Position int // 0-based place in the speaking order
	Stage    int // 0 the first ballot, 1 the runoff

	Living  Seats          // who lives, the asked seat included
	Legal   Seats          // legal targets
	Offer   [MaxSeats]Seat // the legal targets in the order in which they are offered (3.3); Legal.Len() of them
	Abstain bool           // nobody is legal too
	Words   int            // the longest text, in words
	Beliefs BeliefOrder    // beliefs wanted in this answer
}

// Offered returns the legal targets in the order in which they are offered.
func (r Request) Offered() []Seat { return r.Offer[:r.Legal.Len()] }

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
