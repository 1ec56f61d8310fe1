package engine

// The kinds of event. Adding one: a constant here, a row below, a body with Kind and apply beside its phase.
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
)

var kinds = [...]kindRow{
	KindCreated:    row[Created]("created", "engine version, seed, full rules, policy specs, hashes of scenario and prompts; the log only"),
	KindOpened:     row[Opened]("opened", "the public rules and the names, in seat order; everybody"),
	KindDealt:      row[Dealt]("dealt", "a seat's role; that seat"),
	KindAllies:     row[Allies]("allies", "who the traitors are; the traitors"),
	KindPersona:    row[Persona]("persona", "a seat's own persona; that seat"),
	KindIntroduced: row[Introduced]("introduced", "a persona read out by the host (1.4); everybody"),
	KindNote:       row[Note]("note", "what a seat noted for itself; that seat"),
	KindPhase:      row[PhaseBegan]("phase", "a phase in which somebody is asked begins; everybody"),
	KindFound:      row[Found]("found", "breakfast: who was murdered, or nobody (2.1, 4.3); everybody"),
	KindOrder:      row[Order]("order", "the speaking order of a pass, the voting order of an open ballot, or who won the floor (3.1); everybody"),
	KindBid:        row[Bid]("bid", "a bid for the floor (3.1); the bidder"),
	KindStatement:  row[Statement]("statement", "what a seat said at the table, with its acts under acts: public (3.2); everybody"),
	KindActs:       row[Acts]("acts", "the acts of the statement before it, under acts: log (3.2); the speaker"),
	KindIntent:     row[Intent]("intent", "whom a seat would banish now (7.2); that seat"),
	KindBelief:     row[Belief]("belief", "what a seat believes of the others, per mille (7.1); that seat"),
	KindBallot:     row[Ballot]("ballot", "a ballot (3.3); everybody under shown: targets, else the voter"),
	KindTally:      row[Tally]("tally", "votes by seat, under shown: tally (3.3); everybody"),
	KindTied:       row[Tied]("tied", "the seats that tie and go to a runoff (3.4); everybody"),
	KindDrawn:      row[Drawn]("drawn", "a seat drawn by dice among several (3.4, 4.2); who may know that there was a draw"),
	KindBanished:   row[Banished]("banished", "who was banished, or nobody (3.4); everybody"),
	KindRevealed:   row[Revealed]("revealed", "the role of a seat that left, under reveal: role (3.5); everybody"),
	KindConferred:  row[Conferred]("conferred", "what a traitor said in the conclave (4.1); the living traitors"),
	KindMurderVote: row[MurderVote]("murder_vote", "whom a traitor named (4.2); the living traitors"),
	KindMurdered:   row[Murdered]("murdered", "the night's outcome (4.2); the living traitors"),
	KindForfeit:    row[Forfeited]("forfeit", "an answer that the rules had to supply, with its cause (3.6); the log only"),
	KindThought:    row[Thought]("thought", "a private thought (9.3); the log only"),
	KindEnded:      row[Ended]("ended", "the winner, why, and every role (6); everybody"),
	KindAnswered:   row[Answered]("answered", "the model calls behind an answer: digests of prompt and reply, what was mended, what was wrong; the log only"),
	KindNotes:      row[Notes]("notes", "what a seat wrote down for itself on reflection (10.1); that seat"),
	KindRemembered: row[Remembered]("remembered", "what a seat carries over from the games before (10.3); that seat"),
	KindImported:   row[Imported]("imported", "where an imported game comes from and what its source carries, in the place of created; the log only"),
	KindDebriefed:  row[Debriefed]("debriefed", "what a seat said after the end (7.3); the log only"),
}

var kindByName = func() map[string]Kind {
	m := make(map[string]Kind, len(kinds))
	for i, r := range kinds {
		m[r.name] = Kind(i)
	}
	return m
}()
