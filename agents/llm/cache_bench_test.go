package llm

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm/reply"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/enginetest"
)

// slots is a server's prefix cache: each slot holds the last prompt that it saw; a prompt goes to the slot that shares most with
// it, or, where none shares a quarter, to the one that was used longest ago. It returns what has to be computed.
type slots struct {
	held []string // the least recently used first
	most int      // 0: without limit
}

func (s *slots) miss(prompt string) int {
	best, at := 0, -1
	for i, h := range s.held {
		if n := common(h, prompt); n > best {
			best, at = n, i
		}
	}
	full := s.most > 0 && len(s.held) == s.most
	switch {
	case at >= 0 && (full || best == len(s.held[at])):
		s.held = slices.Delete(s.held, at, at+1)
	case full:
		s.held = s.held[1:]
	}
	s.held = append(s.held, prompt)
	return len(prompt) - best
}

func common(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// least is the number of distinct prefixes: what a cache that forgets nothing has to compute. Sorted, each prompt adds what it does not
// share with the one before it.
func least(prompts []string) int {
	sorted := slices.Clone(prompts)
	slices.Sort(sorted)
	sum := 0
	for i, p := range sorted {
		if i == 0 {
			sum += len(p)
			continue
		}
		sum += len(p) - common(sorted[i-1], p)
	}
	return sum
}

// promptsOfGame are the prompts of a whole game in the order of the calls, in this layout and with the seat's own part first.
func promptsOfGame(tb testing.TB, seed uint64, rules engine.Rules) (public, private []string) {
	t, ok := tb.(*testing.T)
	if !ok {
		t = &testing.T{}
	}
	each(t, enginetest.Setup(seed, rules), func(_ engine.State, r engine.Request, _ engine.Observation, p Prompt) {
		system, user := p.Messages[0].Text, p.Messages[1].Text
		record, own, _ := strings.Cut(user, "\nWHAT ONLY YOU KNOW\n")
		own, question, _ := strings.Cut(own, "\nNOW: ")
		public = append(public, system+user)
		private = append(private, own+system+record+question)
	})
	return public, private
}

// BenchmarkPrompts measures what a prefix cache can't reuse of the prompts of whole games, in estimated tokens, beside the least
// possible and beside the layout that sends role and private memory first. `make bench-prompts` prints the table.
func BenchmarkPrompts(b *testing.B) {
	for _, table := range []struct {
		name              string
		players, traitors int
	}{{"classic", 10, 3}, {"balanced-15", 15, 2}} {
		rules := engine.DefaultRules()
		rules.Players, rules.Traitors = table.players, table.traitors
		b.Run(table.name, func(b *testing.B) {
			for b.Loop() {
				measure(b, table.name, rules.Complete())
			}
		})
	}
}

const benchGames = 5

func measure(b *testing.B, name string, rules engine.Rules) {
	var sum, floor float64
	miss := map[string]float64{}
	calls := 0
	for seed := range uint64(benchGames) {
		public, private := promptsOfGame(b, seed, rules)
		calls += len(public)
		for _, p := range public {
			sum += float64(len(p))
		}
		floor += float64(least(public))
		for layout, prompts := range map[string][]string{"public": public, "private": private} {
			for _, n := range []int{1, 4, 0} {
				cache := slots{most: n}
				for _, p := range prompts {
					miss[fmt.Sprint(layout, n)] += float64(cache.miss(p))
				}
			}
		}
	}
	tokens := func(chars float64) float64 { return chars * 10 / DefaultChars / benchGames }
	b.ReportMetric(tokens(sum), "prompt-tokens/game")
	b.ReportMetric(float64(calls)/benchGames, "calls/game")
	b.ReportMetric(tokens(floor), "least-tokens/game")
	for _, n := range []int{1, 4, 0} {
		b.ReportMetric(miss[fmt.Sprint("public", n)]/floor, fmt.Sprintf("×least-%dslots", n))
		b.ReportMetric(miss[fmt.Sprint("private", n)]/floor, fmt.Sprintf("×least-%dslots-private-first", n))
	}
	if os.Getenv("TURNCOAT_BENCH_TABLE") != "" {
		fmt.Printf("%-12s %8.0f prompt tokens a game in %.0f calls, least %.0f; ×least with 1, 4, unlimited slots: %.2f %.2f %.2f; "+
			"private first: %.2f %.2f %.2f\n",
			name, tokens(sum), float64(calls)/benchGames, tokens(floor), miss["public1"]/floor, miss["public4"]/floor,
			miss["public0"]/floor,
			miss["private1"]/floor, miss["private4"]/floor, miss["private0"]/floor)
	}
}

// BenchmarkCompose is the engine's own cost of a call late in a game: prompt, hash, reading the reply.
func BenchmarkCompose(b *testing.B) {
	var seen engine.Observation
	var asked engine.Request
	each(&testing.T{}, enginetest.Setup(1, engine.DefaultRules().Complete()), func(_ engine.State, r engine.Request, o engine.Observation,
		_ Prompt) {
		if r.Kind == engine.AskBallot {
			seen, asked = o, r
		}
	})
	spec := testSpec()
	said := Completion{Text: `{"thought":"hm","choice":"P1"}`, Finish: reply.Stop}
	for b.Loop() {
		_ = Ask{Spec: &spec, Policy: "test", Seen: seen, Request: asked}.Prompt().Hash()
		_ = reply.To(seen, asked).Read(said.raw(), reply.Final)
	}
}
