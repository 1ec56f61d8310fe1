package catalog

import (
	"context"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/engine"
)

// specs are every policy, and those with their options.
func specs() []string { return append(Names(), "bayes?noise=0.3", "random?self=true", "liar?rate=0.3") }

func TestSpecsAreChecked(t *testing.T) {
	for _, s := range specs() {
		if p := agents.PolicyOf(s); Check(p) != nil || !p.Deterministic() {
			t.Errorf("%s: %v", s, Check(p))
		}
	}
	for in, want := range map[string]string{
		"bays":               `"bayes"`,
		"bayes?nois=0.2":     `"noise"`,
		"bayes?noise=2":      "0 to 1",
		"bayes?noise=NaN":    "0 to 1",
		"random?self=maybe":  "true or false",
		"bloc?noise=1":       "no options",
		"liar?rate=2":        "0 to 1",
		"liar?noise=1":       `it has: rate`,
		"vote_left":          `"vote-left"`,
		"ollama/llama3.2?":   "key=value",
		"bayes?noise":        "key=value",
		"bayes?noise=1&no=2": `"noise"`,
	} {
		if err := Check(agents.PolicyOf(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want a word of %s", in, err, want)
		}
	}
	for _, d := range Describe() {
		if d.Doc == "" {
			t.Errorf("%s has no description", d.Name)
		}
	}
}

// Under any rules every answer is one that the rules allow, has the beliefs that were asked for, depends on the observation
// alone, and is the same from an agent that is given the observation all at once.
func TestEveryPolicyUnderAnyRules(t *testing.T) {
	for _, spec := range specs() {
		for seed := range uint64(120) {
			r, ok := anyRules(seed)
			if !ok {
				continue
			}
			b := newTable(t, seed, r, everyone(spec))
			k := 0
			b.asked = func(o engine.Observation, q engine.Request, a engine.Answer) {
				if p := engine.Check(r, q, a); p != nil {
					t.Fatalf("%s, seed %d, round %d, %s: %v in %+v", spec, seed, q.Round, q.Kind, p, a)
				}
				if (q.Beliefs != engine.NoBeliefs) != (a.Beliefs != nil) {
					t.Fatalf("%s, seed %d: %s with beliefs %d got %v", spec, seed, q.Kind, q.Beliefs, a.Beliefs)
				}
				if k++; k%7 == 0 {
					again, _ := b.fresh(q.Seat).Act(context.Background(), o, q)
					if !reflect.DeepEqual(again, a) {
						t.Fatalf("%s, seed %d, round %d, %s: a fresh agent answers\n%+v, the running one\n%+v", spec, seed, q.Round,
							q.Kind, again, a)
					}
				}
			}
			if !b.play().Over {
				t.Fatalf("%s, seed %d: not over", spec, seed)
			}
			if r.Framing == "neutral" {
				checkNeutral(t, spec, seed, b)
			}
		}
	}
}

func checkNeutral(t *testing.T, spec string, seed uint64, b *table) {
	t.Helper()
	for _, e := range b.events {
		text := ""
		switch v := e.Body.(type) {
		case engine.Statement:
			text = v.Text
		case engine.Conferred:
			text = v.Text
		case engine.Note:
			text = v.Text
		}
		for _, w := range []string{"traitor", "murder", "banish", "faithful"} {
			if strings.Contains(strings.ToLower(text), w) {
				t.Fatalf("%s, seed %d: under neutral framing: %q", spec, seed, text)
			}
		}
	}
}

// Two games that differ in what a seat may not know: it answers the same as long as it sees the same.
func TestAnswersDependOnTheObservationOnly(t *testing.T) {
	for _, spec := range specs() {
		same := 0
		for seed := range uint64(40) {
			r := engine.DefaultRules().Complete()
			one := newTable(t, seed, r, everyone(spec))
			two := newTable(t, seed, r, everyone(spec))
			swapRoles(two)
			for range 25 { // the first day's talk
				asked, other := engine.Pending(one.state), engine.Pending(two.state)
				if len(asked) == 0 || len(asked) != len(other) || asked[0].Kind == engine.AskBallot {
					break
				}
				var a, c []engine.Answer
				for i, q := range asked {
					x, _ := one.agents[q.Seat].Act(context.Background(), one.seen[q.Seat], q)
					y, _ := two.agents[q.Seat].Act(context.Background(), two.seen[q.Seat], other[i])
					if reflect.DeepEqual(one.seen[q.Seat], two.seen[q.Seat]) && reflect.DeepEqual(q, other[i]) {
						same++
						if !reflect.DeepEqual(x, y) {
							t.Fatalf("%s, seed %d, seat %d: the same observation, but\n%+v\n%+v", spec, seed, q.Seat, x, y)
						}
					}
					a, c = append(a, x), append(c, x)
				}
				one.decide(a)
				two.decide(c)
			}
		}
		if same < 100 {
			t.Fatalf("%s: compared only %d answers", spec, same)
		}
	}
}

// swapRoles gives the game's first traitor's role to its last faithful seat, before anything has happened.
func swapRoles(b *table) {
	roles := make([]engine.Role, len(b.seen))
	first, last := -1, -1
	for i := range roles {
		roles[i] = b.state.Roles[i]
		if roles[i] == engine.RoleTraitor && first < 0 {
			first = i
		}
		if roles[i] == engine.RoleFaithful {
			last = i
		}
	}
	roles[first], roles[last] = roles[last], roles[first]
	cast := make([]engine.Player, len(roles))
	for i := range cast {
		cast[i] = engine.Player{Name: tableNames[i], Persona: tablePersonas[i%len(tablePersonas)], Policy: "x", Role: roles[i]}
	}
	events, state, err := engine.Open(engine.Setup{Seed: b.seed, Rules: b.state.Rules, Cast: cast})
	if err != nil {
		b.t.Fatal(err)
	}
	b.events, b.state = nil, state
	for i := range b.seen {
		b.seen[i].Events = nil
	}
	b.take(events)
}

func TestSameSeedSameGame(t *testing.T) {
	for _, spec := range specs() {
		r := engine.DefaultRules().Complete()
		one, two := newTable(t, 5, r, everyone(spec)), newTable(t, 5, r, everyone(spec))
		one.play()
		two.play()
		if !reflect.DeepEqual(one.events, two.events) {
			t.Errorf("%s: two games of one seed differ", spec)
		}
	}
}

// The protocol: nobody deviates, so every ballot is for the next living seat; one who deviates is banished next.
func TestVoteLeft(t *testing.T) {
	r := engine.DefaultRules()
	r.Passes = 0
	r = r.Complete()
	b := newTable(t, 3, r, everyone("vote-left"))
	b.play()
	living := engine.AllSeats(10)
	for _, e := range b.events {
		switch v := e.Body.(type) {
		case engine.Ballot:
			want := (v.Voter + 1) % 10
			for v.Stage == 0 && !living.Has(want) {
				want = (want + 1) % 10
			}
			if v.Stage == 0 && v.Target != want {
				t.Fatalf("round %d: seat %d votes for %d, due was %d", e.Round, v.Voter, v.Target, want)
			}
		case engine.Banished:
			living = living.Without(v.Seat)
		case engine.Found:
			living = living.Without(v.Victim)
		}
	}

	deviant := engine.NoSeat
	b = newTable(t, 3, r, everyone("vote-left"))
	for s := range engine.Seat(10) {
		if b.state.Roles[s] == engine.RoleTraitor { // it can't be murdered before its turn comes
			deviant = s
		}
	}
	b.specs[deviant] = "contrarian"
	b.agents[deviant] = deviating{}
	b.play()
	for _, e := range b.events {
		v, ok := e.Body.(engine.Banished)
		if ok && v.Seat == deviant && e.Round <= 2 {
			return
		}
	}
	t.Errorf("seat %d deviated and was not banished by the second day", deviant)
}

// deviating votes for the seat before it.
type deviating struct{}

func (deviating) Act(_ context.Context, _ engine.Observation, r engine.Request) (engine.Answer, error) {
	a := engine.Answer{Seat: r.Seat, Target: r.Legal.First()}
	for i := engine.Seat(1); i < 10; i++ {
		if s := (r.Seat + 10 - i) % 10; r.Kind == engine.AskBallot && r.Legal.Has(s) {
			a.Target = s
			break
		}
	}
	if r.Beliefs != engine.NoBeliefs {
		a.Forfeit = engine.CauseEmpty
		if r.Kind == engine.AskBallot {
			a.Forfeit = engine.CauseNone
		}
	}
	return a, nil
}

func TestBlocVotesTogether(t *testing.T) {
	r := engine.DefaultRules().Complete()
	for seed := range uint64(20) {
		b := newTable(t, seed, r, everyone("bloc"))
		b.play()
		type key struct{ round, stage int }
		first := map[key]engine.Seat{}
		for _, e := range b.events {
			v, ok := e.Body.(engine.Ballot)
			if !ok || b.state.Roles[v.Voter] != engine.RoleTraitor || v.Stage > 0 {
				continue
			}
			k := key{e.Round, v.Stage}
			if was, ok := first[k]; ok && was != v.Target {
				t.Fatalf("seed %d, round %d: traitors vote for %d and %d", seed, e.Round, was, v.Target)
			}
			first[k] = v.Target
			if b.state.Roles[v.Target] == engine.RoleTraitor {
				t.Fatalf("seed %d: the bloc votes for its own", seed)
			}
		}
	}
}

// Nobody talks of who voted for whom where the rules do not show it.
func TestTalkOfBallotsOnlyWhereTheyAreShown(t *testing.T) {
	talk := regexp.MustCompile(`(?i)\bballots? (that|went)|my ballot|read(ing)? it back|read back|look it up|wrote the same name|lone vote|from one pen`)
	for shown, want := range map[string]bool{"targets": true, "tally": false, "nothing": false} {
		r := engine.DefaultRules().Complete()
		r.Shown = shown
		found := ""
		for seed := range uint64(30) {
			b := newTable(t, seed, r, everyone("bayes"))
			b.play()
			for _, e := range b.events {
				if s, ok := e.Body.(engine.Statement); ok && talk.MatchString(s.Text) {
					found = s.Text
				}
			}
		}
		if (found != "") != want {
			t.Errorf("shown: %s: %q", shown, found)
		}
	}
}

// A vote that was lost is no deviation from the protocol: its voter chose nothing.
func TestVoteLeftForgivesALostVote(t *testing.T) {
	seen := func(lost bool) engine.Answer {
		r := engine.DefaultRules().Complete()
		r.Players = 5
		agent, err := New(agents.PolicyOf("vote-left"), 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		o := engine.Observation{Seat: 0, Events: []engine.Observed{
			{Body: engine.Opened{Rules: r, Names: []string{"A", "B", "C", "D", "E"}}},
			{Round: 1, Phase: engine.PhaseBallot, Body: engine.Ballot{Voter: 3, Target: engine.NoSeat, Lost: lost}},
			{Round: 2, Phase: engine.PhaseBallot, Body: engine.PhaseBegan{}},
		}}
		a, err := agent.Act(t.Context(), o, engine.Request{Seat: 0, Round: 2, Phase: engine.PhaseBallot, Kind: engine.AskBallot,
			Living: engine.AllSeats(5), Legal: engine.AllSeats(5).Without(0)})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	if got := seen(true).Target; got != 1 {
		t.Errorf("after a vote that was lost it votes for %d", got)
	}
	if got := seen(false).Target; got != 3 {
		t.Errorf("after an abstention it votes for %d", got)
	}
}

// wins counts the games that the traitors win.
func wins(t testing.TB, games int, spec func(engine.Role) string) (traitors, rounds float64) {
	r := engine.DefaultRules().Complete()
	for seed := range uint64(games) {
		s := newTable(t, seed, r, spec).play()
		if s.Winner == engine.Minority() {
			traitors++
		}
		rounds += float64(s.Round)
	}
	return traitors / float64(games), rounds / float64(games)
}

func split(traitors, faithful string) func(engine.Role) string {
	return func(r engine.Role) string {
		if r == engine.RoleTraitor {
			return traitors
		}
		return faithful
	}
}

func TestBayesPlaysBetterThanChance(t *testing.T) {
	games := 300
	if testing.Short() {
		games = 100
	}
	chance, _ := wins(t, games, everyone("random"))
	self, rounds := wins(t, games, everyone("bayes"))
	against, _ := wins(t, games, split("random", "bayes"))
	bloc, _ := wins(t, games, split("bloc", "bayes"))
	deceive, _ := wins(t, games, split("bayes", "random"))
	noisy, _ := wins(t, games, everyone("bayes?noise=0.5"))
	contrary, _ := wins(t, games, split("bayes", "contrarian"))
	t.Logf("traitors' share in 10/3: all random %.3f, all bayes %.3f (%.2f rounds), random against bayes %.3f, bloc against bayes "+
		"%.3f, bayes against random %.3f, all noisy %.3f, against contrarian %.3f",
		chance, self, rounds, against, bloc, deceive, noisy, contrary)
	if against >= chance {
		t.Errorf("traitors win %.3f against faithful bayes players, %.3f at random", against, chance)
	}
	if self >= chance {
		t.Errorf("bayes traitors win %.3f against faithful of their kind, chance is %.3f", self, chance)
	}
	if deceive < chance {
		t.Errorf("bayes traitors win %.3f against random faithful, chance is %.3f", deceive, chance)
	}
}

// TestShow prints a game to be read: TURNCOAT_SHOW=seed go test -run TestShow -v.
func TestShow(t *testing.T) {
	at := os.Getenv("TURNCOAT_SHOW")
	if at == "" {
		t.Skip("set TURNCOAT_SHOW to print a game")
	}
	b := newTable(t, uint64(len(at)), engine.DefaultRules().Complete(), everyone("bayes"))
	b.play()
	t.Log(b.show())
}

func benchmark(b *testing.B, spec string, change func(*engine.Rules)) {
	r := engine.DefaultRules()
	change(&r)
	r = r.Complete()
	requests := 0
	seed := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		g := newTable(b, seed, r, everyone(spec))
		g.asked = func(engine.Observation, engine.Request, engine.Answer) { requests++ }
		g.play()
		seed++
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(requests), "µs/request")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "games/s")
}

func BenchmarkClassicBayes(b *testing.B)  { benchmark(b, "bayes", func(*engine.Rules) {}) }
func BenchmarkClassicRandom(b *testing.B) { benchmark(b, "random", func(*engine.Rules) {}) }
func BenchmarkBayes20(b *testing.B) {
	benchmark(b, "bayes", func(r *engine.Rules) { r.Players = 20 })
}

// BenchmarkBayesPairwise is of a table with too many sets of traitors to go through.
func BenchmarkBayesPairwise(b *testing.B) {
	benchmark(b, "bayes", func(r *engine.Rules) { r.Players, r.Traitors = 20, 6 })
}
