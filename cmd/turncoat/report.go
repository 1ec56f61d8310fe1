package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/agents/llm/limits"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/engine/plain"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
	"github.com/turncoat-sim/turncoat/metrics"
	"github.com/turncoat-sim/turncoat/metrics/analysis"
	"github.com/turncoat-sim/turncoat/metrics/report"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

func (a *app) reportCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "report [BATCH]", Short: "Write a batch as one HTML page: figures with intervals and chance, trust, calibration, moments, " +
			"method", Args: cobra.MaximumNArgs(1),
		Long:    "Write a batch as one HTML page. It needs nothing from outside, opens offline, prints, and follows light and dark.",
		Example: "  turncoat report\n  turncoat report mine --out mine.html",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(store *memory.Store) error {
				b, r, err := a.report(ctx, store, args)
				if err != nil {
					return err
				}
				if out == "" {
					if out, err = fileName(ctx, store, b); err != nil {
						return err
					}
					out += ".html"
				}
				if err := writeFile(out, func(w io.Writer) error { return r.HTML(plain.NewWriter(w, plain.Nothing)) }); err != nil {
					return err
				}
				fmt.Fprintf(a.out, "%s: a report in %s\n", b.Name, out)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "the file (default: the batch's name and .html)")
	return cmd
}

func (a *app) plotCommand() *cobra.Command {
	var out, batch string
	cmd := &cobra.Command{
		Use: "plot [NAME…]", Short: "Write figures of the report as SVG or PNG; without a name, list them",
		Example: "  turncoat plot --batch mine\n  turncoat plot suspicion --batch mine\n  turncoat plot trust calibration --out " +
			"figures/f.png",
		RunE: func(cmd *cobra.Command, names []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(store *memory.Store) error {
				var args []string
				if batch != "" {
					args = []string{batch}
				}
				b, r, err := a.report(ctx, store, args)
				if err != nil {
					return err
				}
				file, err := fileName(ctx, store, b)
				if err != nil {
					return err
				}
				return a.plot(b, r, names, out, file)
			})
		},
	}
	cmd.Flags().StringVar(&batch, "batch", "", "the batch (default: the latest)")
	cmd.Flags().StringVar(&out, "out", "", "the file, .svg or .png; of several figures, their names are put before its name (default: "+
		"BATCH-NAME.svg)")
	return cmd
}

func (a *app) plot(b memory.Batch, r *report.Report, names []string, out, batchFile string) error {
	if len(r.Plots()) == 0 {
		return usage(fmt.Errorf("%s has no finished game: there is nothing to draw", b.Name))
	}
	if len(names) == 0 {
		fmt.Fprintf(a.out, "%s has: %s\n", b.Name, report.Listed(r.Plots()))
		return nil
	}
	names, err := report.Chosen(r.Plots(), names)
	if err != nil {
		return usage(fmt.Errorf("%w of %s; it has %s", err, b.Name, report.Listed(r.Plots())))
	}
	safe := safeNames(r.Plots()) // of all, so that a figure's file has the same name whichever are asked for
	for _, name := range names {
		file, own := out, safe[slices.Index(r.Plots(), name)]
		switch {
		case out == "":
			file = batchFile + "-" + own + ".svg"
		case len(names) > 1:
			file = filepath.Join(filepath.Dir(out), own+"-"+filepath.Base(out))
		}
		format := report.Format(strings.TrimPrefix(filepath.Ext(file), "."))
		if format != report.SVG && format != report.PNG {
			return usage(fmt.Errorf("--out %s: a figure is written as .svg or .png", file))
		}
		if err := writeFile(file, func(w io.Writer) error { return r.Plot(plainSVG(w, format), name, format) }); err != nil {
			return err
		}
		fmt.Fprintln(a.out, file)
	}
	return nil
}

// plainSVG keeps the words in a figure plain; a PNG has none.
func plainSVG(w io.Writer, format report.Format) io.Writer {
	if format == report.SVG {
		return plain.NewWriter(w, plain.Nothing)
	}
	return w
}

// report reads a batch into a report.
func (a *app) report(ctx context.Context, store *memory.Store, args []string) (memory.Batch, *report.Report, error) {
	b, err := findBatch(ctx, store, args)
	if err != nil {
		return b, nil, err
	}
	d, err := archive.DesignOf(b)
	if err != nil {
		return b, nil, err
	}
	kept := study.ReadManifest(b.Manifest)
	head := headOf(b, d, kept)
	head.Flags = a.dbFlag()
	r := report.New(head)
	figures := analysis.NewBatch(d, b.Games)
	figures.WithoutForfeits = d.Exclude == "forfeits"
	costs := newCosts(&catalog.Servers{Getenv: a.getenv})
	err = store.EachGame(ctx, b.Name, metrics.Kinds(), func(g memory.Game, events []codec.Stored) error {
		calls, err := store.Calls(ctx, g.Key)
		if err != nil {
			return err
		}
		costs.add(calls)
		game, read, err := figures.Take(recordOf(g, events))
		if err != nil || !read {
			return err
		}
		return r.Add(&game, events)
	})
	if err == nil {
		err = figures.Fill(a.chanceLevels(ctx, false))
	}
	if err != nil {
		return b, nil, err
	}
	cells := make([]report.Cell, len(figures.Cells))
	for i, f := range figures.Cells {
		cells[i] = report.Cell{Name: f.Cell, Summary: f.Summary, Rows: f.Rows}
	}
	if figures.Foreign() {
		r.Remark(analysis.ForeignChance)
	}
	r.Finish(cells, costs.rows())
	return b, r, nil
}

// headOf is what the report says of the batch itself.
func headOf(b memory.Batch, d *study.Design, kept study.Manifest) report.Head {
	h := report.Head{Batch: b.Name, Scenario: b.Scenario, Seed: b.Seed, Games: b.Games, Created: b.Created, Ended: b.Ended}
	fact := func(name, value string) {
		if value != "" {
			h.Facts = append(h.Facts, report.Fact{Name: name, Value: value})
		}
	}
	fact("Program", kept.Program)
	fact("Engine", kept.Engine)
	fact("Scenario hash", kept.Scenario)
	fact("Prompts hash", kept.Prompts)
	fact("Seals", kept.Seals)
	var models []string
	for _, policy := range modelsOf(d) {
		m := policy.String()
		models = append(models, m)
		fact("Digest of "+m, kept.Models[m])
		if end := kept.ModelsAtEnd[m]; end != kept.Models[m] {
			fact("… when the batch ended", end)
		}
	}
	if d.Imported != "" {
		h.Design = append(h.Design, "Imported from "+d.Imported+": no dice, no prompts; what the source does not carry has no cases.")
	}
	if len(d.Cells) > 0 {
		h.Design = append(h.Design, d.Balance(b.Games)+".")
	}
	if d.Carries() {
		h.Design = append(h.Design, fmt.Sprintf("Seasons of %d games by the same players, who remember; the unit of every interval is "+
			"the season.", d.Scenario.Season))
	}
	if len(models) > 0 {
		h.Design = append(h.Design, "Models: "+strings.Join(models, ", ")+".")
	}
	h.Design = append(h.Design, analysis.Settled(d, kept, b.Games))
	return h
}

// costs sum the calls of models by policy.
type costs struct {
	servers *catalog.Servers
	prices  limits.Prices
	order   []string
	of      map[string]*report.Cost
	micros  map[string]int64
}

func newCosts(servers *catalog.Servers) *costs {
	return &costs{servers: servers, prices: limits.ShippedPrices(), of: map[string]*report.Cost{}, micros: map[string]int64{}}
}

func (c *costs) add(calls []memory.ModelCall) {
	for _, call := range calls {
		row := c.of[call.Policy]
		if row == nil {
			row = &report.Cost{Name: call.Policy}
			c.of[call.Policy] = row
			c.order = append(c.order, call.Policy)
		}
		row.Calls++
		row.PromptTokens += call.PromptTokens
		row.Cached += call.Cached
		row.ReplyTokens += call.ReplyTokens
		if price, ok := c.prices.Find(call.Policy); ok {
			c.micros[call.Policy] += price.Cost(call.PromptTokens, call.Cached, call.ReplyTokens)
		}
	}
}

func (c *costs) rows() []report.Cost {
	slices.Sort(c.order)
	var out []report.Cost
	for _, name := range c.order {
		row := *c.of[name]
		if _, ok := c.prices.Find(name); ok {
			row.Money = limits.Dollars(c.micros[name]) + " by the list prices of " + c.prices.AsOf
		} else if c.servers.Free(agents.PolicyOf(name)) {
			row.Money = "own machine"
		}
		out = append(out, row)
	}
	return out
}
