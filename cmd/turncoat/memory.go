package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/memory/archive"
	"github.com/turncoat-sim/turncoat/memory/recall"
)

func (a *app) memoryCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "memory", Short: "What a player knows, believes, notes and recalls",
		Long: "What a player knows, believes, notes and recalls, built again from the log of its game (docs/memory.md).",
		Args: cobra.NoArgs, RunE: helpOf,
	}
	cmd.AddCommand(a.memoryShowCommand(), a.memoryWhyCommand(), a.memorySearchCommand(), a.memoryRebuildCommand())
	return cmd
}

// memoryAt is a command about one seat at one step.
func (a *app) memoryAt(use, short, example string, do func(*remembering) error) *cobra.Command {
	var step int
	var asJSON bool
	cmd := &cobra.Command{
		Use: use + " GAME SEAT", Short: short, Args: cobra.ExactArgs(2), Example: example,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(store *memory.Store) error {
				m, err := a.remembering(ctx, store, args, step)
				if err != nil {
					return err
				}
				m.json = asJSON
				return do(m)
			})
		},
	}
	cmd.Flags().IntVar(&step, "step", 0, "as things stood before this step (default: at the end)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (a *app) memoryShowCommand() *cobra.Command {
	return a.memoryAt("show", "Show what a seat knew, believed, noted and would recall, and check its notes against the stored ones",
		"  turncoat memory show classic-1/0 3\n  turncoat memory show classic-1/0 3 --step 40", (*remembering).show)
}

func (a *app) memoryWhyCommand() *cobra.Command {
	return a.memoryAt("why", "Show what a seat recalls for what it is asked in a step, and why",
		"  turncoat memory why classic-1/0 3 --step 40", (*remembering).why)
}

// remembering is a seat's memory at a step, and how it is told.
type remembering struct {
	*archive.Seat
	app  *app
	json bool
}

func (a *app) remembering(ctx context.Context, store *memory.Store, args []string, step int) (*remembering, error) {
	g, err := findGame(ctx, store, args[:1])
	if err != nil {
		return nil, err
	}
	m, err := archive.SeatAt(ctx, store, g, args[1], step)
	return &remembering{Seat: m, app: a}, err
}

func (m *remembering) show() error {
	k, beliefs, ledger := m.Known(), m.Beliefs(), recall.Ledger(m.Seen)
	if m.json {
		err := m.app.json().Encode(struct {
			Game    string             `json:"game"`
			Seat    engine.Seat        `json:"seat"`
			Name    string             `json:"name"`
			Step    uint64             `json:"step"`
			Round   int                `json:"round"`
			Known   archive.Known      `json:"known"`
			Beliefs []archive.Believed `json:"beliefs"`
			Claims  []recall.Claim     `json:"claims"`
			Notes   []memory.Note      `json:"notes"`
			Recall  string             `json:"recall"`
			Items   []recall.Item      `json:"items"`
		}{m.Game.Name(), m.Owner, m.Told.Name(m.Owner), m.Step, m.Asked.Round, k, beliefs, ledger, m.Notes, m.Recall.Policy, m.Items})
		return errors.Join(err, m.Check())
	}
	out := m.app.out
	fmt.Fprintf(out, "%s, seat %d (%s), before step %d (round %d, %s)\n", m.Game.Name(), m.Owner, m.Told.Name(m.Owner), m.Step,
		m.Asked.Round, m.Asked.Phase)
	fmt.Fprintf(out, "\nKnows\n  It is a %s.", m.Told.Words.Role(k.Role))
	if len(k.Allies) > 0 {
		fmt.Fprintf(out, " The %s: %s.", m.Told.Words.Team(m.Told.Roles.TeamOf(k.Allies[0])), m.Told.List(k.Allies))
	}
	fmt.Fprintf(out, "\n  Living: %s.\n", m.Told.List(k.Living))
	for i, name := range m.Told.Names {
		if role := k.Roles[name]; role != "" && engine.Seat(i) != m.Owner {
			fmt.Fprintf(out, "  %s was a %s.\n", name, role)
		}
	}
	m.showCarried(k.Carried)
	m.showBeliefs(beliefs)
	m.showClaims(ledger)
	fmt.Fprintf(out, "\nNotes (%d, as stored)\n", len(m.Notes))
	for _, n := range m.Notes {
		fmt.Fprintf(out, "  round %d, step %-4d %s\n", n.Round, n.Step,
			m.Told.Memo(engine.Memo{Kind: engine.MemoKind(n.Kind), About: n.About, Salience: n.Salience, Text: n.Body}))
	}
	m.showRecall()
	return m.Check()
}

func (m *remembering) showCarried(c engine.Remembered) {
	if c.Games == 0 {
		return
	}
	fmt.Fprintf(m.app.out, "\nRemembers of %d earlier games\n", c.Games)
	for _, o := range c.Others {
		fmt.Fprintf(m.app.out, "  %s\n", m.Told.Reputation(o))
	}
	for _, l := range c.Lessons {
		fmt.Fprintf(m.app.out, "  lesson of game %d (weight %d of 1000): %s\n", l.Game, l.Weight, l.Text)
	}
}

// showBeliefs writes a line for each subject, a column for each time.
func (m *remembering) showBeliefs(beliefs []archive.Believed) {
	if len(beliefs) == 0 {
		return
	}
	what := "Believes to be a " + m.Told.Words.Minority.One
	if beliefs[0].Order == int(engine.SecondOrder) {
		what = "Feels suspected by"
	}
	fmt.Fprintf(m.app.out, "\n%s, in percent over time\n", what)
	head := []string{"player"}
	for _, b := range beliefs {
		head = append(head, fmt.Sprintf("%d %s", b.Round, b.When))
	}
	t := m.app.table(head...)
	for s := range m.Told.Names {
		row := table.Row{m.Told.Names[s]}
		for _, b := range beliefs {
			if v := b.PerMille[s]; v != engine.Unstated {
				row = append(row, fmt.Sprintf("%.0f", float64(v)/10))
			} else {
				row = append(row, "")
			}
		}
		if engine.Seat(s) != m.Owner {
			t.AppendRow(row)
		}
	}
	t.Render()
}

func (m *remembering) showClaims(ledger []recall.Claim) {
	fmt.Fprintf(m.app.out, "\nClaims (%d)\n", len(ledger))
	if len(ledger) == 0 {
		return
	}
	t := m.app.table("round", "who", "said that it", "held")
	for _, c := range ledger {
		t.AppendRow(table.Row{c.Round, m.Told.Name(c.Speaker), m.Told.Act(engine.Act{Kind: c.Act, Seat: c.About, Role: c.Role}), c.Held})
	}
	t.Render()
}

func (m *remembering) showRecall() {
	if m.Recall.Whole() {
		fmt.Fprintf(m.app.out, "\nWould recall (%s): all %d events that it perceived\n", m.Recall.Policy, len(m.Seen.Events))
		return
	}
	kept, dropped := 0, 0
	fmt.Fprintf(m.app.out, "\nWould recall (%s), beside its role, the rules and who lives\n", m.Recall.Policy)
	for _, it := range m.Items {
		switch {
		case it.Kept && !it.Core && it.Text != "":
			kept++
			fmt.Fprintf(m.app.out, "  %s\n", it.Text)
		case !it.Kept:
			dropped++
		}
	}
	fmt.Fprintf(m.app.out, "  (%d recalled, %d not; `turncoat memory why %s %d --step %d` says why)\n", kept, dropped, m.Game.Name(),
		m.Owner, m.Step)
}

func (m *remembering) why() error {
	if m.json {
		return m.app.json().Encode(struct {
			Game   string        `json:"game"`
			Seat   engine.Seat   `json:"seat"`
			Step   uint64        `json:"step"`
			Policy string        `json:"policy"`
			Chars  int           `json:"budget_chars"`
			Query  string        `json:"query,omitempty"`
			Items  []recall.Item `json:"items"`
		}{m.Game.Name(), m.Owner, m.Step, m.Recall.Policy, m.Recall.Chars, m.query(), m.Items})
	}
	budget := "no budget"
	if m.Recall.Chars > 0 {
		budget = fmt.Sprintf("a budget of %d characters", m.Recall.Chars)
	}
	fmt.Fprintf(m.app.out, "%s, seat %d (%s), step %d, round %d: recall is %s with %s\n", m.Game.Name(), m.Owner, m.Told.Name(m.Owner),
		m.Step, m.Asked.Round, m.Recall.Policy, budget)
	if q := m.query(); q != "" {
		fmt.Fprintf(m.app.out, "query: %s\n", strings.Join(strings.Fields(q), " "))
	}
	t := m.app.table("kept", "round", "what", "recency", "salience", "relevance", "score")
	for _, it := range m.Items {
		if it.Core || it.Text == "" {
			continue
		}
		row := table.Row{yes(it.Kept), it.Round, clipped(it.Text, 60)}
		if it.Memo >= 0 && m.Recall.Policy == recall.Retrieve {
			row = append(row, it.Recency, it.Salience, it.Relevance, it.Score)
		}
		t.AppendRow(row)
	}
	t.Render()
	return nil
}

func (m *remembering) query() string {
	if m.Recall.Policy != recall.Retrieve {
		return ""
	}
	return recall.Query(m.Seen, m.Asked)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}
