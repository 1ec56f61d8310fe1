package metrics

import "strings"

// chanceText is the part of docs/metrics.md on chance levels.
var chanceText = strings.ReplaceAll(`
**Chance** is the policy 'random' under the same rules, as it really plays: each vote, by night too, is drawn for itself from the legal
targets, each belief from 0…1000 per mille, and it speaks without acts. Beside it stands its standard error ('se', 'chance_se'), 0 where a
formula gives the level. It is where nobody tries, not what who thinks would do: of beliefs, who only counts is the harder test
('brier_counts' and its like).

- 'vote_lift', 'bus_rate', 'cover', 'discrimination_slope', 'auc_skill': 0, since a target or a belief does not depend on teams.
- 'auc', 'trust_in_traitors', 'trust_in_faithful': ½.
- 'brier', 'log_loss': 0.3335 and 0.991, the means of b² and of −ln b, b clipped, over 0…1000 per mille.
- 'traitors_win', 'faithful_win', 'draw': the recursion of [rules.md](rules.md), where it holds.
- 'rounds', 'survivors_…', 'banished_…', 'murdered', 'tsr_curvo', 'fsr_curvo', 'banishment_accuracy', 'banishment_chance',
  'rounds_to_first_traitor': the same recursion, where besides a day comes first and 'check: each'. Of ten with three traitors: 2.79 rounds,
  a banishment hits in 0.312.
- Of acts (false claims, knowing accusations and defences, broken promises, lies): 0. 'random' makes none. What as many acts about seats
  drawn by lot would come to stands beside: 'knowing_accusations_chance', and 'thought_speech_gap_chance', which is also that metric's level.
- 'finished', 'forfeit_touched', 'refusals', 'act_coverage', and what random play has a case of in fewer than one game of a hundred: none.
- Everything else, and those above where their formula does not hold: simulated from 2,000 games, fewer of more than 15 players; from 8,000
  for the scenarios that ship.

Of imported games, whose rules are not ours, only levels are given that follow from who was alive.
`, "'", "`")
