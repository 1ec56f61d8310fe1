package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

func cast(t testing.TB, s Scenario, seed uint64, p Policies) engine.Setup {
	t.Helper()
	setup, err := s.Cast(seed, p)
	if err != nil {
		t.Fatal(err)
	}
	return setup
}

func dealt(t testing.TB, setup engine.Setup) []engine.Role {
	t.Helper()
	roles, err := engine.DealRoles(setup.Rules, setup.Seed, setup.Cast)
	if err != nil {
		t.Fatal(err)
	}
	return roles
}

func TestCastIsDetermined(t *testing.T) {
	s := load(t, "curvo-2025")
	one, again, other := cast(t, s, 7, Policies{}), cast(t, s, 7, Policies{}), cast(t, s, 8, Policies{})
	if !slices.Equal(one.Cast, again.Cast) || slices.Equal(one.Cast, other.Cast) {
		t.Error("the cast doesn't follow from the seed alone")
	}
	if one.Seed != 7 || one.Scenario != s.Hash || one.Rules != s.Rules {
		t.Errorf("%+v", one)
	}
}

// TestRule_1_3_IndependentOfRoles: names and personas stay where they are whoever is pinned a traitor.
func TestRule_1_3_IndependentOfRoles(t *testing.T) {
	parse := func(src string) Scenario {
		s, err := Parse("x.yaml", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	plain := parse("traits: on\n")
	for seat := range 10 {
		pinned := parse(fmt.Sprintf("traits: on\ncast:\n  - {seat: %d, role: traitor, policy: silent}\n", seat))
		for seed := range uint64(20) {
			a, b := cast(t, plain, seed, Policies{}), cast(t, pinned, seed, Policies{All: "random"})
			for i := range a.Cast {
				if a.Cast[i].Name != b.Cast[i].Name || a.Cast[i].Persona != b.Cast[i].Persona {
					t.Fatalf("seed %d: seat %d is %v and %v", seed, i, a.Cast[i], b.Cast[i])
				}
			}
			if dealt(t, b)[seat] != engine.RoleTraitor {
				t.Fatalf("seed %d: seat %d is pinned in vain", seed, seat)
			}
		}
	}
}

// TestRule_1_3_Places: a cast entry without a seat sits everywhere about equally often, and a traitor as often as others.
func TestRule_1_3_Places(t *testing.T) {
	s, err := Parse("x.yaml", []byte("cast: [{name: Zed}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	var at [10]int
	traitor := 0
	const games = 4000
	for seed := range uint64(games) {
		setup := cast(t, s, seed, Policies{})
		i := slices.IndexFunc(setup.Cast, func(p engine.Player) bool { return p.Name == "Zed" })
		at[i]++
		if dealt(t, setup)[i] == engine.RoleTraitor {
			traitor++
		}
	}
	for i, k := range at {
		if k < 320 || k > 480 { // 400 ± 4.2 standard errors
			t.Errorf("seat %d: %d of %d", i, k, games)
		}
	}
	if traitor < 1080 || traitor > 1320 { // 1200 ± 4.1 standard errors
		t.Errorf("a traitor %d times of %d", traitor, games)
	}
}

func TestPrecedence(t *testing.T) {
	s, err := Parse("x.yaml", []byte("policy: base\nteams: {traitors: own}\ncast:\n  - {seat: 0, policy: entry, role: traitor}\n  - "+
		"{seat: 1, role: faithful}\n  - {seat: 2, role: traitor}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		p    Policies
		want string
	}{
		{Policies{}, "entry base own"},
		{Policies{All: "all"}, "entry all all"},
		{Policies{All: "all", Teams: map[string]string{"traitors": "team"}}, "entry all team"},
		{Policies{Teams: map[string]string{"traitors": "team", "faithful": "good"}, Seats: map[int]string{0: "seat", 2: "two"}},
			"seat good two"},
	} {
		setup := cast(t, s, 3, c.p)
		got := setup.Cast[0].Policy + " " + setup.Cast[1].Policy + " " + setup.Cast[2].Policy
		if got != c.want {
			t.Errorf("%+v: %s, want %s", c.p, got, c.want)
		}
	}
	for seed := range uint64(50) {
		setup := cast(t, load(t, "classic"), seed, Policies{Teams: map[string]string{"traitors": "t"}})
		for i, role := range dealt(t, setup) {
			want := map[engine.Role]string{engine.RoleTraitor: "t", engine.RoleFaithful: defaultPolicy}[role]
			if setup.Cast[i].Policy != want {
				t.Fatalf("seed %d: seat %d, %s, has %s", seed, i, role, setup.Cast[i].Policy)
			}
		}
	}
}

func TestPoliciesRefused(t *testing.T) {
	s := load(t, "classic")
	if _, err := s.Cast(1, Policies{Teams: map[string]string{"traitor": "x"}}); err == nil ||
		!strings.Contains(err.Error(), `did you mean "traitors"?`) {
		t.Errorf("%v", err)
	}
	for _, seat := range []int{-1, 10} {
		if _, err := s.Cast(1, Policies{Seats: map[int]string{seat: "x"}}); err == nil || !strings.Contains(err.Error(), "from 0 to 9") {
			t.Errorf("%v", err)
		}
	}
}

// strangers are first names of the show's contestants and hosts (UK, US, AU, to 2025) and names of models.
var strangers = strings.Fields(`
	Aaron Alex Alyssa Amanda Amos Andrea Claire Fay Hannah Imran Ivan John Kieran Kim Maddy Matt Meryl Nicky Rayan Theo Tom Wilfred
	Andrew Anthony Ash Aubrey Brian Charlie Charlotte Diane Evie Harry Jasmine Jaz Jonny Kyra Meg Miles Mollie Paul Ross Sonja Tracey Zack
	Alexander Anna Armani Dan Elen Fozia Francesca Frankie Freddie Jack Jake Joe Kas Keith Leanne Leon Linda Lisa Livi Maia Minah Nathan Tyler Yin
	Alan Cat Celia Clare David Jonathan Kate Lucy Mark Nick Niko Paloma Ruth Stephen Tameka Claudia Winkleman
	Andie Anjelica Arie Azra Bam Brandi Christian Cirie Cody Geraldine Kyle Michael Quentin Rachel Reza Robert Ryan Shelbe Stephenie
	Bergie Carsten Deontay Ekin Janelle Johnny Kevin Larsa Marcus Max Parvati Peter Phaedra Sandra Sheree Tamra Trishelle
	Ayan Bob Britney Carolyn Chanel Chrishell Ciara Danielle Derrick Dolores Dorinda Dylan Gabby Ivar Jeremy Nikki Rob Robyn Sam Tony Wells Wes
	Candiace Caroline Colton Donna Eric Ian Kristen Maura Monet Natalie Porsha Ron Tara Tiffany Angus Chloe Craig Marielle Nigel Rodger Teresa
	Ada Alexa Alpaca Aya Bard Bert Claude Codex Cortana Curie Dolly Ernie Falcon Gemini Gemma Granite Grok Haiku Hermes Kimi Llama Luna Maverick
	Mistral Nemo Nova Olmo Opus Orca Phi Qwen Scout Siri Solar Sonnet Sora Sydney Titan Tulu Vicuna Zephyr`)

func TestRule_1_3_Pool(t *testing.T) {
	if len(pool) < 60 || len(pool) < engine.MaxSeats {
		t.Errorf("%d names", len(pool))
	}
	begins := map[string]string{}
	for _, name := range pool {
		if slices.Contains(strangers, name) {
			t.Errorf("%s is a contestant, a celebrity or a model", name)
		}
		if other, ok := begins[name[:3]]; ok {
			t.Errorf("%s and %s begin alike", name, other)
		}
		begins[name[:3]] = name
	}
}

// TestRule_1_3_Balance: over many games every name sits at the table, and the traitors' seats, about equally often.
func TestRule_1_3_Balance(t *testing.T) {
	s := load(t, "classic")
	seats, traitors := map[string]int{}, map[string]int{}
	const games = 6400
	for seed := range uint64(games) {
		setup := cast(t, s, seed, Policies{})
		for i, role := range dealt(t, setup) {
			seats[setup.Cast[i].Name]++
			if role == engine.RoleTraitor {
				traitors[setup.Cast[i].Name]++
			}
		}
	}
	for _, name := range pool { // means 1000 and 300, with 4.2 standard errors
		if k := seats[name]; k < 877 || k > 1123 {
			t.Errorf("%s sits %d times", name, k)
		}
		if k := traitors[name]; k < 228 || k > 372 {
			t.Errorf("%s is a traitor %d times", name, k)
		}
	}
}

func TestPersonas(t *testing.T) {
	for _, p := range cast(t, load(t, "vanilla"), 1, Policies{}).Cast {
		if p.Persona != "" || p.Policy != "random" {
			t.Errorf("%+v", p)
		}
	}
	seen := map[string]bool{}
	for _, p := range cast(t, load(t, "balanced-15"), 1, Policies{}).Cast {
		if seen[p.Persona] || !strings.HasSuffix(p.Persona, ".") || strings.Contains(p.Persona, "years old") ||
			strings.Contains(p.Persona, "Background") {
			t.Errorf("%q", p.Persona)
		}
		seen[p.Persona] = true
	}
	for _, p := range cast(t, load(t, "curvo-2025"), 1, Policies{}).Cast {
		if !strings.Contains(p.Persona, "years old") || !strings.Contains(p.Persona, "openness") {
			t.Errorf("%q", p.Persona)
		}
	}
}

// TestShippedScenariosPlay: every shipped scenario is played to its end by players who draw their answers.
func TestShippedScenariosPlay(t *testing.T) {
	for _, name := range Names() {
		for seed := range uint64(20) {
			play(t, name, cast(t, load(t, name), seed, Policies{}))
		}
	}
}

func play(t *testing.T, name string, setup engine.Setup) {
	t.Helper()
	_, s, err := engine.Open(setup)
	if err != nil {
		t.Fatalf("%s, seed %d: %v", name, setup.Seed, err)
	}
	for asked := engine.Pending(s); len(asked) > 0; asked = engine.Pending(s) {
		answers := make([]engine.Answer, len(asked))
		for i, r := range asked {
			answers[i] = drawn(setup, r)
		}
		step, err := engine.Decide(s, answers)
		if err != nil {
			t.Fatalf("%s, seed %d: %v", name, setup.Seed, err)
		}
		for _, e := range step {
			if s, err = engine.Apply(s, e); err != nil {
				t.Fatalf("%s, seed %d: %v", name, setup.Seed, err)
			}
		}
	}
	if !s.Over {
		t.Fatalf("%s, seed %d: stopped in %s", name, setup.Seed, s.Phase)
	}
}

func drawn(setup engine.Setup, r engine.Request) engine.Answer {
	src := engine.Dice(setup.Seed, "test:"+r.Kind.String(), r.Round, r.Pass*100+r.Position, r.Seat)
	a := engine.Answer{Seat: r.Seat, Target: engine.Pick(r.Legal, src), Text: "Nothing to say."}
	if r.Beliefs != engine.NoBeliefs {
		for i := range setup.Rules.Players {
			a.Beliefs = append(a.Beliefs, engine.Unstated)
			if s := engine.Seat(i); s != r.Seat && r.Living.Has(s) {
				a.Beliefs[i] = int16(engine.Below(1001, src))
			}
		}
	}
	return a
}

// No drawn card contradicts itself, and the cards are dealt so that none comes twice before all came once.
func TestCardsDoNotContradictThemselves(t *testing.T) {
	contradictions := []*regexp.Regexp{}
	for _, c := range []string{
		`talkative.*(short, plain|speaks last|one point)`, `talkative.*low extraversion`, `reserved.*high extraversion`,
		`speaks last.*high extraversion`,
		`\b(calm|easy-going|steady|patient)\b.*high neuroticism`, `anxious.*low neuroticism`,
		`(warm|gentle|forgiving|generous).*low agreeableness`,
		`(sharp|prickly).*high agreeableness`, `(exact|precise|methodical).*low conscientiousness`,
		`(impulsive|distracted).*high conscientiousness`,
		`curious.*low openness`, `(blunt|prickly|sharp).*apologises`, `serious.*joke`, `impatient.*speaks last`, `(blunt|sharp).*hedges`,
	} {
		contradictions = append(contradictions, regexp.MustCompile(c))
	}
	s, err := Load("balanced-15")
	if err != nil {
		t.Fatal(err)
	}
	s.Traits = true
	habitsSeen := map[string]int{}
	for seed := range uint64(400) {
		once := map[string]bool{}
		for _, card := range s.drawPersonas(seed) {
			for _, c := range contradictions {
				if c.MatchString(card) {
					t.Errorf("seed %d: %s contradicts itself: %s", seed, c, card)
				}
			}
			habit := regexp.MustCompile(`When talking, ([^.]*)`).FindStringSubmatch(card)[1]
			if once[habit] {
				t.Errorf("seed %d: %s sits there twice", seed, habit)
			}
			once[habit] = true
			habitsSeen[habit]++
		}
	}
	for _, h := range habits {
		if habitsSeen[h] < 100 {
			t.Errorf("%s came %d times in 6,000 cards", h, habitsSeen[h])
		}
	}
}
