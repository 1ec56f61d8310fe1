package metrics

// About is what is said of a metric beside its definition, to whoever reads a figure. A test holds every field to be filled in.
type About struct {
	Question  string // that it answers
	Case      string // what one case is, of which n counts
	Sign      string // what more of it means
	Undefined string // when a game has no case
	Chance    string // its level under random play
	Null      string // what it is where there is nothing to find
	Not       string // what it does not show
}

// What many of them share.
const (
	aGame      = "a finished game"
	aRoundGame = "a game; its value is the mean over its rounds"
	ballotCase = "a faithful's first-stage ballot that names a seat, forfeits left out"
	beliefCase = "what a faithful stated of a living seat at the primary moment"
	stmtT      = "a traitor's statement that isn't silence"
	stmtF      = "a faithful's statement that isn't silence"
	dealtT     = "a traitor dealt, in a game with speech"
	pairCase   = "a pair of first-stage ballots of a round that both name a seat"

	noBallots   = "no such ballot was cast"
	noBeliefs   = "the rules ask for no beliefs, or no faithful stated any"
	noSpeech    = "no such statement was made, or an imported log has no acts"
	noTalk      = "no speech, or an imported log has no acts"
	notOver     = "the game was stopped or failed"
	noReactions = "the rules don't ask after speech, or no falsehood has a statement before it and a control in its round"

	byLot        = "simulated under the same rules"
	noActs       = "0: random players make no acts"
	silentChance = "random players make no acts, so it has no cases"
	noneIsZero   = "0"

	publishedNot = "what its name says: it is kept to be set beside published figures; read what corrects it"
	claimedOnly  = "lies in words that no act was stated for; act_coverage says how much that may be"
	notWhy       = "why: the record has what was done, not what was meant"
	notActs      = "what was acted on: statements of belief can differ from what guides a vote"
)

// abouts are all metrics and times to an event.
var abouts = map[string]About{
	"tas_curvo": {"Do the traitors agree at night?", aRoundGame, "1: all name one victim", "no night with votes", byLot,
		"the expected share of the top of so many dice, above 0", publishedNot},
	"tas_day": {"Do the traitors vote together by day?", "a pair of living traitors who both name a seat", "more: they vote as a bloc",
		"never two living traitors with ballots", byLot, "(n − 2) / (n − 1)² of each pair, as for dice",
		"whether they arranged it, or saw the same reason as everybody"},
	"fas_curvo": {"How far do the faithful agree in a vote?", aRoundGame, "1: all name one seat", "no faithful cast a ballot", byLot,
		"the chance level: few voters agree somewhat by accident", publishedNot + "; agreeing is not being right"},
	"fcr_curvo": {"How often do the faithful vote for a traitor?", aRoundGame, "more: they find traitors", "no faithful cast a ballot",
		"the share of traitors among the others, beside it as ballot_chance", "its chance level, which rises as the table shrinks",
		publishedNot},
	"vote_lift": {"Do the faithful vote for traitors more often than by lot?", ballotCase,
		"above 0: they find traitors, below: they are misled", noBallots, "0", noneIsZero,
		"what they know: a herd that follows one who knows has the same lift"},
	"tsr_curvo": {"What share of the traitors lives to the end?", aGame, "more: better for the traitors", notOver, byLot,
		"its chance level", "who won: traitors can all live to a draw"},
	"fsr_curvo": {"What share of the faithful lives to the end?", aGame, "more: better for the faithful, or a shorter game", notOver,
		byLot, "its chance level", "who won, nor how long it took: a fast loss spares many"},
	"des_curvo": {"Do the traitors murder whom all of them named?", "a game; its value is over its nights with votes",
		"1: every night is unanimous", "no night with votes", byLot, "k^(1 − m) of m traitors who each take one of k faithful by dice",
		publishedNot + "; no one is deceived at night"},
	"des_day": {"When a faithful is banished, had every traitor voted for it?", "a banishment of a faithful while a traitor lives",
		"more: traitors join the votes that hurt the faithful", "no faithful was banished", byLot,
		"low: all traitors have to hit one seat by lot", "whether their votes decided it (see pivotality)"},
	"idr_curvo": {"The same as fcr_curvo.", aRoundGame, "as fcr_curvo", "no faithful cast a ballot", "as fcr_curvo", "as fcr_curvo",
		publishedNot},
	"idr": {"Does suspicion move to the traitors from round to round?", "a faithful's beliefs in two consecutive rounds",
		"above 0: the table learns, below: it is misled", "no faithful stated beliefs in two consecutive rounds", "0", noneIsZero,
		"whether the level is any good: learning from far off is learning too"},
	"brr_curvo": {"Do single faithful vote for a traitor against their majority?", aRoundGame,
		"more: the hits are off the majority's seat", "no faithful cast a ballot", byLot,
		"its chance level; 0 also where nobody hit a traitor", publishedNot},
	"brr": {"Of the faithful's hits, how many are off the majority's seat?", "a faithful's first-stage ballot on a traitor",
		"more: who is right is alone", "no faithful named a traitor", byLot, "0 where all follow the majority",
		"whether the lone voter had a reason"},
	"vsf_curvo": {"How often do votes change, night and day mixed?", aRoundGame, "1: every vote is a new target", "no votes", byLot,
		"its chance level, near 1: a first vote counts as a switch", publishedNot},
	"vsf_day": {"Do voters leave a target that they could have kept?",
		"a ballot whose voter's ballot before named a seat that still lives", "more: opinions change",
		"nobody voted twice with the first target alive", byLot, "0 where everybody keeps to it",
		"whether the change was for the better"},
	"tns_curvo": {"The complement of vsf_curvo.", aRoundGame, "less switching", "no votes", byLot, "its chance level, near 0",
		publishedNot},

	"finished": {"Did the games come to an end?", "a game", "1: none was stopped", "never", "1", "1",
		"why one was stopped: attrition has that"},
	"forfeit_touched": {"In how many games did the rules have to answer for a player?", "a game",
		"more: less of the play is the players' own", "an imported log that has no forfeits", noneIsZero, noneIsZero,
		"how many answers: the forfeits table has them"},
	"refusals": {"How often does a model decline to play?", "an answer of a model", "more: less of the play is the model's",
		"no model plays", "no cases", noneIsZero, "refusals in forms that the reader does not know"},
	"traitors_win": {"How often do the traitors win?", aGame, "more: better for the traitors", notOver,
		"exact by recursion where rule 6 allows, else simulated", "its chance level", "which side played well: both make it"},
	"faithful_win": {"How often do the faithful win?", aGame, "more: better for the faithful", notOver,
		"exact by recursion where rule 6 allows, else simulated", "its chance level", "which side played well: both make it"},
	"draw":   {"How often does nobody win?", aGame, "more: the limit ends games", notOver, byLot, noneIsZero, "who was ahead"},
	"rounds": {"How long do games last?", aGame, "more: longer", notOver, byLot, "its chance level", "how much was said"},
	"survivors_traitors": {"How many traitors live to the end?", aGame, "more: better for the traitors", notOver, byLot,
		"its chance level", "a share: tables of another size have other numbers"},
	"survivors_faithful": {"How many faithful live to the end?", aGame, "more: better for the faithful, or a shorter game", notOver,
		byLot, "its chance level", "a share: tables of another size have other numbers"},
	"banished_traitors": {"How many traitors are banished?", aGame, "more: better for the faithful", notOver, byLot, "its chance level",
		"how many chances there were: see banishment_accuracy"},
	"banished_faithful": {"How many faithful are banished?", aGame, "more: worse for the faithful, or a longer game", notOver, byLot,
		"its chance level", "how many chances there were: see banishment_accuracy"},
	"murdered": {"How many are murdered?", aGame, "more: longer games", notOver, byLot, "its chance level",
		"whether the victims were well chosen"},
}
