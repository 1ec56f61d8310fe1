package engine

import (
	"errors"
	"testing"
)

// Rules that contradict themselves are refused under the key to look at, and what comes next to them is not.
func TestContradictions(t *testing.T) {
	rows := []struct {
		key      string
		bad, not func(*Rules)
	}{
		{"traitors", func(r *Rules) { r.Players, r.Traitors = 6, 3 }, func(r *Rules) { r.Players, r.Traitors = 7, 3 }},
		{"traitors", func(r *Rules) { r.Players, r.Traitors, r.First = 7, 3, "night" },
			func(r *Rules) { r.Players, r.Traitors, r.First = 8, 3, "night" }},
		{"ballot", func(r *Rules) { r.Ballot, r.Murder = "off", false }, func(r *Rules) { r.Ballot = "off" }},
		{"first", func(r *Rules) { r.First, r.Murder, r.Conclave = "night", false, 0 },
			func(r *Rules) { r.First, r.Murder, r.Conclave = "night", false, 1 }},
		{"first", func(r *Rules) { r.First, r.Murder, r.Conclave = "night", false, 0 },
			func(r *Rules) { r.First, r.Murder, r.Conclave = "night", true, 0 }},
		{"shown", func(r *Rules) { r.Ballot, r.Shown = "open", "nothing" }, func(r *Rules) { r.Shown = "nothing" }},
		{"turns", func(r *Rules) { r.Order = "bid" }, func(r *Rules) { r.Order, r.Turns = "bid", 1 }},
		{"turns", func(r *Rules) { r.Turns = 1 }, func(*Rules) {}},
		{"after_speech", func(r *Rules) { r.AfterSpeech, r.Hears.Later = "intent", "previous_pass" },
			func(r *Rules) { r.AfterSpeech, r.Passes, r.Hears.Later = "intent", 1, "previous_pass" }},
		{"after_speech", func(r *Rules) { r.AfterSpeech, r.Hears.First = "intent", "previous_pass" },
			func(r *Rules) { r.AfterSpeech = "intent" }},
		{"hears", func(r *Rules) { r.Order, r.Turns, r.Hears.Later = "bid", 1, "previous_pass" },
			func(r *Rules) { r.Hears.Later = "previous_pass" }},
		{"memory.scope", func(r *Rules) { r.Memory.Scope, r.Memory.Budget = "none", 1 }, func(r *Rules) { r.Memory.Scope = "none" }},
		{"memory.recall", func(r *Rules) { r.Memory.Recall, r.Memory.Reflect = "digest", AfterEnd },
			func(r *Rules) { r.Memory.Recall, r.Memory.Reflect = "digest", AfterEnd|AfterBanishment }},
		{"honesty", func(r *Rules) { r.Honesty, r.Guidance.Faithful = "required", "explicit" },
			func(r *Rules) { r.Honesty, r.Guidance.Faithful = "required", "none" }},
		{"prompts.recap", func(r *Rules) { r.Recap, r.Thoughts = "thought", "off" }, func(r *Rules) { r.Recap = "thought" }},
		{"max_rounds", func(r *Rules) { r.MaxRounds = 0 }, func(r *Rules) { r.MaxRounds = 1 }},
	}
	met := map[string]bool{}
	for i, row := range rows {
		r := DefaultRules().Complete()
		row.not(&r)
		if err := r.Validate(); err != nil {
			t.Errorf("row %d: %v", i, err)
		}
		r = DefaultRules().Complete()
		row.bad(&r)
		var wrong *OptionError
		if err := r.Validate(); !errors.As(err, &wrong) || wrong.Key != row.key {
			t.Errorf("row %d: %v, wanted one of %s", i, err, row.key)
			continue
		}
		met[wrong.Detail] = true
		if _, _, err := Open(Setup{Rules: r, Cast: make([]Player, r.Players)}); err == nil {
			t.Errorf("row %d: a game is opened", i)
		}
	}
	if len(met) != len(contradictions) {
		t.Errorf("%d of %d contradictions are met", len(met), len(contradictions))
	}
}

// Every integer option takes its bounds and nothing past them.
func TestOptionBounds(t *testing.T) {
	for _, o := range Options() {
		if o.Type != "integer" {
			continue
		}
		for v, ok := range map[int]bool{o.Min: true, o.Max: true, o.Min - 1: false, o.Max + 1: false} {
			r := DefaultRules()
			if err := o.Set(&r, v); (err == nil) != ok {
				t.Errorf("%s = %d: %v", o.Key, v, err)
			}
		}
	}
}
