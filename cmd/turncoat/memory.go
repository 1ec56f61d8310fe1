package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"turncoat/agents/llm"
	"turncoat/engine"
	"turncoat/engine/narrate"
	"turncoat/memory"
	"turncoat/memory/recall"
)

func (a *app) memoryCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "memory", Short: "What a player knows, believes, notes and recalls",
		Long: "What a player knows, believes, notes and recalls, built again from the log of its game (docs/memory.md).",
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
	return a.memoryAt("why", "Show what a seat recalls for what it is asked in a step, and why", "  turncoat memory why classic-1/0 3 --step 40", (*remembering).why)
}

// remembering is a seat's memory at a step.
type remembering struct {
	app    *app
	json   bool
	game   memory.Game
	step   uint64
	seat   engine.Seat
	seen   engine.Observation
	asked  engine.Request
	told   narrate.Narrator
	notes  []memory.Note // as the log has them
	stored []memory.Note // as the projection has them
	items  []recall.Item
	policy recall.Options
}

func (a *app) remembering(ctx context.Context, store *memory.Store, args []string, step int) (*remembering, error) {
	g, err := findGame(ctx, store, args[:1])
	if err != nil {
		return nil, err
	}
	events, err := readEvents(ctx, store, g)
	if err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return nil, usage(fmt.Errorf("game %s has not begun", g.Name()))
	}
	created, ok := events[0].Body.(engine.Created)
	if !ok {
		return nil, usage(fmt.Errorf("game %s was imported: what its players were shown and recalled is not known", g.Name()))
	}
	seat, err := strconv.Atoi(args[1])
	if err != nil || seat < 0 || seat >= created.Rules.Players {
		return nil, usage(fmt.Errorf("seat %q: the seats of game %s run from 0 to %d", args[1], g.Name(), created.Rules.Players-1))
	}
	last := int(events[len(events)-1].Step)
	if step < 0 || step > last+1 {
		return nil, usage(fmt.Errorf("--step %d: the steps of game %s run from 1 to %d", step, g.Name(), last))
	}
	if step == 0 {
		step = last + 1
	}
	m := &remembering{app: a, game: g, step: uint64(step), seat: engine.Seat(seat)}
	m.seen, m.asked, err = llm.At(events, m.step, m.seat)
	if err != nil && !errors.Is(err, llm.ErrNotAsked) {
		return nil, err
	}
	for _, e := range m.seen.Events {
		m.told.Line(e)
	}
	m.policy = recall.OptionsOf(created.Rules, llm.DefaultChars)
	if m.policy.Vectors, err = m.vectors(ctx, store); err != nil {
		return nil, err
	}
	m.items = recall.Recall(m.seen, m.asked, m.policy)
	m.notes = notesIn(events, m.seat, m.step)
	m.stored, err = store.Notes(ctx, g.Key, m.seat, m.step-1)
	for i := range m.stored {
		m.stored[i].Game = 0
	}
	return m, err
}

// vectors are the stored embeddings, where the batch's prompts name a model for them and the seat was asked something.
func (m *remembering) vectors(ctx context.Context, store *memory.Store) (func(string) []int8, error) {
	spec, _, err := promptsOf(ctx, store, m.game)
	if err != nil {
		return nil, err
	}
	relevant, err := replayed(spec, store, m.game.Key).For(ctx, m.seen, m.asked)
	if errors.Is(err, llm.ErrDeparts) { // nothing was asked of a model here, so nothing was embedded
		return nil, nil
	}
	return relevant, err
}

// notesIn reads a seat's notes out of the log, up to a step.
func notesIn(events []engine.Event, seat engine.Seat, before uint64) []memory.Note {
	var out []memory.Note
	for _, e := range events {
		if e.Step >= before {
			break
		}
		n := memory.Note{Seq: e.Seq, Step: e.Step, Round: e.Round, Owner: seat, About: engine.NoSeat, Kind: "introduction", Salience: 3, Sources: []int{}}
		switch b := e.Body.(type) {
		case engine.Note:
			if n.Body = b.Text; b.Seat == seat && b.Text != "" {
				out = append(out, n)
			}
		case engine.Notes:
			for i, m := range b.Notes {
				n.Place, n.About, n.Kind, n.Salience, n.Body, n.Sources = i, m.About, string(m.Kind), m.Salience, m.Text, append([]int{}, m.From...)
				if b.Seat == seat {
					out = append(out, n)
				}
			}
		}
	}
	return out
}

// check compares the projection with the log.
func (m *remembering) check() error {
	same := slices.EqualFunc(m.notes, m.stored, func(a, b memory.Note) bool {
		return a.Seq == b.Seq && a.Place == b.Place && a.Step == b.Step && a.Round == b.Round && a.Owner == b.Owner && a.About == b.About &&
			a.Kind == b.Kind && a.Salience == b.Salience && a.Body == b.Body && slices.Equal(a.Sources, b.Sources)
	})
	if !same {
		return fmt.Errorf("game %s, seat %d: the log has %d notes, the stored projection %d, and they differ; `turncoat memory rebuild` makes it again from the log", m.game.Name(), m.seat, len(m.notes), len(m.stored))
	}
	return nil
}

// known is what a seat knows for certain, in the order of the log.
type known struct {
	Role    engine.Role       `json:"role"`
	Allies  []engine.Seat     `json:"allies,omitempty"`
	Living  []engine.Seat     `json:"living"`
	Roles   map[string]string `json:"roles_told"`
	Carried engine.Remembered `json:"carried,omitzero"`
}

func (m *remembering) known() known {
	k := known{Roles: map[string]string{}, Living: m.asked.Living.List()}
	for _, e := range m.seen.Events {
		switch b := e.Body.(type) {
		case engine.Dealt:
			k.Role = b.Role
		case engine.Allies:
			k.Allies = b.Seats
		case engine.Remembered:
			k.Carried = b
		case engine.Revealed:
			k.Roles[m.told.Name(b.Seat)] = b.Role.String()
		case engine.Ended:
			for i, r := range b.Roles {
				k.Roles[m.told.Name(engine.Seat(i))] = r.String()
			}
		}
	}
	return k
}

// believed is one statement of beliefs.
type believed struct {
	Round    int     `json:"round"`
	When     string  `json:"when"`
	Order    int     `json:"order"`
	PerMille []int16 `json:"per_mille"`
}

func (m *remembering) beliefs() (out []believed) {
	for _, e := range m.seen.Events {
		if b, ok := e.Body.(engine.Belief); ok {
			out = append(out, believed{e.Round, b.When, b.Order, b.PerMille})
		}
	}
	return out
}

func (m *remembering) show() error {
	k, beliefs, ledger := m.known(), m.beliefs(), recall.Ledger(m.seen)
	if m.json {
		err := m.app.json().Encode(struct {
			Game    string         `json:"game"`
			Seat    engine.Seat    `json:"seat"`
			Name    string         `json:"name"`
			Step    uint64         `json:"step"`
			Round   int            `json:"round"`
			Known   known          `json:"known"`
			Beliefs []believed     `json:"beliefs"`
			Claims  []recall.Claim `json:"claims"`
			Notes   []memory.Note  `json:"notes"`
			Recall  string         `json:"recall"`
			Items   []recall.Item  `json:"items"`
		}{m.game.Name(), m.seat, m.told.Name(m.seat), m.step, m.asked.Round, k, beliefs, ledger, m.notes, m.policy.Policy, m.items})
		return errors.Join(err, m.check())
	}
	out := m.app.out
	fmt.Fprintf(out, "%s, seat %d (%s), before step %d (round %d, %s)\n", m.game.Name(), m.seat, m.told.Name(m.seat), m.step, m.asked.Round, m.asked.Phase)
	fmt.Fprintf(out, "\nKnows\n  It is a %s.", m.told.Words.Role(k.Role))
	if len(k.Allies) > 0 {
		fmt.Fprintf(out, " The %s: %s.", m.told.Words.Traitors, m.told.List(k.Allies))
	}
	fmt.Fprintf(out, "\n  Living: %s.\n", m.told.List(k.Living))
	for i, name := range m.told.Names {
		if role := k.Roles[name]; role != "" && engine.Seat(i) != m.seat {
			fmt.Fprintf(out, "  %s was a %s.\n", name, role)
		}
	}
	m.showCarried(k.Carried)
	m.showBeliefs(beliefs)
	m.showClaims(ledger)
	fmt.Fprintf(out, "\nNotes (%d, as stored)\n", len(m.notes))
	for _, n := range m.notes {
		fmt.Fprintf(out, "  round %d, step %-4d %s\n", n.Round, n.Step, m.told.Memo(engine.Memo{Kind: engine.MemoKind(n.Kind), About: n.About, Salience: n.Salience, Text: n.Body}))
	}
	m.showRecall()
	return m.check()
}

func (m *remembering) showCarried(c engine.Remembered) {
	if c.Games == 0 {
		return
	}
	fmt.Fprintf(m.app.out, "\nRemembers of %d earlier games\n", c.Games)
	for _, o := range c.Others {
		fmt.Fprintf(m.app.out, "  %s\n", m.told.Reputation(o))
	}
	for _, l := range c.Lessons {
		fmt.Fprintf(m.app.out, "  lesson of game %d (weight %d of 1000): %s\n", l.Game, l.Weight, l.Text)
	}
}

// showBeliefs writes a line for each subject, a column for each time.
func (m *remembering) showBeliefs(beliefs []believed) {
	if len(beliefs) == 0 {
		return
	}
	what := "Believes to be a " + m.told.Words.Traitor
	if beliefs[0].Order == int(engine.SecondOrder) {
		what = "Feels suspected by"
	}
	fmt.Fprintf(m.app.out, "\n%s, in percent over time\n", what)
	head := []string{"player"}
	for _, b := range beliefs {
		head = append(head, fmt.Sprintf("%d %s", b.Round, b.When))
	}
	t := m.app.table(head...)
	for s := range m.told.Names {
		row := table.Row{m.told.Names[s]}
		for _, b := range beliefs {
			if v := b.PerMille[s]; v != engine.Unstated {
				row = append(row, fmt.Sprintf("%.0f", float64(v)/10))
			} else {
				row = append(row, "")
			}
		}
		if engine.Seat(s) != m.seat {
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
		t.AppendRow(table.Row{c.Round, m.told.Name(c.Speaker), m.told.Act(engine.Act{Kind: c.Act, Seat: c.About, Role: c.Role}), c.Held})
	}
	t.Render()
}

func (m *remembering) showRecall() {
	if m.policy.Whole() {
		fmt.Fprintf(m.app.out, "\nWould recall (%s): all %d events that it perceived\n", m.policy.Policy, len(m.seen.Events))
		return
	}
	kept, dropped := 0, 0
	fmt.Fprintf(m.app.out, "\nWould recall (%s), beside its role, the rules and who lives\n", m.policy.Policy)
	for _, it := range m.items {
		switch {
		case it.Kept && !it.Core && it.Text != "":
			kept++
			fmt.Fprintf(m.app.out, "  %s\n", it.Text)
		case !it.Kept:
			dropped++
		}
	}
	fmt.Fprintf(m.app.out, "  (%d recalled, %d not; `turncoat memory why %s %d --step %d` says why)\n", kept, dropped, m.game.Name(), m.seat, m.step)
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
		}{m.game.Name(), m.seat, m.step, m.policy.Policy, m.policy.Chars, m.query(), m.items})
	}
	budget := "no budget"
	if m.policy.Chars > 0 {
		budget = fmt.Sprintf("a budget of %d characters", m.policy.Chars)
	}
	fmt.Fprintf(m.app.out, "%s, seat %d (%s), step %d, round %d: recall is %s with %s\n", m.game.Name(), m.seat, m.told.Name(m.seat), m.step, m.asked.Round, m.policy.Policy, budget)
	if q := m.query(); q != "" {
		fmt.Fprintf(m.app.out, "query: %s\n", strings.Join(strings.Fields(q), " "))
	}
	t := m.app.table("kept", "round", "what", "recency", "salience", "relevance", "score")
	for _, it := range m.items {
		if it.Core || it.Text == "" {
			continue
		}
		row := table.Row{yes(it.Kept), it.Round, clipped(it.Text, 60)}
		if it.Memo >= 0 && m.policy.Policy == recall.Retrieve {
			row = append(row, it.Recency, it.Salience, it.Relevance, it.Score)
		}
		t.AppendRow(row)
	}
	t.Render()
	return nil
}

func (m *remembering) query() string {
	if m.policy.Policy != recall.Retrieve {
		return ""
	}
	return recall.Query(m.seen, m.asked)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

func clipped(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func (a *app) memorySearchCommand() *cobra.Command {
	var batch string
	var most int
	var asJSON bool
	cmd := &cobra.Command{
		Use: "search WORDS…", Short: "Search what players noted", Args: cobra.MinimumNArgs(1),
		Long:    `Search all notes, those of every game in the file or of one batch. The query is that of SQLite's FTS4: words, "a phrase", begin*, OR, NOT.`,
		Example: "  turncoat memory search traitor\n  turncoat memory search --batch mine 'vot* NOT faithful'",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return a.reading(ctx, func(store *memory.Store) error {
				if batch != "" {
					b, err := findBatch(ctx, store, []string{batch})
					if err != nil {
						return err
					}
					batch = b.Name
				}
				return a.searchNotes(ctx, store, strings.Join(args, " "), batch, most, asJSON)
			})
		},
	}
	cmd.Flags().StringVar(&batch, "batch", "", "in this batch only")
	cmd.Flags().IntVar(&most, "most", 50, "print at most so many")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON lines")
	return cmd
}

func (a *app) searchNotes(ctx context.Context, store *memory.Store, query, batch string, most int, asJSON bool) error {
	if strings.TrimSpace(query) == "" {
		return usage(errors.New("search takes words"))
	}
	notes, err := store.SearchNotes(ctx, query, batch, most+1)
	if err != nil {
		return usage(fmt.Errorf("%w; a query has words, \"a phrase\", begin*, OR, NOT", err))
	}
	more := len(notes) > most
	notes = notes[:min(most, len(notes))]
	names := map[int64]memory.Game{}
	enc := a.json()
	t := a.table("game", "round", "seat", "kind", "note")
	for _, n := range notes {
		g, ok := names[n.Game]
		if !ok {
			if g, err = store.GameByKey(ctx, n.Game); err != nil {
				return err
			}
			names[n.Game] = g
		}
		if asJSON {
			if err := enc.Encode(struct {
				Game string `json:"game"`
				memory.Note
			}{g.Name(), n}); err != nil {
				return err
			}
			continue
		}
		t.AppendRow(table.Row{g.Name(), n.Round, n.Owner, n.Kind, clipped(n.Body, 90)})
	}
	if asJSON {
		return nil
	}
	if len(notes) == 0 {
		fmt.Fprintf(a.out, "no note has %q (players write notes where the rules say memory.reflect)\n", query)
		return nil
	}
	t.Render()
	if more {
		fmt.Fprintf(a.out, "and more: --most raises the limit of %d\n", most)
	}
	return nil
}

func (a *app) memoryRebuildCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "rebuild", Short: "Drop the projections of notes and make them again from the log", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			if _, err := statFile(a.db); err != nil {
				return err
			}
			store, err := memory.Open(ctx, a.db, memory.TellTo(a.log))
			if err != nil {
				return usageOf(err)
			}
			return closing(store, func() error {
				if err := store.TakeAll(ctx); err != nil {
					return heldOf(err)
				}
				n, differed, err := store.RebuildNotes(ctx)
				if err != nil {
					return err
				}
				if asJSON {
					return a.json().Encode(map[string]int64{"notes": n, "differed": differed})
				}
				if differed > 0 {
					fmt.Fprintf(a.out, "%d notes made again from the log; %d rows were not what the log says, and are now\n", n, differed)
					return nil
				}
				fmt.Fprintf(a.out, "%d notes made again from the log, as they were\n", n)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
