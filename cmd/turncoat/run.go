package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/scenarios"
	"github.com/turncoat-sim/turncoat/scenarios/study"
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
		Long: "Play a batch of games of a scenario or a design, shipped or from a file. The same command with the same --db and " +
			"--batch goes on\n" +
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
	flags.BoolVar(&f.dryRun, "dry-run", false, "play nothing: tell how many calls and tokens the models would need, and time one call "+
		"of each")
	flags.BoolVar(&f.freeze, "freeze", false, "write the design's primary metric, exclusions and number of games into the manifest, "+
		"before the first game, for good")
	flags.StringVar(&f.batch, "batch", "", "the batch's name (default: the scenario's and a number)")
	flags.BoolVar(&f.json, "json", false, "print the result as one JSON document")
	flags.BoolVar(&f.quiet, "quiet", false, "print the result and nothing else")
	flags.BoolVar(&f.noProgress, "no-progress", false, "show no progress")
	_ = cmd.RegisterFlagCompletionFunc("policy", completePolicies)
	cmd.ValidArgsFunction = completeScenarios
	return cmd
}

func (a *app) run(ctx context.Context, cmd *cobra.Command, args []string, f runFlags) error {
	d, file, err := f.design(args)
	if err != nil {
		return err
	}
	if f.games < 1 || f.parallel < 0 || f.season < 0 {
		return usage(errors.New("--games takes 1 or more, --parallel and --season 0 or more"))
	}
	seedGiven := cmd.Flags().Changed("seed") || file.Seed != ""
	if d.Seed, err = f.seedOf(file, cmd.Flags().Changed("seed")); err != nil {
		return err
	}
	if err := d.Load(seating.Policies{}); err != nil { // everything is checked before the file is made
		return err
	}
	if !cmd.Flags().Changed("games") {
		f.games = max(f.games, d.Season()) // a season at least
		if len(d.Cells) > 0 {
			f.games = max(file.Games, d.Season())
		}
	}
	if n := d.Season(); n > 1 && len(d.Cells) > 0 && f.games%n != 0 {
		return usage(fmt.Errorf("--games %d: the cells of a design are whole seasons, so it takes a multiple of %d", f.games, n))
	}
	f.games *= max(1, len(d.Cells))
	if err := d.CheckProtocol(isMetric); err != nil {
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
	if err := seats.Learn(ctx); err != nil {
		return err
	}
	if err := seating.Settle(d, seats.Servers); err != nil {
		return err
	}
	store, err := memory.Open(ctx, a.db, memory.TellTo(a.log))
	if err != nil {
		return usageOf(err)
	}
	return closing(store, func() error {
		if err := seating.Adopt(d, designIn(ctx, store)); err != nil {
			return err
		}
		for _, key := range d.Unheard() {
			fmt.Fprintf(a.err, "turncoat: %s has no effect: no seat is played by a language model, and scripted players are told nothing\n",
				key)
		}
		b, err := a.planned(ctx, store, d, f, seedGiven, cmd.Flags().Changed("games"))
		if err != nil {
			return err
		}
		a.tellContexts(d, seats.Servers)
		return a.play(ctx, store, b, d, seats, playOptions{parallel: f.parallel, json: f.json, quiet: f.quiet, noProgress: f.noProgress,
			models: f.models})
	})
}

// seedOf is the batch's seed where the flag or the design file gives one; else 0, and one is drawn.
func (f runFlags) seedOf(file scenarios.Design, given bool) (uint64, error) {
	text, where := f.seed, "--seed"
	if !given {
		text, where = file.Seed, "the design's seed"
	}
	if !given && text == "" {
		return 0, nil
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, usage(fmt.Errorf("%s %q: it takes an integer from 0 to 18446744073709551615", where, text))
	}
	return seed, nil
}

func isMetric(name string) bool {
	_, ok := metrics.Find(name)
	return ok
}

// designIn reads the designs of the batches of a file by their names.
func designIn(ctx context.Context, store *memory.Store) func(string) (*study.Design, error) {
	return func(name string) (*study.Design, error) {
		b, err := store.BatchByName(ctx, name)
		if err != nil {
			return nil, err
		}
		return archive.DesignOf(b)
	}
}

// design reads the flags into a design; of a design file, what that says comes with it.
func (f runFlags) design(args []string) (*study.Design, scenarios.Design, error) {
	arg := "classic"
	if len(args) == 1 {
		arg = args[0]
	}
	d, file, err := readDesign(arg)
	if err != nil {
		return nil, file, err
	}
	set := slices.Clone(f.set)
	if f.season != 0 {
		set = append(set, fmt.Sprintf("season=%d", f.season))
	}
	d.Set, d.Frozen = set, f.freeze
	if d.Policies, err = f.policies(); err != nil {
		return nil, file, err
	}
	d.Override(set, d.Policies)
	return d, file, nil
}

// policies are who the flags say plays.
func (f runFlags) policies() (p scenarios.Policies, err error) {
	p.All = f.policy
	for _, kv := range f.teams {
		team, spec, ok := strings.Cut(kv, "=")
		if !ok || team != "traitors" && team != "faithful" {
			return p, usage(fmt.Errorf("--team %s: it takes traitors=SPEC or faithful=SPEC", kv))
		}
		if p.Teams == nil {
			p.Teams = map[string]string{}
		}
		p.Teams[team] = spec
	}
	for _, kv := range f.seats {
		seat, spec, ok := strings.Cut(kv, "=")
		k, err := strconv.Atoi(seat)
		if !ok || err != nil || k < 0 {
			return p, usage(fmt.Errorf("--seat %s: it takes K=SPEC, K counted from 0", kv))
		}
		if p.Seats == nil {
			p.Seats = map[int]string{}
		}
		p.Seats[k] = spec
	}
	return p, nil
}

// planned finds the batch that the flags name, or makes it, and takes its lease; an unlike design under the same name is an error.
// The name that was given is exact.
func (a *app) planned(ctx context.Context, store *memory.Store, d *study.Design, f runFlags, seedGiven, gamesGiven bool) (memory.Batch,
	error) {
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
	d.Sow(d.Seed)
	b, err := archive.Fresh(d, f.batch, f.games, programVersion())
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

// rejoined goes on with a batch that is in the file already.
func (a *app) rejoined(ctx context.Context, store *memory.Store, b memory.Batch, d *study.Design, f runFlags, seedGiven,
	gamesGiven bool) (memory.Batch, error) {
	if !seedGiven {
		d.Seed = b.Seed
	}
	d.Sow(d.Seed)
	stored, err := archive.DesignOf(b)
	if err != nil {
		return b, err
	}
	if err := seating.Agree(d, stored); err != nil {
		return b, err
	}
	if diff := stored.Differences(d); len(diff) > 0 {
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
