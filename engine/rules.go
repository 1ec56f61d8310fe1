package engine

import "slices"

// Rules are the rules of one game: every option of docs/rules.md, with no pointers, so that a copy can't alias.
// The keys are those of a scenario file. Options (options.go) lists them with their allowed values and defaults.
type Rules struct {
	Players       int     `json:"players"`                 // 1.1, 4…40
	Traitors      int     `json:"traitors,omitempty"`      // 1.1; 0 in the public copy when the count is unknown
	TraitorCount  string  `json:"traitor_count"`           // 1.2 known | unknown
	Introductions bool    `json:"introductions,omitempty"` // 1.4
	Framing       string  `json:"framing"`                 // 1.5 show | neutral
	First         string  `json:"first"`                   // 2 day | night
	Check         string  `json:"check"`                   // 2.10 each | night
	Passes        int     `json:"passes"`                  // 3.1; 0 switches the round table off
	Order         string  `json:"order"`                   // 3.1 seat | seeded | rotate | bid
	Turns         int     `json:"turns,omitempty"`         // 3.1 statements a round under order: bid
	Hears         Hears   `json:"hears"`                   // 3.1 running | previous_pass, for the first pass and the later ones
	Words         int     `json:"words"`                   // 3.2
	Acts          string  `json:"acts"`                    // 3.2 public | log
	Ballot        string  `json:"ballot"`                  // 3.3 sealed | open
	Shown         string  `json:"shown"`                   // 3.3 targets | tally | nothing
	Abstain       bool    `json:"abstain,omitempty"`       // 3.3
	IllegalBallot string  `json:"illegal_ballot"`          // 3.3 forfeit | count
	Tie           string  `json:"tie"`                     // 3.4 runoff | random | nobody | first_named
	Reveal        string  `json:"reveal"`                  // 3.5 role | nothing
	Forfeit       string  `json:"forfeit"`                 // 3.6 abstain | random
	Aftermath     bool    `json:"aftermath,omitempty"`     // 2.7
	Conclave      int     `json:"conclave"`                // 4.1 passes; 0 switches it off
	Murder        bool    `json:"murder"`                  // 4.2
	TraitorsWin   string  `json:"traitors_win"`            // 6.2 parity | last_faithful
	MaxRounds     int     `json:"max_rounds"`              // 6.3; 0 in a scenario means 2n
	AtLimit       string  `json:"at_limit"`                // 6.3 draw | traitors
	Beliefs       Beliefs `json:"beliefs"`                 // 7.1
	AfterSpeech   string  `json:"after_speech"`            // 7.2 none | intent | beliefs
	Debrief       bool    `json:"debrief,omitempty"`       // 7.3
	Guidance      ByRole  `json:"guidance"`                // 9.1 none | objective | explicit
	Honesty       string  `json:"honesty"`                 // 9.2 unset | required
	Thoughts      string  `json:"thoughts"`                // 9.3 off | field | native
	Recap         string  `json:"recap,omitempty"`         // 9.3 off | thought
	Memory                // 10, keys memory_…
}

// Memory says what players remember (rule 10). The zero value stands for the defaults, so that rules without it are stored as they
// were before there was any; Filled puts the defaults in.
type Memory struct {
	Reflect Moments `json:"memory_reflect,omitempty"` // 10.1 after these a player writes notes
	Recall  string  `json:"memory_recall,omitempty"`  // 10.2 full | window | digest | retrieve
	Window  int     `json:"memory_window,omitempty"`  // 10.2 rounds
	Budget  int     `json:"memory_budget,omitempty"`  // 10.2 tokens; 0: no bound
	Scope   string  `json:"memory_scope,omitempty"`   // 10.3 season | game | none
	Decay   int     `json:"memory_decay,omitempty"`   // 10.3 per mille left after each further game
	Lessons int     `json:"memory_lessons,omitempty"` // 10.3 the most that are carried on
}

// Filled are the memory rules with the defaults in place of zeros.
func (m Memory) Filled() Memory {
	r := Rules{Memory: m}
	for _, o := range unsaidOptions {
		switch p := o.get(&r).(type) {
		case *int:
			*p = o.value(&r).(int)
		case *string:
			*p = o.value(&r).(string)
		}
	}
	return r.Memory
}

// unsaidOptions are those of which the default is stored as zero.
var unsaidOptions = slices.DeleteFunc(Options(), func(o Option) bool { return !o.unsaid })

// Hears says what a speaker has heard, in the first pass and in the later ones (rule 3.1).
type Hears struct {
	First string `json:"first"`
	Later string `json:"later"`
}

// Beliefs says when beliefs are asked for (rule 7.1).
type Beliefs struct {
	With  Moments `json:"with"`  // inside the answer to these requests
	After Moments `json:"after"` // in a request of their own
}

// ByRole is a value for the informed team, under the key of its first role, and one for everybody else.
type ByRole struct {
	Traitor  string `json:"traitor"`
	Faithful string `json:"faithful"`
}

// Of is the value for a team.
func (v ByRole) Of(t Team) string {
	if t.Informed() {
		return v.Traitor
	}
	return v.Faithful
}

// Public is the part of the rules that every seat is told: the number of traitors only where it is known (rule 1.2).
func (r Rules) Public() Rules {
	if r.TraitorCount == CountUnknown {
		r.Traitors = 0
	}
	return r
}

// Complete fills in what a scenario leaves to the rest of the rules: max_rounds 0 is twice the players (6.3).
func (r Rules) Complete() Rules {
	if r.MaxRounds == 0 {
		r.MaxRounds = 2 * r.Players
	}
	return r
}
