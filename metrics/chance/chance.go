// Package chance says what every metric comes to by chance: under the policy random, as it really plays, speech and beliefs included. It
// plays the games in memory; it knows no file and no clock. What ships has its levels with it (levels.json).
package chance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/engine/match"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
)

// Policy is the one whose play is chance.
const Policy = "random"

// GamesOf is how many games the levels of some rules are simulated from: 2,000, and of more than fifteen players so many fewer that it
// takes about as long. The standard error tells. Those that ship are of 8,000.
func GamesOf(r engine.Rules) int {
	const most, players = 2000, 15
	if r.Players <= players {
		return most
	}
	return max(250, most*players*players/(r.Players*r.Players))
}

// mostWords is more than the policy ever says: a bound of more changes nothing.
const mostWords = 15

// Normal are the rules less everything that the policy takes no notice of, so that rules that play alike share their levels.
func Normal(r engine.Rules) engine.Rules {
	plain := engine.DefaultRules()
	r = r.Complete()
	r.Memory, r.Framing, r.Guidance, r.Honesty, r.Thoughts, r.Recap = engine.Memory{}, plain.Framing, plain.Guidance, plain.Honesty,
		plain.Thoughts, plain.Recap
	if r.Words == 0 || r.Words > mostWords {
		r.Words = mostWords
	}
	return r
}

// Key names what the simulated levels of some rules depend on, but for the program.
func Key(r engine.Rules) string {
	b, err := json.Marshal(Normal(r))
	if err != nil {
		panic(err) // rules are plain values
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// Simulate plays so many games by chance on all processors and gives the level of every metric that has a case in enough of them. It is
// the same on however many processors: each game has seeds of its own, and they are added in order. tell, which may be nil, is told how
// many are played.
func Simulate(ctx context.Context, r engine.Rules, games int, tell func(played int)) (map[string]analysis.Level, error) {
	r = Normal(r)
	tally := analysis.NewTally()
	cases := make([]analysis.Cases, games)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var next, played atomic.Int64
	var wg sync.WaitGroup
	for range min(games, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for ctx.Err() == nil {
				k := int(next.Add(1)) - 1
				if k >= games {
					return
				}
				g, err := play(ctx, r, k)
				if err != nil {
					stop(fmt.Errorf("game %d by chance: %w", k, err))
					return
				}
				cases[k] = tally.Of(&g)
				if n := played.Add(1); tell != nil {
					tell(int(n))
				}
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	for _, c := range cases {
		tally.Add(c)
	}
	return tally.Levels(), nil
}

// play plays one game, as a batch of the policy would.
func play(ctx context.Context, r engine.Rules, k int) (metrics.Game, error) {
	setup := engine.Setup{Seed: engine.DeriveSeed(0, "chance", k), Rules: r, Cast: make([]engine.Player, r.Players)}
	seats := make([]match.Agent, r.Players)
	for i := range seats {
		setup.Cast[i] = engine.Player{Name: fmt.Sprint("P", i), Policy: Policy}
		agent, err := catalog.New(agents.PolicyOf(Policy), engine.Seat(i), engine.DeriveSeed(setup.Seed, "policy", i))
		if err != nil {
			return metrics.Game{}, err
		}
		seats[i] = agent
	}
	history, _, err := engine.Open(setup)
	if err != nil {
		return metrics.Game{}, err
	}
	log := &events{}
	if err := log.Append(ctx, "", 0, history); err != nil {
		return metrics.Game{}, err
	}
	if _, err := (match.Game{Agents: seats, Log: log}).Run(ctx, history); err != nil {
		return metrics.Game{}, err
	}
	return metrics.ReadGame(metrics.GameMeta{}, log.stored)
}

// events is a log in memory of what metrics read.
type events struct{ stored []codec.Stored }

var read = func() map[engine.Kind]bool {
	out := map[engine.Kind]bool{}
	for _, k := range metrics.Kinds() {
		out[k] = true
	}
	return out
}()

// Append implements match.Log.
func (l *events) Append(_ context.Context, _ string, _ uint64, step []engine.Event) error {
	for _, e := range step {
		if !read[e.Body.Kind()] {
			continue
		}
		s, err := codec.Store(e)
		if err != nil {
			return err
		}
		l.stored = append(l.stored, s)
	}
	return nil
}
