package catalog_test

import (
	"context"
	"fmt"
	"log"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/match"
	"github.com/turncoat-sim/turncoat/scenarios"
)

// lines counts the events that a match appends, in place of a file that keeps them.
type lines int

func (n *lines) Append(_ context.Context, _ string, _ uint64, events []engine.Event) error {
	*n += lines(len(events))
	return nil
}

// A game of a scenario that ships, with a policy of one's choice at each seat.
func ExampleNew() {
	scenario, err := scenarios.Load("duel-4")
	if err != nil {
		log.Fatal(err)
	}
	setup, err := scenario.Cast(5, scenarios.Policies{All: "bayes?noise=0.1", Seats: map[int]string{0: "random"}})
	if err != nil {
		log.Fatal(err)
	}
	kept := new(lines)
	game := match.Game{ID: "mine", Log: kept}
	for seat, player := range setup.Cast {
		agent, err := catalog.New(agents.PolicyOf(player.Policy), engine.Seat(seat), engine.DeriveSeed(setup.Seed, "policy", seat))
		if err != nil {
			log.Fatal(err)
		}
		game.Agents = append(game.Agents, agent)
	}
	opening, _, err := engine.Open(setup)
	if err != nil {
		log.Fatal(err)
	}
	end, err := game.Run(context.Background(), opening)
	fmt.Println(end.Winner, "win after", *kept, "events,", err)
	// Output:
	// faithful win after 27 events, <nil>
}
