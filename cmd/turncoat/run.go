package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"turncoat/engine"
	"turncoat/engine/batch"
	"turncoat/engine/match"
	"turncoat/memory"
	"turncoat/scenarios"
)

// runFlags are the flags of run.
type runFlags struct {
	games      int
	seed       string
	policy     string
	teams      []string
	seats      []string
	set        []string
	season     int
	parallel   int
	batch      string
	json       bool
	quiet      bool
	noProgress bool
	dryRun     bool
	freeze     bool
	models     modelFlags
}

func (a *app) runCommand() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run [SCENARIO|DESIGN|FILE]",
		Short: "Play a batch of games, or go on with one",
		Long: "Play a batch of games of a scenario or a design, shipped or from a file. The same command with the same --db and --batch goes on\n" +
			"where the batch stopped; a larger --games adds games; another design under the same name is refused.",
		Example: "  turncoat run\n  turncoat run balanced-15 --games 200 --seed 1 --batch mine\n" +
			"  turncoat run classic --team traitors=bayes --team faithful=random\n  turncoat run --set players=15 --set traitors=2",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.run(cmd.Context(), cmd, args, f)
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&f.games, "games", 20, "how many games the batch has; of a design, each of its cells")
	flags.StringVar(&f.seed, "seed", "", "the batch's seed, 0…18446744073709551615 (default: drawn, and printed)")
	flags.StringVar(&f.policy, "policy", "", "the policy of every seat, as NAME or NAME?key=value (default: the scenario's)")
	flags.StringArrayVar(&f.teams, "team", nil, "TEAM=SPEC: the policy of the traitors or the faithful")
	flags.StringArrayVar(&f.seats, "seat", nil, "K=SPEC: the policy of seat K, counted from 0")
	flags.IntVar(&f.season, "season", 0, "games in a row by the same players, who remember (default: the scenario's season)")
	flags.StringArrayVar(&f.set, "set", nil, "key=value: override a field of the scenario")
	flags.IntVar(&f.parallel, "parallel", 0, parallelHelp)
	f.models.register(flags)
	flags.BoolVar(&f.dryRun, "dry-run", false, "play nothing: tell how many calls and tokens the models would need, and time one call of each")
	flags.BoolVar(&f.freeze, "freeze", false, "write the design's primary metric, exclusions and number of games into the manifest, before the first game, for good")
	flags.StringVar(&f.batch, "batch", "", "the batch's name (default: the scenario's and a number)")
	flags.BoolVar(&f.json, "json", false, "print the result as one JSON document")
	flags.BoolVar(&f.quiet, "quiet", false, "print the result and nothing else")
	flags.BoolVar(&f.noProgress, "no-progress", false, "show no progress")
	_ = cmd.RegisterFlagCompletionFunc("policy", completePolicies)
	cmd.ValidArgsFunction = completeScenarios
	return cmd
}

func (a *app) run(ctx context.Context, cmd *cobra.Command, args []string, f runFlags) error {
	d, err := f.design(args)
	if err != nil {
		return err
	}
	if f.games < 1 || f.parallel < 0 || f.season < 0 {
		return usage(errors.New("--games takes 1 or more, --parallel and --season 0 or more"))
	}
	seedGiven := cmd.Flags().Changed("seed")
	if seedGiven {
		if d.Seed, err = strconv.ParseUint(f.seed, 10, 64); err != nil {
			return usage(fmt.Errorf("--seed %q: it takes an integer from 0 to 18446744073709551615", f.seed))
		}
	}
	if !seedGiven && d.parsed.Seed != "" {
		f.seed, seedGiven = d.parsed.Seed, true
		if d.Seed, err = strconv.ParseUint(f.seed, 10, 64); err != nil {
			return usage(fmt.Errorf("the design's seed %q: it takes an integer from 0 to 18446744073709551615", f.seed))
		}
	}
	if err := d.load(); err != nil { // everything is checked before the file is made
		return err
	}
	if !cmd.Flags().Changed("games") {
		f.games = max(f.games, d.scenario.Season) // a season at least
		if len(d.Cells) > 0 {
			f.games = max(d.parsed.Games, d.scenario.Season)
		}
	}
	if n := d.scenario.Season; n > 1 && len(d.Cells) > 0 && f.games%n != 0 {
		return usage(fmt.Errorf("--games %d: the cells of a design are whole seasons, so it takes a multiple of %d", f.games, n))
	}
	f.games *= max(1, len(d.Cells))
	if err := d.checkFreeze(); err != nil {
		return err
	}
	if err := a.checkName(f.batch); err != nil {
		return err
	}
	if f.dryRun {
		return a.dryRun(ctx, d, f)
	}
	seats, err := a.players(d, f.models) // refused here, a run leaves nothing behind
	if err != nil {
		return err
	}
	store, err := memory.Open(ctx, a.db, memory.TellTo(a.log))
	if err != nil {
		return usageOf(err)
	}
	return closing(store, func() error {
		if err := errors.Join(d.adopt(ctx, store), seats.learn(ctx)); err != nil {
			return err
		}
		b, err := a.planned(ctx, store, d, f, seedGiven, cmd.Flags().Changed("games"))
		if err != nil {
			return err
		}
		return a.play(ctx, store, b, d, seats, playOptions{parallel: f.parallel, json: f.json, quiet: f.quiet, noProgress: f.noProgress, models: f.models})
	})
}

// design reads the flags into a design.
func (f runFlags) design(args []string) (*design, error) {
	arg := "classic"
	if len(args) == 1 {
		arg = args[0]
	}
	d, parsed, found, err := designOf(arg)
	if err != nil {
		return nil, err
	}
	set := slices.Clone(f.set)
	if f.season != 0 {
		set = append(set, fmt.Sprintf("season=%d", f.season))
	}
	if !found {
		name, src, err := readScenario(arg)
		if err != nil {
			return nil, err
		}
		d = &design{Scenario: name, Source: string(src)}
	}
	d.Set, d.parsed, d.Frozen = set, parsed, f.freeze
	d.Policies.All = f.policy
	for _, kv := range f.teams {
		team, spec, ok := strings.Cut(kv, "=")
		if !ok || team != "traitors" && team != "faithful" {
			return nil, usage(fmt.Errorf("--team %s: it takes traitors=SPEC or faithful=SPEC", kv))
		}
		if d.Policies.Teams == nil {
			d.Policies.Teams = map[string]string{}
		}
		d.Policies.Teams[team] = spec
	}
	for _, kv := range f.seats {
		seat, spec, ok := strings.Cut(kv, "=")
		k, err := strconv.Atoi(seat)
		if !ok || err != nil || k < 0 {
			return nil, usage(fmt.Errorf("--seat %s: it takes K=SPEC, K counted from 0", kv))
		}
		if d.Policies.Seats == nil {
			d.Policies.Seats = map[int]string{}
		}
		d.Policies.Seats[k] = spec
	}
	d.override(set, d.Policies)
	return d, nil
}

// planned finds the batch that the flags name, or makes it, and takes its lease; an unlike design under the same name is an error.
// The name that was given is exact.
func (a *app) planned(ctx context.Context, store *memory.Store, d *design, f runFlags, seedGiven, gamesGiven bool) (memory.Batch, error) {
	if f.batch != "" {
		b, err := store.BatchNamed(ctx, f.batch)
		switch {
		case err == nil:
			return a.rejoined(ctx, store, b, d, f, seedGiven, gamesGiven)
		case !errors.Is(err, memory.ErrNotFound):
			return memory.Batch{}, err
		}
	}
	if !seedGiven {
		d.Seed = drawSeed()
	}
	for _, c := range d.Cells {
		c.Seed = d.Seed
	}
	b, err := d.fresh(f.games)
	if err != nil {
		return memory.Batch{}, err
	}
	for {
		if b.Name = f.batch; b.Name == "" {
			if b.Name, err = store.NextName(ctx, memory.NameOf(b.Scenario)); err != nil {
				return memory.Batch{}, err
			}
		}
		made, err := store.CreateBatch(ctx, b)
		switch {
		case !errors.Is(err, memory.ErrNameTaken):
			return made, err
		case f.batch != "": // a second process made it just now
			return a.planned(ctx, store, d, f, seedGiven, gamesGiven)
		}
	}
}

// fresh is a batch of the design that has not begun, without a name.
func (d *design) fresh(games int) (memory.Batch, error) {
	text, err := d.encode()
	if err != nil {
		return memory.Batch{}, err
	}
	protocol, err := d.protocol(games)
	if err != nil {
		return memory.Batch{}, err
	}
	return memory.Batch{Scenario: cmp.Or(d.Name, d.scenario.Name), Design: text, Seed: d.Seed, Games: games, Manifest: protocol,
		Created: time.Now().UTC().Format(time.RFC3339), Status: batchRunning}, nil
}

// rejoined goes on with a batch that is in the file already.
func (a *app) rejoined(ctx context.Context, store *memory.Store, b memory.Batch, d *design, f runFlags, seedGiven, gamesGiven bool) (memory.Batch, error) {
	if !seedGiven {
		d.Seed = b.Seed
	}
	for _, c := range d.Cells {
		c.Seed = d.Seed
	}
	stored, err := decodeDesign(b.Design)
	if err != nil {
		return b, err
	}
	if diff := stored.differences(d); len(diff) > 0 {
		return b, usage(fmt.Errorf("batch %s in %s has another design: %s; choose another --batch", b.Name, a.db, strings.Join(diff, "; ")))
	}
	if stored.Frozen && f.games != b.Games {
		return b, usage(fmt.Errorf("batch %s was frozen at %d games; play another batch, and don't pool the two", b.Name, b.Games))
	}
	if err := a.take(ctx, store, b.Name); err != nil {
		return b, err
	}
	if gamesGiven && f.games > b.Games {
		b.Games = f.games
		return b, store.UpdateBatch(ctx, b)
	}
	return b, nil
}

// drawSeed draws a seed that JSON numbers hold exactly.
func drawSeed() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return binary.LittleEndian.Uint64(b[:]) >> 20
}

func completePolicies(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return policyNames(), cobra.ShellCompDirectiveNoFileComp
}

func completeScenarios(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return append(scenarios.Names(), scenarios.DesignNames()...), cobra.ShellCompDirectiveDefault
}

// plan makes the batch's plan of a design.
func (d *design) plan(ctx context.Context, store *memory.Store, b memory.Batch, parallel int, agents func(batch.Ref, engine.Setup) ([]match.Agent, error), report func(batch.Outcome)) (batch.Plan, error) {
	instant, err := d.instant()
	if err != nil {
		return batch.Plan{}, err
	}
	setup := func(ref batch.Ref) (engine.Setup, error) { return d.seated(ctx, store, b, ref.Index) }
	ref := func(index int) batch.Ref { return d.ref(b.Name, index) }
	return batch.Plan{Games: b.Games, Ref: ref, Setup: setup, Agents: agents, Instant: instant, Stopped: stopped,
		Parallel: parallel, Season: d.scenario.Season, Report: report, FailFast: true}, nil
}
