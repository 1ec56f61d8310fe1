package engine

// The kinds of event. Adding one: a constant here, a row below, a body with Kind and apply beside its phase
// and what else its sum asks for (sum.go), a row in engine/codec. Lint then names every reader that has to say what it makes of it.
const (
	KindCreated Kind = iota
	KindOpened
	KindDealt
	KindAllies
	KindPersona
	KindIntroduced
	KindNote
	KindPhase
	KindFound
	KindOrder
	KindBid
	KindStatement
	KindActs
	KindIntent
	KindBelief
	KindBallot
	KindTally
	KindTied
	KindDrawn
	KindBanished
	KindRevealed
	KindConferred
	KindMurderVote
	KindMurdered
	KindForfeit
	KindThought
	KindEnded
	KindDebriefed
	KindAnswered
	KindNotes
	KindRemembered
	KindImported

	kindCount
)

var kinds = [kindCount]kindRow{
	KindCreated:    {"created", "engine version, seed, full rules, policy specs, hashes of scenario and prompts; the log only"},
	KindOpened:     {"opened", "the public rules and the names, in seat order; everybody"},
	KindDealt:      {"dealt", "a seat's role; that seat"},
	KindAllies:     {"allies", "who the traitors are; the traitors"},
	KindPersona:    {"persona", "a seat's own persona; that seat"},
	KindIntroduced: {"introduced", "a persona read out by the host (1.4); everybody"},
	KindNote:       {"note", "what a seat noted for itself; that seat"},
	KindPhase:      {"phase", "a phase in which somebody is asked begins; everybody"},
	KindFound:      {"found", "breakfast: who was murdered, or nobody (2.1, 4.3); everybody"},
	KindOrder: {"order", "the speaking order of a pass, the voting order of an open ballot, or who won the floor (3.1); " +
		"everybody"},
	KindBid:        {"bid", "a bid for the floor (3.1); the bidder"},
	KindStatement:  {"statement", "what a seat said at the table, with its acts under acts: public (3.2); everybody"},
	KindActs:       {"acts", "the acts of the statement before it, under acts: log (3.2); the speaker"},
	KindIntent:     {"intent", "whom a seat would banish now (7.2); that seat"},
	KindBelief:     {"belief", "what a seat believes of the others, per mille (7.1); that seat"},
	KindBallot:     {"ballot", "a ballot (3.3); everybody under shown: targets, else the voter"},
	KindTally:      {"tally", "votes by seat, under shown: tally (3.3); everybody"},
	KindTied:       {"tied", "the seats that tie and go to a runoff (3.4); everybody"},
	KindDrawn:      {"drawn", "a seat drawn by dice among several (3.4, 4.2); who may know that there was a draw"},
	KindBanished:   {"banished", "who was banished, or nobody (3.4); everybody"},
	KindRevealed:   {"revealed", "the role of a seat that left, under reveal: role (3.5); everybody"},
	KindConferred:  {"conferred", "what a traitor said in the conclave (4.1); the living traitors"},
	KindMurderVote: {"murder_vote", "whom a traitor named (4.2); the living traitors"},
	KindMurdered:   {"murdered", "the night's outcome (4.2); the living traitors"},
	KindForfeit:    {"forfeit", "an answer that the rules had to supply, with its cause (3.6); the log only"},
	KindThought:    {"thought", "a private thought (9.3); the log only"},
	KindEnded:      {"ended", "the winner, why, and every role (6); everybody"},
	KindAnswered: {"answered", "the model calls behind an answer: digests of prompt and reply, what was mended, what " +
		"was wrong; the log only"},
	KindNotes:      {"notes", "what a seat wrote down for itself on reflection (10.1); that seat"},
	KindRemembered: {"remembered", "what a seat carries over from the games before (10.3); that seat"},
	KindImported: {"imported", "where an imported game comes from and what its source carries, in the place of created; " +
		"the log only"},
	KindDebriefed: {"debriefed", "what a seat said after the end (7.3); the log only"},
}

var kindByName = func() map[string]Kind {
	m := make(map[string]Kind, len(kinds))
	for i, r := range kinds {
		m[r.name] = Kind(i)
	}
	return m
}()
