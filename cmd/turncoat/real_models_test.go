package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm/llmtest/small"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest/tiny"
	"github.com/turncoat-sim/turncoat/engine/batch"
	"github.com/turncoat-sim/turncoat/memory"
)

// played by a real model: how, how often, and the share of answers that may be lost, in percent; below 0 there is no bound.
type sitting struct {
	model  small.Model
	schema string
	games  int
	lost   float64
}

// What is played: two games of the smallest model in CI, several of each under both schemas by hand. The 135M can't without a grammar.
var (
	shortSittings = []sitting{{small.Smol, "native", 2, 1}}
	allSittings   = []sitting{
		{small.Smol, "native", 4, 1}, {small.Smol, "prompt", 2, -1},
		{small.Half, "native", 4, 1}, {small.Half, "prompt", 4, 10},
		{small.Big, "native", 4, 1}, {small.Big, "prompt", 4, 2},
	}
)

// Real language models play whole games on a real Ollama server: every game ends, hardly an answer is lost, nothing is misread, nothing
// leaks, and the games play again from their replies. TURNCOAT_MODELS says which: small, or all that are there (`make test-models`);
// TURNCOAT_MODEL_GAMES says how many games of each.
func TestRealModels(t *testing.T) {
	sittings := allSittings
	switch which := os.Getenv("TURNCOAT_MODELS"); which {
	case "":
		t.Skip("minutes of play: `make test-models`, or set TURNCOAT_MODELS to small or all")
	case "small":
		sittings = shortSittings
	case "all":
	default:
		t.Fatalf("TURNCOAT_MODELS is %q: it takes small or all", which)
	}
	if _, err := small.Smol.Path(); err != nil {
		tiny.Missing(t, "no model to play: %v", err)
	}
	host := tiny.Serve(t)
	var told bytes.Buffer
	rows := tabwriter.NewWriter(&told, 0, 0, 2, ' ', 0)
	fmt.Fprintln(rows, "model\tschema\tgames\tanswers\tmended\trepaired\tforfeited\tlost acts\trefusals\ts")
	created := map[string]bool{}
	for _, s := range sittings {
		if _, err := s.model.Path(); err != nil {
			t.Logf("left out: %v", err)
			continue
		}
		if !created[s.model.Name] {
			if err := s.model.Create(t.Context(), host); err != nil {
				t.Fatal(err)
			}
			created[s.model.Name] = true
		}
		t.Run(s.model.Name+"/"+s.schema, func(t *testing.T) { s.play(t, host, rows) })
	}
	if err := rows.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", told.String())
}

func (s sitting) play(t *testing.T, host string, rows *tabwriter.Writer) {
	if n := os.Getenv("TURNCOAT_MODEL_GAMES"); n != "" {
		var err error
		if s.games, err = strconv.Atoi(n); err != nil || s.games < 1 {
			t.Fatalf("TURNCOAT_MODEL_GAMES is %q: it takes a number of games", n)
		}
	}
	db := filepath.Join(t.TempDir(), "models.db")
	cmd := turncoat(t, "run", "duel-4", "--games", strconv.Itoa(s.games), "--seed", "7", "--batch", "real", "--db", db, "--quiet",
		"--policy", fmt.Sprintf("ollama/%s?num_ctx=8192&schema=%s", s.model.Name, s.schema))
	cmd.Env = append(cmd.Env, "OLLAMA_HOST="+host)
	begun := time.Now()
	out, err := cmd.CombinedOutput()
	took := time.Since(begun)
	hopeless := s.lost < 0 && strings.Contains(string(out), "no answer counts")
	if exit := (*exec.ExitError)(nil); err != nil && !(hopeless && errors.As(err, &exit)) {
		t.Fatalf("%v\n%s", err, out)
	}
	if hopeless {
		t.Logf("the batch was stopped, since no answer counts: %s can't play so", s.model.Name)
	} else {
		t.Logf("%s", mustRun(t, "verify", "real", "--deep", "--db", db))
	}
	s.examine(t, db, took, hopeless, rows)
}

// examine holds the games to what is promised.
func (s sitting) examine(t *testing.T, db string, took time.Duration, hopeless bool, rows *tabwriter.Writer) {
	store, err := memory.OpenReadOnly(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	answers, err := store.Answers(t.Context(), "real")
	if err != nil || len(answers) != 1 {
		t.Fatalf("answers of %d policies: %v", len(answers), err)
	}
	a := answers[0]
	games := 0
	for g, err := range store.Games(t.Context(), "real") {
		if err != nil {
			t.Fatal(err)
		}
		if games++; g.Status != string(batch.Finished) && !hopeless {
			t.Errorf("game %d is %s: %s", g.Index, g.Status, g.Error)
		}
		examineGame(t, store, g)
		if told := mustRun(t, "replay", "real/"+strconv.Itoa(g.Index), "--thoughts", "--beliefs", "--db", db); len(told) < 1000 {
			t.Errorf("the replay of game %d is only\n%s", g.Index, told)
		}
	}
	if games != s.games && !hopeless {
		t.Errorf("%d games, %d were to be played", games, s.games)
	}
	share := 100 * float64(a.Forfeited) / float64(max(1, a.Questions))
	if s.lost >= 0 && (share > s.lost || a.Questions < 10*s.games) {
		t.Errorf("%d of %d answers (%.2f %%) were lost, at most %.1f %% may be: %s", a.Forfeited, a.Questions, share, s.lost,
			causes(a.Causes))
	}
	t.Logf("%d of %d answers (%.2f %%) were lost: %s", a.Forfeited, a.Questions, share, causes(a.Causes))
	fmt.Fprintf(rows, "%s\t%s\t%d\t%d\t%d\t%d\t%d (%.1f %%)\t%d\t%d\t%.0f\n", s.model.Name, s.schema, games,
		a.Questions, a.Mended, a.Repaired, a.Forfeited, share, a.LostActs, a.Refused, took.Seconds())
}

// examineGame runs the audits over a game.
func examineGame(t *testing.T, store *memory.Store, g memory.Game) {
	t.Helper()
	calls, err := store.Calls(t.Context(), g.Key)
	if err != nil {
		t.Fatal(err)
	}
	spec, events, err := promptsOf(t, store, g)
	if err != nil {
		t.Fatal(err)
	}
	wrong, n := misread(events, calls)
	leaked, compared, err := leaks(t.Context(), spec, events, calls)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := promptTexts(t.Context(), spec, events, calls)
	if err != nil {
		t.Fatal(err)
	}
	stray, looked := strayThoughts(texts, calls)
	for _, list := range [][]string{wrong, leaked, stray} {
		for _, one := range list {
			t.Errorf("game %d: %s", g.Index, one)
		}
	}
	if compared != len(calls) || len(calls) == 0 || n.turns == 0 {
		t.Errorf("game %d: %d of %d prompts were compared, %d turns", g.Index, compared, len(calls), n.turns)
	}
	t.Logf("game %d: %d turns, %d acts, %d ballots, %d beliefs as they were said (%d statements by their words alone); %d prompts that "+
		"tell nothing of others, %d sentences of thoughts that nobody else was shown",
		g.Index, n.turns, n.acts, n.votes, n.beliefs, n.inWords, compared, looked)
}
