package main

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
)

// growing is a game that goes on between two looks at the file: the first sees no more than its beginning.
type growing struct {
	*memory.Store
	first uint64 // the last step of the beginning
	looks int
}

func (f *growing) end() uint64 {
	if f.looks++; f.looks == 1 {
		return f.first
	}
	return 1 << 40
}

func (f *growing) Events(ctx context.Context, key int64) (memory.Record, error) {
	r, err := f.Store.Events(ctx, key)
	end := f.end()
	r.Events = slices.DeleteFunc(r.Events, func(e codec.Stored) bool { return e.Step > end })
	return r, err
}

func (f *growing) Calls(ctx context.Context, key int64) ([]memory.ModelCall, error) {
	calls, err := f.Store.Calls(ctx, key)
	end := f.end()
	return slices.DeleteFunc(calls, func(c memory.ModelCall) bool { return c.Step > end }), err
}

// A game that goes on while it is read has replies that wait, and none that somebody altered.
func TestRereadOfARunningGame(t *testing.T) {
	fake := llmtest.Serve(llmtest.Setup{Width: 4})
	defer fake.Close()
	db := filepath.Join(t.TempDir(), "a.db")
	cmd := modelRun(t, fake, "run", "duel-4", "--games", "1", "--seed", "1", "--batch", "b", "--policy", "vllm/fake", "--quiet", "--db", db)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	store, g := firstGame(t, db, "b")
	answers := 0
	left, err := archive.RereadGame(t.Context(), &growing{Store: store, first: 3}, g, func(r archive.Reread) {
		if answers++; r.Altered {
			t.Errorf("step %d, seat %d: taken for altered", r.Step, r.Asked.Seat)
		}
	})
	if err != nil || answers == 0 || left.Calls == 0 {
		t.Errorf("%d answers, %d replies wait (%v)", answers, left.Calls, err)
	}
}
