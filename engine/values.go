package engine

// The values of the options that take a word, by option and rule. What they mean is said in options.go and docs/rules.md.
const (
	CountKnown   = "known" // 1.2
	CountUnknown = "unknown"

	FramingShow    = "show" // 1.5
	FramingNeutral = "neutral"

	FirstDay   = "day" // 2
	FirstNight = "night"

	CheckEach  = "each" // 2.10
	CheckNight = "night"

	OrderSeeded = "seeded" // 3.1
	OrderSeat   = "seat"
	OrderRotate = "rotate"
	OrderBid    = "bid"

	HearsRunning      = "running" // 3.1
	HearsPreviousPass = "previous_pass"

	ActsPublic = "public" // 3.2
	ActsLog    = "log"

	BallotSealed = "sealed" // 3.3
	BallotOpen   = "open"
	BallotOff    = "off"

	ShownTargets = "targets" // 3.3
	ShownTally   = "tally"
	ShownNothing = "nothing"

	IllegalForfeit = "forfeit" // 3.3
	IllegalCount   = "count"

	TieRunoff     = "runoff" // 3.4
	TieRandom     = "random"
	TieNobody     = "nobody"
	TieFirstNamed = "first_named"

	RevealRole    = "role" // 3.5
	RevealNothing = "nothing"

	ForfeitAbstain = "abstain" // 3.6
	ForfeitRandom  = "random"

	TraitorsWinParity       = "parity" // 6.2
	TraitorsWinLastFaithful = "last_faithful"

	AtLimitDraw     = "draw" // 6.3
	AtLimitTraitors = "traitors"

	AfterSpeechNone    = "none" // 7.2
	AfterSpeechIntent  = "intent"
	AfterSpeechBeliefs = "beliefs"

	GuidanceNone      = "none" // 9.1
	GuidanceObjective = "objective"
	GuidanceExplicit  = "explicit"

	HonestyUnset    = "unset" // 9.2
	HonestyRequired = "required"

	ThoughtsField  = "field" // 9.3
	ThoughtsOff    = "off"
	ThoughtsNative = "native"

	ScopeSeason = "season" // 10.3
	ScopeGame   = "game"
	ScopeNone   = "none"
)
