// Package agents says who plays: what a policy is asked and how it is named. A spec is a name and its options, as in
// "bayes?noise=0.2" or "ollama/llama3.2?temperature=0"; it is read once (PolicyOf).
//
// The package knows the engine. It does not know the policies (agents/catalog does), and never how a game is kept.
package agents

import (
	"context"

	"github.com/turncoat-sim/turncoat/engine"
)

// Agent decides for a seat. It is the same method set as match.Agent, which consumes it.
type Agent interface {
	Act(context.Context, engine.Observation, engine.Request) (engine.Answer, error)
}
