package metrics

// BatchFigure is a figure of a whole batch that no game has by itself (section F).
type BatchFigure struct{ Name, Unit, Doc string }

// BatchFigures lists them, in the order of docs/metrics.md.
func BatchFigures() []BatchFigure {
	return []BatchFigure{
		{"statement_information_traitors", "bits",
			"Mutual information between what a traitor's statement does to another living seat (accuses, defends, promises to " +
				"vote for, questions it, or nothing) and that seat's team, over every statement that isn't silence and every other " +
				"living seat."},
		{"statement_information_faithful", "bits",
			"The same of the faithful's statements."},
		{"ballot_information_traitors", "bits",
			"Mutual information between whether a traitor's first-stage ballot names a legal target and that " +
				"target's team, over ballots and legal targets; forfeits out."},
		{"ballot_information_faithful", "bits",
			"The same of the faithful's ballots."},
		{"fitted_brier", "squared error",
			"Mean (p − 1(traitor))² of the fitted observer, an outsider, over the living when the ballot opens."},
		{"fitted_counts_brier", "squared error",
			"The same of the counts observer as an outsider: what the facts alone tell."},
		{"fitted_log_loss", "nats",
			"Its log loss, p clipped to [0.01, 0.99]."},
		{"fitted_counts_log_loss", "nats",
			"The same of the counts observer."},
		{"fitted_acts_exponent", "exponent",
			"By how much the log-likelihood of acts counts in the fitted observer, mean over games: 0 not at all, 1 in full, as if acts " +
				"were independent given the teams. The other parts' games choose it by their log loss."},
		{"fitted_ballots_exponent", "exponent",
			"The same of ballots."},
		{"leakage", "bits a statement",
			"Δ log₂ p(true set of traitors) under the fitted observer, by a statement of a living traitor that isn't silence: what it " +
				"gives away, less what the same estimate comes to where what statements do is dealt anew among speakers and subjects " +
				"of a round (the mean of 19 deals). Negative: it misleads."},
	}
}
