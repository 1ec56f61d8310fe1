package metrics

var sections = []struct{ letter, title, intro string }{
	{"A", "The published ten, both ways", "Suffix `_curvo`: as the published testbed's code computes it. Beside it what corrects it " +
		"where its definition misleads."},
	{"B", "Outcome", "Finished games only, but for `finished`, `forfeit_touched` and `refusals`: a game that a limit stopped is censored."},
	{"C", "Inference", "The stated beliefs of the faithful about the living at the primary moment, each also against the `counts` " +
		"observer: the exact posterior over sets of traitors from reveals, murder victims, the number of traitors or a uniform prior " +
		"over what rule 1.1 allows, that the game has not ended, and that i itself is faithful, as i knows."},
	{"D", "Deception", "From acts, roles and ballots, and from what was asked after each statement where the rules ask it."},
	{"E", "Trust dynamics", "The matrix 1 − b at the primary moment, by round. Trust here is inferred innocence, not reliance."},
}

// SectionTitle is the title of a section of docs/metrics.md, by its letter.
func SectionTitle(letter string) string {
	for _, s := range sections {
		if s.letter == letter {
			return s.title
		}
	}
	return ""
}
