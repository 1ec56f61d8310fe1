package engine

import (
	"fmt"
	"slices"
	"strings"
)

// Option is one option of the rules: its key in a scenario file, the rule that it belongs to, what it may be, its default.
type Option struct {
	Key     string
	Rule    string
	Type    string   // integer, boolean, choice, moments
	Allowed []string // of a choice, or of moments
	Min     int      // of an integer
	Max     int
	Default any // int, bool, string or []string
	Doc     string
	get     func(*Rules) any
	unsaid  bool // the default is stored as the zero value, so that rules that don't use the option read as before it was there
}

func choice(key, rule, doc string, get func(*Rules) *string, allowed ...string) Option {
	return Option{Key: key, Rule: rule, Type: "choice", Allowed: allowed, Default: allowed[0], Doc: doc,
		get: func(r *Rules) any { return get(r) }}
}

func integer(key, rule, doc string, lo, hi, def int, get func(*Rules) *int) Option {
	return Option{Key: key, Rule: rule, Type: "integer", Min: lo, Max: hi, Default: def, Doc: doc,
		get: func(r *Rules) any { return get(r) }}
}

func boolean(key, rule, doc string, def bool, get func(*Rules) *bool) Option {
	return Option{Key: key, Rule: rule, Type: "boolean", Default: def, Doc: doc, get: func(r *Rules) any { return get(r) }}
}

func moments(key, rule, doc string, allowed, def []string, get func(*Rules) *Moments) Option {
	return Option{Key: key, Rule: rule, Type: "moments", Allowed: allowed, Default: def, Doc: doc,
		get: func(r *Rules) any { return get(r) }}
}

func unsaid(o Option) Option {
	o.unsaid = true
	return o
}

// options is the one list of the rules' options: defaults, validation, the scenario schema and the docs come from it.
var options = []Option{
	integer("players", "1.1", "how many sit at the table", 4, MaxSeats, 10, func(r *Rules) *int { return &r.Players }),
	integer("traitors", "1.1", "how many of them are traitors; players > 2 × traitors", 1, MaxSeats, 3,
		func(r *Rules) *int { return &r.Traitors }),
	choice("traitor_count", "1.2", "whether the faithful know the number of traitors", func(r *Rules) *string { return &r.TraitorCount },
		CountKnown, CountUnknown),
	boolean("introductions", "1.4", "the host reads every persona out before round 1", false,
		func(r *Rules) *bool { return &r.Introductions }),
	choice("framing", "1.5", "the words of the show, or neutral ones", func(r *Rules) *string { return &r.Framing }, FramingShow,
		FramingNeutral),
	choice("first", "2", "whether the game starts with the day or the night", func(r *Rules) *string { return &r.First }, FirstDay,
		FirstNight),
	choice("check", "2.10", "the win check after every departure, or after the night only", func(r *Rules) *string { return &r.Check },
		CheckEach, CheckNight),
	integer("passes", "3.1", "turns round the table; 0 for no talk", 0, 20, 2, func(r *Rules) *int { return &r.Passes }),
	choice("order", "3.1", "the speaking order", func(r *Rules) *string { return &r.Order }, OrderSeeded, OrderSeat, OrderRotate, OrderBid),
	integer("turns", "3.1", "statements a round under order: bid", 0, 200, 0, func(r *Rules) *int { return &r.Turns }),
	choice("hears.first", "3.1", "what a speaker of the first pass has heard", func(r *Rules) *string { return &r.Hears.First },
		HearsRunning, HearsPreviousPass),
	choice("hears.later", "3.1", "what a speaker of a later pass has heard", func(r *Rules) *string { return &r.Hears.Later }, HearsRunning,
		HearsPreviousPass),
	integer("words", "3.2", "the longest text, in words", 1, 2000, 100, func(r *Rules) *int { return &r.Words }),
	choice("acts", "3.2", "whether the table perceives the acts of a statement", func(r *Rules) *string { return &r.Acts }, ActsPublic,
		ActsLog),
	choice("ballot", "3.3", "asked at once and opened together, or in order with the votes visible; off: no banishment",
		func(r *Rules) *string { return &r.Ballot }, BallotSealed, BallotOpen, BallotOff),
	choice("shown", "3.3", "what the table sees of the ballots", func(r *Rules) *string { return &r.Shown }, ShownTargets, ShownTally,
		ShownNothing),
	boolean("abstain", "3.3", "whether nobody is a legal answer", false, func(r *Rules) *bool { return &r.Abstain }),
	choice("illegal_ballot", "3.3", "a ballot for oneself or the dead is forfeited, or counts as cast",
		func(r *Rules) *string { return &r.IllegalBallot }, IllegalForfeit, IllegalCount),
	choice("tie", "3.4", "what happens to a tie", func(r *Rules) *string { return &r.Tie }, TieRunoff, TieRandom, TieNobody, TieFirstNamed),
	choice("reveal", "3.5", "what is told of a seat that left", func(r *Rules) *string { return &r.Reveal }, RevealRole, RevealNothing),
	choice("forfeit", "3.6", "what a forfeited ballot becomes", func(r *Rules) *string { return &r.Forfeit }, ForfeitAbstain,
		ForfeitRandom),
	boolean("aftermath", "2.7", "talk after the banishment", false, func(r *Rules) *bool { return &r.Aftermath }),
	integer("conclave", "4.1", "passes of the conclave; 0 for none", 0, 20, 2, func(r *Rules) *int { return &r.Conclave }),
	boolean("murder", "4.2", "whether the traitors murder at night", true, func(r *Rules) *bool { return &r.Murder }),
	choice("traitors_win", "6.2", "at parity, or when no faithful is left", func(r *Rules) *string { return &r.TraitorsWin },
		TraitorsWinParity, TraitorsWinLastFaithful),
	integer("max_rounds", "6.3", "the last round; 0 stands for twice the players", 0, 400, 0, func(r *Rules) *int { return &r.MaxRounds }),
	choice("at_limit", "6.3", "no decision by the last round is a draw, or the traitors'", func(r *Rules) *string { return &r.AtLimit },
		AtLimitDraw, AtLimitTraitors),
	moments("beliefs.with", "7.1", "requests whose answers carry beliefs", withMoments, []string{"ballot"},
		func(r *Rules) *Moments { return &r.Beliefs.With }),
	moments("beliefs.after", "7.1", "moments at which beliefs are asked on their own", afterMoments, []string{"start", "banishment"},
		func(r *Rules) *Moments { return &r.Beliefs.After }),
	choice("after_speech", "7.2", "what every living seat states after each statement", func(r *Rules) *string { return &r.AfterSpeech },
		AfterSpeechNone, AfterSpeechIntent, AfterSpeechBeliefs),
	boolean("debrief", "7.3", "questions after the end, for the log only", false, func(r *Rules) *bool { return &r.Debrief }),
	choice("guidance.traitor", "9.1", "what traitors are told beyond the rules", func(r *Rules) *string { return &r.Guidance.Traitor },
		GuidanceObjective, GuidanceNone, GuidanceExplicit),
	choice("guidance.faithful", "9.1", "what the faithful are told beyond the rules",
		func(r *Rules) *string { return &r.Guidance.Faithful }, GuidanceObjective, GuidanceNone, GuidanceExplicit),
	choice("honesty", "9.2", "whether players are told never to state what they believe false",
		func(r *Rules) *string { return &r.Honesty }, HonestyUnset, HonestyRequired),
	choice("thoughts", "9.3", "private thoughts for the log", func(r *Rules) *string { return &r.Thoughts }, ThoughtsField, ThoughtsOff,
		ThoughtsNative),
	unsaid(choice("prompts.recap", "9.3", "whether a player is shown its own last thought again",
		func(r *Rules) *string { return &r.Recap }, "off", "thought")),
	moments("memory.reflect", "10.1", "moments after which players write notes for themselves", reflectMoments, []string{},
		func(r *Rules) *Moments { return &r.Memory.Reflect }),
	unsaid(choice("memory.recall", "10.2", "what of the past a player is shown: everything, the last rounds, its own summary and this "+
		"round, or the notes that fit best and this round", func(r *Rules) *string { return &r.Memory.Recall }, "full", "window",
		"digest", "retrieve")),
	unsaid(integer("memory.window", "10.2", "rounds under recall: window, the present one included", 1, 400, 2,
		func(r *Rules) *int { return &r.Memory.Window })),
	integer("memory.budget", "10.2", "tokens that the recalled may take; 0 for no bound but the model's", 0, 1000000, 0,
		func(r *Rules) *int { return &r.Memory.Budget }),
	unsaid(choice("memory.scope", "10.3", "what players remember: seasons, one game, or the present round alone",
		func(r *Rules) *string { return &r.Memory.Scope }, ScopeSeason, ScopeGame, ScopeNone)),
	unsaid(integer("memory.decay", "10.3", "per mille of a reputation and of a lesson's weight that is left after each further game", 1,
		1000, 800, func(r *Rules) *int { return &r.Memory.Decay })),
	unsaid(integer("memory.lessons", "10.3", "the most lessons that are carried into the next game", 1, 20, 5,
		func(r *Rules) *int { return &r.Memory.Lessons })),
}

// Options lists every option of the rules, in the order of docs/rules.md.
func Options() []Option { return slices.Clone(options) }

// DefaultRules are the rules with every option at its default.
func DefaultRules() Rules {
	var r Rules
	for _, o := range options {
		if err := o.Set(&r, o.Default); err != nil {
			panic("engine: default of " + o.Key + ": " + err.Error())
		}
	}
	return r
}

// Set gives the option a value: an int, a bool, a string, or a list of strings, by its type.
func (o Option) Set(r *Rules, value any) error {
	switch p := o.get(r).(type) {
	case *int:
		v, ok := value.(int)
		if !ok || v < o.Min || v > o.Max {
			return o.wants(value)
		}
		if *p = v; o.unsaid && v == o.Default {
			*p = 0
		}
	case *bool:
		v, ok := value.(bool)
		if !ok {
			return o.wants(value)
		}
		*p = v
	case *string:
		v, ok := value.(string)
		if !ok || !slices.Contains(o.Allowed, v) {
			return o.wants(value)
		}
		if *p = v; o.unsaid && v == o.Default {
			*p = ""
		}
	case *Moments:
		names, ok := value.([]string)
		if !ok {
			return o.wants(value)
		}
		for _, n := range names {
			if !slices.Contains(o.Allowed, n) {
				return o.wants(value)
			}
		}
		*p, _ = ParseMoments(names)
	}
	return nil
}

// Value is what the option is in these rules.
func (o Option) Value(r Rules) any { return o.value(&r) }

func (o Option) value(r *Rules) any {
	switch p := o.get(r).(type) {
	case *int:
		if o.unsaid && *p == 0 {
			return o.Default
		}
		return *p
	case *bool:
		return *p
	case *string:
		if o.unsaid && *p == "" {
			return o.Default
		}
		return *p
	case *Moments:
		return p.Names()
	}
	return nil
}

// Wants says in words what the option may be.
func (o Option) Wants() string {
	switch o.Type {
	case "integer":
		return fmt.Sprintf("an integer from %d to %d", o.Min, o.Max)
	case "boolean":
		return "true or false"
	case "moments":
		return "a list of " + strings.Join(o.Allowed, ", ")
	}
	return "one of " + strings.Join(o.Allowed, ", ")
}

func (o Option) wants(value any) error {
	return fmt.Errorf("%s (rule %s) is %v; it takes %s", o.Key, o.Rule, value, o.Wants())
}

// OptionError is a contradiction between options; Key is the one to look at.
type OptionError struct {
	Key    string
	Detail string
}

func (e *OptionError) Error() string { return e.Key + ": " + e.Detail }

// Validate reports the first option that is out of range or contradicts another.
func (r Rules) Validate() error {
	if _, known := charters.Load(r); known {
		return nil
	}
	return r.validate()
}

func (r Rules) validate() error {
	for _, o := range options {
		if err := o.Set(&r, o.value(&r)); err != nil {
			return &OptionError{Key: o.Key, Detail: err.Error()}
		}
	}
	for _, c := range contradictions {
		if c.when(r) {
			return &OptionError{Key: c.key, Detail: c.detail}
		}
	}
	return nil
}

var contradictions = []struct {
	key, detail string
	when        func(Rules) bool
}{
	{"traitors", "rule 1.1: players must be more than twice the traitors", func(r Rules) bool { return r.Players <= 2*r.Traitors }},
	{"traitors", "rule 1.1: where the night comes first, players must be more than twice the traitors and one", func(r Rules) bool {
		return r.First == FirstNight && r.Players <= 2*r.Traitors+1
	}},
	{"ballot", "rule 2: with no ballot and no murder nothing ever happens",
		func(r Rules) bool { return r.Ballot == BallotOff && !r.Murder }},
	{"first", "rule 2: the night comes first, but conclave and murder are off", func(r Rules) bool {
		return r.First == FirstNight && !r.Murder && r.Conclave == 0
	}},
	{"shown", "rule 3.3: an open ballot shows its running tally, so shown can't be nothing", func(r Rules) bool {
		return r.Ballot == BallotOpen && r.Shown == ShownNothing
	}},
	{"turns", "rule 3.1: order: bid takes turns in place of passes, and turns wants order: bid", func(r Rules) bool {
		return (r.Order == OrderBid) != (r.Turns > 0)
	}},
	{"after_speech", "rule 7.2: reactions to each statement need hears: running", func(r Rules) bool {
		return r.AfterSpeech != AfterSpeechNone && (r.Hears.First != HearsRunning || r.Passes > 1 && r.Hears.Later != HearsRunning)
	}},
	{"hears", "rule 3.1: under order: bid a speaker hears all before it", func(r Rules) bool {
		return r.Order == OrderBid && (r.Hears.First != HearsRunning || r.Hears.Later != HearsRunning)
	}},
	{"memory.scope", "rule 10.3: under scope: none nothing is remembered, so there are no notes and no recall but the present round",
		func(r Rules) bool {
			return r.Memory.Scope == ScopeNone && (r.Memory.Reflect != 0 || r.Memory.Recall != "" || r.Memory.Budget != 0)
		}},
	{"memory.recall", "rule 10.2: digest and retrieve recall a player's own notes; say with memory.reflect when it writes them",
		func(r Rules) bool {
			return (r.Memory.Recall == "digest" || r.Memory.Recall == "retrieve") && r.Memory.Reflect&^AfterEnd == 0
		}},
	{"honesty", "rule 9.2: honesty: required forbids what guidance: explicit asks for, to lie where it helps", func(r Rules) bool {
		return r.Honesty == HonestyRequired && (r.Guidance.Traitor == GuidanceExplicit || r.Guidance.Faithful == GuidanceExplicit)
	}},
	{"prompts.recap", "rule 9.3: recap: thought shows a thought again, and thoughts is off", func(r Rules) bool {
		return r.Recap == "thought" && r.Thoughts == ThoughtsOff
	}},
	{"max_rounds", "rule 6.3: every game ends; max_rounds must be at least 1 (a scenario's 0 stands for twice the players)",
		func(r Rules) bool {
			return r.MaxRounds < 1
		}},
}
