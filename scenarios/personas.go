package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
)

// The trait lists. Each entry fits its sentence in persona; none tells an age, a gender, an origin or a belief.
var (
	temperaments = []string{
		"calm and dry", "warm and quick to laugh", "cautious and exact", "blunt but fair", "restless and curious",
		"patient and watchful", "proud and a little prickly", "gentle and slow to judge", "competitive and cheerful",
		"sceptical and precise", "impulsive and generous", "reserved and loyal", "talkative and easily distracted",
		"steady and practical", "anxious but brave when pressed", "playful and hard to read", "serious and methodical",
		"easy-going and forgiving", "sharp and impatient", "modest and observant",
	}
	occupations = []string{
		"a beekeeper", "a bus driver", "a piano tuner", "a night nurse", "a cheesemaker", "a locksmith", "a map librarian",
		"a ferry pilot", "a court interpreter", "a pastry cook", "a roofer", "a school caretaker", "a vet", "a tax clerk",
		"a stage carpenter", "a geologist", "a hotel receptionist", "a bicycle mechanic", "a translator", "a lighthouse guide",
		"a pharmacist", "a crane operator", "a florist", "a music teacher", "a surveyor", "a baker", "a train dispatcher",
		"a bookbinder", "a paramedic", "a tailor", "a weather forecaster", "a gardener", "an optician", "an archivist",
		"a swimming coach", "a glassblower", "a postal worker", "a sound engineer", "a butcher", "a dog trainer",
	}
	hobbies = []string{
		"crosswords", "long walks", "choir", "chess by post", "birdwatching", "baking bread", "old radios", "pub quizzes",
		"fishing", "model trains", "pottery", "karaoke", "rowing", "jigsaw puzzles", "stargazing", "card games",
		"growing tomatoes", "detective novels", "table tennis", "knitting", "climbing", "amateur theatre", "cycling",
		"sketching strangers", "collecting stamps", "juggling", "mushroom picking", "woodcarving", "sudoku", "folk dancing",
		"kite flying", "keeping a diary", "sailing", "calligraphy", "hill running", "film scores", "bowling", "quilting",
		"restoring clocks", "ghost stories",
	}
	habits = []string{
		"answers a question with another question", "speaks in short, plain sentences", "starts with what is certain",
		"counts reasons off one by one", "reaches for a comparison from work", "repeats the last point before replying",
		"apologises before disagreeing", "says the awkward thing first", "thinks aloud and changes course midway",
		"quotes what others said, word for word", "makes a small joke before a hard point", "asks for evidence",
		"keeps to one point and drives it home", "addresses people by name", "hedges until pressed",
		"sums up the table before speaking for one side", "tells a short story to make a point", "speaks last if possible",
		"names a number whenever there is one", "admits doubt openly",
	}
	backgrounds = []string{
		"raised in a fishing town", "raised in a capital city", "raised in a mountain village", "raised in a mining town",
		"raised on a farm", "raised on a small island",
		"raised in a family that moved often", "raised in a large family over a shop", "raised in a suburb of tower blocks",
		"raised in a university town",
	}
	levels   = []string{"low", "average", "high"}
	bigFive  = []string{"openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"}
	ageRange = [2]int{21, 74}
)

// traits are a trait card. Empty fields are left out of its text.
type traits struct {
	Age         int // years; 0: not told
	Occupation  string
	Background  string
	Temperament string
	Hobby       string
	Habit       string    // of speech, as "asks for evidence"
	BigFive     [5]string // low, average or high, in the order of bigFive
}

// text writes the card as a couple of sentences.
func (t traits) text() string {
	var parts []string
	if t.Age > 0 {
		parts = append(parts, fmt.Sprintf("Is %d years old.", t.Age))
	}
	if t.Background != "" {
		parts = append(parts, "Background: "+t.Background+".")
	}
	work := ""
	if t.Occupation != "" {
		work = "Works as " + t.Occupation
	}
	switch {
	case work != "" && t.Temperament != "":
		parts = append(parts, work+"; "+t.Temperament+".")
	case work != "":
		parts = append(parts, work+".")
	case t.Temperament != "":
		parts = append(parts, "By temperament: "+t.Temperament+".")
	}
	if t.Hobby != "" {
		parts = append(parts, "Fond of "+t.Hobby+".")
	}
	if t.Habit != "" {
		parts = append(parts, "When talking, "+t.Habit+".")
	}
	var five []string
	for i, name := range bigFive {
		if t.BigFive[i] != "" {
			five = append(five, t.BigFive[i]+" "+name)
		}
	}
	if len(five) > 0 {
		parts = append(parts, "In character: "+strings.Join(five, ", ")+".")
	}
	return strings.Join(parts, " ")
}

// drawPersonas draws a persona for every seat, or none. Each list is dealt like cards, so that a table has as few equal
// traits as the lists allow.
func (s Scenario) drawPersonas(seed uint64) []string {
	out := make([]string, s.Rules.Players)
	if !s.Personas {
		return out
	}
	deal := func(list []string, what string) func(int) string {
		cards := slices.Clone(list)
		engine.Shuffle(cards, engine.Dice(seed, "cast:"+what, 0, 0, engine.NoSeat))
		return func(i int) string { return cards[i%len(cards)] }
	}
	temperament, occupation := deal(temperaments, "temperament"), deal(occupations, "occupation")
	hobby, habit, background := deal(hobbies, "hobby"), deal(habits, "habit"), deal(backgrounds, "background")
	characters, cards := make([]string, len(out)), make([]string, len(habits))
	for i := range characters {
		characters[i] = temperament(i)
	}
	for i := range cards {
		cards[i] = habit(i)
	}
	for i, habit := range habitsFor(characters, cards) {
		t := traits{Occupation: occupation(i), Temperament: characters[i], Hobby: hobby(i), Habit: habit}
		if s.Traits {
			src := engine.Dice(seed, "cast:traits", 0, 0, engine.Seat(i))
			t.Age = ageRange[0] + engine.Below(ageRange[1]-ageRange[0]+1, src)
			t.Background = background(i)
			for k := range t.BigFive {
				t.BigFive[k] = levels[engine.Below(len(levels), src)]
			}
			t.settle()
		}
		out[i] = t.text()
	}
	return out
}

var traitKeys = []string{"age", "occupation", "background", "temperament", "hobby", "habit", "big_five"}

// readPersona reads a persona: a text, or the traits of a card.
func readPersona(n node) (string, error) {
	entries, ok := n.v.([]entry)
	if !ok {
		if _, isText := n.v.(string); !isText {
			return "", n.wrong("persona (rule 1.3) is %s; it takes a text or a mapping of %s", n.shape(), strings.Join(traitKeys, ", "))
		}
		return readText("persona", n, longestText)
	}
	var t traits
	for _, e := range entries {
		if err := t.read(e); err != nil {
			return "", err
		}
	}
	if text := t.text(); text != "" {
		return text, nil
	}
	return "", n.wrong("persona (rule 1.3) has no trait; it takes a text or a mapping of %s", strings.Join(traitKeys, ", "))
}

func (t *traits) read(e entry) (err error) {
	switch e.key {
	case "age":
		age, ok := e.value.v.(int)
		if !ok || age < 18 || age > 99 {
			return e.value.wrong("age is %s; it takes an integer from 18 to 99", e.value.shape())
		}
		t.Age = age
	case "occupation":
		t.Occupation, err = readText(e.key, e.value, longestTrait)
	case "background":
		t.Background, err = readText(e.key, e.value, longestTrait)
	case "temperament":
		t.Temperament, err = readText(e.key, e.value, longestTrait)
	case "hobby":
		t.Hobby, err = readText(e.key, e.value, longestTrait)
	case "habit":
		t.Habit, err = readText(e.key, e.value, longestTrait)
	case "big_five":
		return t.readBigFive(e.value)
	default:
		return e.wrongKey("%s", unknown(e.key, traitKeys))
	}
	return err
}

func (t *traits) readBigFive(n node) error {
	entries, ok := n.v.([]entry)
	if !ok {
		return n.wrong("big_five is %s; it takes a mapping of %s", n.shape(), strings.Join(bigFive, ", "))
	}
	for _, e := range entries {
		i := slices.Index(bigFive, e.key)
		if i < 0 {
			return e.wrongKey("%s", unknown(e.key, bigFive))
		}
		level, _ := e.value.v.(string)
		if !slices.Contains(levels, level) {
			return e.value.wrong("%s is %s; it takes one of %s", e.key, e.value.shape(), strings.Join(levels, ", "))
		}
		t.BigFive[i] = level
	}
	return nil
}
