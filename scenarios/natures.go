package scenarios

import "slices"

// nature is what goes with a temperament or a habit, so that no card contradicts itself: levels of the Big Five that follow from
// it, and habits of speech that do not fit it.
type nature struct {
	five  map[string]string
	never []string
}

var natures = map[string]nature{
	"calm and dry":            {five: map[string]string{"neuroticism": "low"}},
	"warm and quick to laugh": {five: map[string]string{"agreeableness": "high"}},
	"cautious and exact": {five: map[string]string{"conscientiousness": "high"},
		never: []string{"says the awkward thing first", "thinks aloud and changes course midway"}},
	"blunt but fair":       {never: []string{"apologises before disagreeing", "hedges until pressed"}},
	"restless and curious": {five: map[string]string{"openness": "high"}, never: []string{"speaks last if possible"}},
	"patient and watchful": {five: map[string]string{"neuroticism": "low"},
		never: []string{"thinks aloud and changes course midway"}},
	"proud and a little prickly": {five: map[string]string{"agreeableness": "low"},
		never: []string{"apologises before disagreeing", "admits doubt openly"}},
	"gentle and slow to judge": {five: map[string]string{"agreeableness": "high"}, never: []string{"says the awkward thing first"}},
	"competitive and cheerful": {five: map[string]string{"extraversion": "high"}, never: []string{"speaks last if possible"}},
	"sceptical and precise":    {five: map[string]string{"conscientiousness": "high"}},
	"impulsive and generous": {five: map[string]string{"conscientiousness": "low", "agreeableness": "high"},
		never: []string{"speaks last if possible", "hedges until pressed"}},
	"reserved and loyal": {five: map[string]string{"extraversion": "low"},
		never: []string{"thinks aloud and changes course midway"}},
	"talkative and easily distracted": {five: map[string]string{"extraversion": "high", "conscientiousness": "low"},
		never: []string{"speaks in short, plain sentences", "speaks last if possible", "keeps to one point and drives it home"}},
	"steady and practical": {five: map[string]string{"neuroticism": "low"},
		never: []string{"thinks aloud and changes course midway"}},
	"anxious but brave when pressed": {five: map[string]string{"neuroticism": "high"}},
	"serious and methodical": {five: map[string]string{"conscientiousness": "high"},
		never: []string{"makes a small joke before a hard point", "thinks aloud and changes course midway"}},
	"easy-going and forgiving": {five: map[string]string{"agreeableness": "high", "neuroticism": "low"}},
	"sharp and impatient": {five: map[string]string{"agreeableness": "low"},
		never: []string{"apologises before disagreeing", "hedges until pressed", "speaks last if possible"}},
	"speaks last if possible": {five: map[string]string{"extraversion": "low"}},
}

// fits reports whether somebody of a temperament may have a habit of speech.
func fits(temperament, habit string) bool { return !slices.Contains(natures[temperament].never, habit) }

// settle gives the Big Five the levels that follow from the temperament and the habit; of two that differ the temperament's.
func (t *traits) settle() {
	for _, of := range []string{t.Habit, t.Temperament} {
		for trait, level := range natures[of].five {
			t.BigFive[slices.Index(bigFive, trait)] = level
		}
	}
}

// habitsFor deals a habit to each temperament, in the order of the cards but for those that don't fit; each card once before any twice.
func habitsFor(temperaments, cards []string) []string {
	out, used := make([]string, len(temperaments)), make([]int, len(cards))
	for i, temperament := range temperaments {
		best := -1
		for j := range cards {
			k := (i + j) % len(cards)
			if fits(temperament, cards[k]) && (best < 0 || used[k] < used[best]) {
				best = k
			}
		}
		out[i] = cards[best]
		used[best]++
	}
	return out
}
