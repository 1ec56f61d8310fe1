package tables

// game is the key that every table but summary begins with.
var gameKey = []Column{
	{"batch", "text", "", "name of the batch"},
	{"game", "text", "", "id of the game"},
}

func tableOf(name string, columns ...Column) Table {
	return Table{Name: name, Columns: append(append([]Column{}, gameKey...), columns...)}
}

const (
	teamMeaning = "traitors or faithful, at that time"
	seatMeaning = "counted from 0"
)

// The exported tables.
var (
	gamesTable = tableOf("games",
		Column{"cell", "text", "", "cell of the design; empty where there is one"},
		Column{"season", "integer", "", "season that the game belongs to, from 1, where memory spans games; else empty"},
		Column{"table", "integer", "", "table of the cell that the game belongs to, from 1, where policies take turns at its seats; " +
			"else empty"},
		Column{"index", "integer", "", "place in the batch, from 0"}, Column{"seed", "integer", "", "seed of the game"},
		Column{"players", "integer", "players", "seats at the table"}, Column{"traitors", "integer", "players", "traitors dealt"},
		Column{"over", "boolean", "", "whether the game was decided"}, Column{"winner", "text", "", "traitors, faithful or draw"},
		Column{"reason", "text", "", "rule of section 6 that ended it"}, Column{"rounds", "integer", "rounds", "the last round that began"},
		Column{"forfeits", "integer", "answers", "answers that the rules supplied"})
	seatsTable = tableOf("seats",
		Column{"seat", "integer", "", seatMeaning}, Column{"name", "text", "", "the player's name"}, Column{"role", "text", "", "as dealt"},
		Column{"team", "text", "", "as dealt"}, Column{"policy", "text", "", "who decided for the seat"},
		Column{"survived", "boolean", "", "lived at the end"}, Column{"won", "boolean", "", "its team won"},
		Column{"left", "text", "", "banished, murdered, or empty"}, Column{"left_round", "integer", "rounds", "round in which it left"},
		Column{"prize_share", "number", "share", "share of the prize, 0…1"},
		Column{"answers", "integer", "answers", "questions that a language model was asked; 0 for other policies"},
		Column{"refusals", "integer", "answers", "those of them that it refused, in a reply, in the repair or within a speech"},
		Column{"statements", "integer", "statements", "said at the table; silence is none"},
		Column{"lies", "integer", "statements", "those of them with an act that is false and that the seat knows to be"})
	roundsTable = tableOf("rounds",
		Column{"round", "integer", "rounds", "number of the round"}, Column{"living", "integer", "players", "alive when the ballot opened"},
		Column{"living_traitors", "integer", "players", "traitors among them"}, Column{"banished", "integer", "", "seat banished"},
		Column{"banished_team", "text", "", teamMeaning}, Column{"murdered", "integer", "", "seat murdered in the night"},
		Column{"runoff", "boolean", "", "whether a runoff was held"})
	ballotsTable = tableOf("ballots",
		Column{"round", "integer", "rounds", "number of the round"}, Column{"time", "text", "", "day or night"},
		Column{"stage", "integer", "", "0 the first ballot, 1 the runoff"},
		Column{"position", "integer", "", "place in the log order of the stage, from 0"},
		Column{"voter", "integer", "", seatMeaning}, Column{"voter_team", "text", "", teamMeaning},
		Column{"target", "integer", "", "seat named; empty for nobody"},
		Column{"target_team", "text", "", teamMeaning}, Column{"illegal", "boolean", "", "not a legal name, but counted as cast"},
		Column{"forfeited", "boolean", "", "supplied by the rules"})
	statementsTable = tableOf("statements",
		Column{"round", "integer", "rounds", "number of the round"}, Column{"phase", "text", "", "round_table or aftermath"},
		Column{"pass", "integer", "", "pass, from 0"}, Column{"position", "integer", "", "place in the speaking order, from 0"},
		Column{"seat", "integer", "", "the speaker, counted from 0"}, Column{"team", "text", "", teamMeaning},
		Column{"words", "integer", "words", "length; 0 is silence"}, Column{"acts", "text", "", "acts as kind:seat, separated by spaces"},
		Column{"lie", "boolean", "", "an act is false and the speaker knows it, as in the metric lies"},
		Column{"forfeited", "boolean", "", "supplied by the rules"},
		Column{"leakage", "number", "bits", "what a traitor's statement gives away: Δ log₂ p(true set of traitors) under the fitted " +
			"observer; empty without --information"},
		Column{"text", "text", "", "what was said"})
	beliefsTable = tableOf("beliefs",
		Column{"round", "integer", "rounds", "number of the round; 0 before the first"},
		Column{"phase", "text", "", "phase in which it was stated"},
		Column{"when", "text", "", "the request or moment that asked for it"},
		Column{"order", "integer", "", "1: probability that the subject is a traitor; 2: how suspected a traitor thinks the " +
			"subject believes it to be"},
		Column{"observer", "integer", "", seatMeaning}, Column{"subject", "integer", "", seatMeaning},
		Column{"observer_team", "text", "", teamMeaning}, Column{"subject_team", "text", "", teamMeaning},
		Column{"belief", "number", "probability", "0…1, stated per mille"},
		Column{"trust", "number", "probability", "1 − belief; empty for second order"})
	metricsTable = tableOf("metrics",
		Column{"metric", "text", "", "name, as in docs/metrics.md"}, Column{"value", "number", "as unit says", "empty where undefined"},
		Column{"n", "number", "cases", "cases that it rests on"},
		Column{"weight", "number", "", "what the value is weighed by where games are pooled; n, but for shares of another error"},
		Column{"unit", "text", "", "unit of the value"})
	forfeitsTable = tableOf("forfeits",
		Column{"round", "integer", "rounds", "number of the round"}, Column{"phase", "text", "", "phase of the request"},
		Column{"seat", "integer", "", seatMeaning}, Column{"policy", "text", "", "who decided for the seat"},
		Column{"request", "text", "", "what was asked"}, Column{"cause", "text", "", "why it was forfeited"})
	modelCallsTable = tableOf("model_calls",
		Column{"step", "integer", "", "step of the game"}, Column{"seat", "integer", "", seatMeaning},
		Column{"attempt", "integer", "", "from 0"},
		Column{"policy", "text", "", "the policy's spec"}, Column{"model", "text", "", "as the server names it"},
		Column{"cause", "text", "", "why no reply came after all the tries; empty: one came"},
		Column{"prompt_tokens", "integer", "tokens", "empty where unknown"},
		Column{"cached_tokens", "integer", "tokens", "of them from the server's cache; empty where unknown"},
		Column{"reply_tokens", "integer", "tokens", "empty where unknown"},
		Column{"thinking_tokens", "integer", "tokens", "empty where unknown"},
		Column{"tries", "integer", "tries", "of the wire"}, Column{"queue_ms", "integer", "ms", "waiting for a slot"},
		Column{"first_ms", "integer", "ms", "to the first token"}, Column{"latency_ms", "integer", "ms", "from request to last token"})
	summaryTable = Table{"summary", []Column{
		{"batch", "text", "", "name of the batch"}, {"cell", "text", "", "cell of the design; empty where there is one"},
		{"metric", "text", "", "name, as in docs/metrics.md"},
		{"mean", "number", "as unit says", "of the batch; empty where undefined"},
		{"lo", "number", "as unit says", "lower end of the 95 % interval"},
		{"hi", "number", "as unit says", "upper end of the 95 % interval"},
		{"no_interval", "text", "", "why there is no interval; empty where there is one, and where a figure never has one"},
		{"n", "number", "cases", "cases that it rests on"},
		{"games", "integer", "units", "units with a case: games, or seasons where memory spans games, or tables where policies " +
			"take turns at them"},
		{"chance", "number", "as unit says", "level under random play of the same rules; of section F, under shuffled teams"},
		{"chance_se", "number", "as unit says", "standard error of a level that was simulated; 0: a formula gives it"},
		{"least", "number", "as unit says", "the mean if every game without an end, or left out, had come out lowest; empty " +
			"where none is missing"},
		{"most", "number", "as unit says", "the same, highest"},
		{"unit", "text", "", "unit of the figures"}}}
	attritionTable = Table{"attrition", []Column{
		{"batch", "text", "", "name of the batch"}, {"cell", "text", "", "cell of the design; empty where there is one"},
		{"stage", "text", "", "planned, started, finished, failed, stopped, forfeited, analysed"},
		{"games", "integer", "games", "games that came to it; forfeited: touched by a forfeit"}}}
	columnsTable = Table{"columns", []Column{
		{"table", "text", "", "name of the table"}, {"column", "text", "", "name of the column"},
		{"type", "text", "", "integer, number, boolean, text"},
		{"unit", "text", "", "unit of the values"}, {"meaning", "text", "", "what the column holds"}}}
)

// Tables lists the tables that an export writes.
func Tables() []Table {
	return []Table{gamesTable, seatsTable, roundsTable, ballotsTable, statementsTable, beliefsTable, metricsTable, summaryTable,
		attritionTable, modelCallsTable, forfeitsTable, columnsTable}
}
