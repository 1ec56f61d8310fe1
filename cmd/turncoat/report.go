package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"turncoat/agents/catalog"
	"turncoat/agents/llm/limits"
	"turncoat/engine/plain"
	"turncoat/memory"
	"turncoat/metrics"
	"turncoat/metrics/report"
)

func (a *app) reportCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "report [BATCH]", Short: "Write a batch as one HTML page: figures with intervals and chance, trust, calibration, moments, method", Args: cobra.MaximumNArgs(1),
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
		Example: "  turncoat plot --batch mine\n  turncoat plot suspicion --batch mine\n  turncoat plot trust calibration --out figures/f.png",
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
	cmd.Flags().StringVar(&out, "out", "", "the file, .svg or .png; of several figures, their names are put before its name (default: BATCH-NAME.svg)")
	return cmd
}

func (a *app) plot(b memory.Batch, r *report.Report, names []string, out, batchFile string) error {
	if len(r.Plots()) == 0 {
		return usage(fmt.Errorf("%s has no finished game: there is nothing to draw", b.Name))
	}
	if len(names) == 0 {
		fmt.Fprintf(a.out, "%s has: %s\n", b.Name, plotNames(r.Plots()))
		return nil
	}
	names, err := plotsNamed(r.Plots(), names)
	if err != nil {
		return usage(fmt.Errorf("%w of %s; it has %s", err, b.Name, plotNames(r.Plots())))
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

// plotsNamed are the figures that are asked for. A name without a cell stands for the figure of every cell.
func plotsNamed(all, names []string) (out []string, err error) {
	for _, name := range names {
		before := len(out)
		for _, one := range all {
			if one == name || strings.HasPrefix(one, name+".") {
				out = append(out, one)
			}
		}
		if len(out) == before {
			return nil, fmt.Errorf("no figure %q", name)
		}
	}
	return out, nil
}

// plotNames lists figures, those that every cell has once.
func plotNames(all []string) string {
	var whole, each, cells []string
	add := func(list *[]string, name string) {
		if !slices.Contains(*list, name) {
			*list = append(*list, name)
		}
	}
	for _, one := range all {
		if name, cell, ok := strings.Cut(one, "."); ok {
			add(&each, name)
			add(&cells, cell)
		} else {
			add(&whole, one)
		}
	}
	text := strings.Join(whole, ", ")
	if len(each) > 0 {
		text += fmt.Sprintf("; of every cell %s, or of one as %s.%s (%s)", strings.Join(each, ", "), each[0], cells[0], strings.Join(cells, ", "))
	}
	return text
}

// report reads a batch into a report.
func (a *app) report(ctx context.Context, store *memory.Store, args []string) (memory.Batch, *report.Report, error) {
	b, err := findBatch(ctx, store, args)
	if err != nil {
		return b, nil, err
	}
	d, err := decodeDesign(b.Design)
	if err != nil {
		return b, nil, err
	}
	kept := manifestIn(b)
	r := report.New(headOf(b, d, kept))
	list := d.empty(b.Games)
	costs := newCosts()
	err = store.EachGame(ctx, b.Name, metrics.Kinds(), func(g memory.Game, events []engineStored) error {
		calls, err := store.Calls(ctx, g.Key)
		if err != nil {
			return err
		}
		costs.add(calls)
		game, read, err := d.takeGame(list, g, events, d.Exclude == "forfeits")
		if err != nil || !read {
			return err
		}
		return r.Add(&game, events)
	})
	if err == nil {
		err = d.addRows(list)
	}
	if err != nil {
		return b, nil, err
	}
	cells := make([]report.Cell, len(list))
	for i, f := range list {
		cells[i] = report.Cell{Name: f.label(d), Summary: f.summary, Rows: f.rows}
	}
	if anyForeign(list) {
		r.Remark(foreignChance)
	}
	r.Finish(cells, costs.rows())
	return b, r, nil
}

// headOf is what the report says of the batch itself.
func headOf(b memory.Batch, d *design, kept manifest) report.Head {
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
	for _, m := range d.models() {
		fact("Digest of "+m, kept.Models[m])
		if end := kept.ModelsAtEnd[m]; end != kept.Models[m] {
			fact("… when the batch ended", end)
		}
	}
	if d.Imported != "" {
		h.Design = append(h.Design, "Imported from "+d.Imported+": no dice, no prompts; what the source does not carry has no cases.")
	}
	if len(d.Cells) > 0 {
		h.Design = append(h.Design, d.balance(b.Games)+".")
	}
	if d.carries() {
		h.Design = append(h.Design, fmt.Sprintf("Seasons of %d games by the same players, who remember; the unit of every interval is the season.", d.scenario.Season))
	}
	if len(d.models()) > 0 {
		h.Design = append(h.Design, "Models: "+strings.Join(d.models(), ", ")+".")
	}
	h.Design = append(h.Design, frozenLine(b, d, kept))
	return h
}

// frozenLine says whether the analysis keeps to what was settled before the first game.
func frozenLine(b memory.Batch, d *design, kept manifest) string {
	f := kept.Frozen
	if f == nil {
		return "Nothing was settled before the first game (run --freeze): treat the figures as exploration."
	}
	var broken []string
	if f.Games != b.Games {
		broken = append(broken, fmt.Sprintf("%d games were settled, the batch has %d", f.Games, b.Games))
	}
	if n := kept.Outcomes["finished"]; n < f.Games {
		broken = append(broken, fmt.Sprintf("%d of %d games are finished", n, f.Games))
	}
	if f.Hash != f.digest() || f.Design != d.Hash {
		broken = append(broken, "what was settled does not fit the design, or was altered")
	}
	text := fmt.Sprintf("Settled before the first game: primary metric %s, exclusions %s, %d games (sha256 %.12s). ", f.Primary, f.Exclude, f.Games, f.Hash)
	if len(broken) > 0 {
		return text + "The analysis does not keep to it: " + strings.Join(broken, "; ") + "."
	}
	return text + "The analysis keeps to it."
}

// costs sum the calls of models by policy.
type costs struct {
	prices limits.Prices
	order  []string
	of     map[string]*report.Cost
	micros map[string]int64
}

func newCosts() *costs {
	return &costs{prices: limits.ShippedPrices(), of: map[string]*report.Cost{}, micros: map[string]int64{}}
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
		} else if provider, _, err := catalog.ParseModel(name); err == nil && provider == "ollama" {
			row.Money = "own machine"
		}
		out = append(out, row)
	}
	return out
}
