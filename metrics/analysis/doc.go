// Package analysis works out a study's figures: of every metric the mean over a batch with its interval, cases and chance level, the effect
// between two arms with its gates, the ratings of policies, what statements and ballots tell of teams. It is pure: games are read by
// somebody else, and it knows no file, no database, no agent and no page.
package analysis
