package archive

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// Audit is what comes of reading a batch's stored replies again.
type Audit struct {
	Batch    string    `json:"batch"`
	State    string    `json:"state"`   // of the batch, in the words of whoever shows it
	Prompts  string    `json:"prompts"` // the templates that the questions were put by, where they are not this program's
	Games    int       `json:"games"`   // that hold an answer of a model
	Answers  int       `json:"answers"`
	Waiting  int       `json:"waiting"`  // replies of which no answer was made yet: the game stands in that step
	Altered  int       `json:"altered"`  // answers whose stored replies are not those that the log names
	Missing  int       `json:"missing"`  // of them: that have none any more
	Rows     []Audited `json:"requests"` // by policy and request
	Forfeits []Example `json:"forfeits"` // the first of each policy and cause
	Changed  []Changed `json:"otherwise"`
}

// Audited counts what today's reader makes of a policy's answers to one kind of request.
type Audited struct {
	Policy      string             `json:"policy"`
	Request     engine.RequestKind `json:"request"`
	Answers     int                `json:"answers"`
	Mended      int                `json:"mended"`
	MendedBy    map[string]int     `json:"mended_by,omitempty"`
	Repaired    int                `json:"repaired"`
	Forfeited   int                `json:"forfeited"`
	Causes      map[string]int     `json:"causes,omitempty"`      // of the forfeits: of the last reply, after that of the first where it was another
	AskedAgain  map[string]int     `json:"asked_again,omitempty"` // by cause: a repair would be asked for, and none is stored
	Refused     int                `json:"refused"`
	LostActs    map[string]int     `json:"lost_acts,omitempty"` // by cause: acts that are forfeited by themselves
	LostBeliefs int                `json:"lost_beliefs"`        // answers that stand, and lack a belief
}

// Place is where an answer stands: what `turncoat prompt` takes.
type Place struct {
	Game    string             `json:"game"`
	Step    uint64             `json:"step"`
	Seat    int                `json:"seat"`
	Request engine.RequestKind `json:"request"`
	Policy  string             `json:"policy"`
}

// Example is a forfeit with the reply that led to it.
type Example struct {
	Place
	Cause  string `json:"cause"`
	Detail string `json:"detail"`
	Reply  string `json:"reply"`
}

// Changed is an answer that would be read otherwise now.
type Changed struct {
	Place
	Differences []Difference `json:"differences"`
}

// AuditOf reads the stored replies of a batch again.
func AuditOf(ctx context.Context, store *memory.Store, b memory.Batch, examples int) (Audit, error) {
	out := Audit{Batch: b.Name, Rows: []Audited{}, Forfeits: []Example{}, Changed: []Changed{}}
	d, err := DesignOf(b)
	if err != nil {
		return out, err
	}
	if d.Imported != "" {
		return out, study.Mistake(fmt.Errorf("batch %s was imported (%s): no reply of a model is stored with it", b.Name, d.Imported))
	}
	for _, c := range d.All() {
		if made := c.Prompts.Templates(); made != "" && made != llm.TemplateVersion {
			out.Prompts = made
		}
	}
	shown := map[string]int{}
	for g, err := range store.Games(ctx, b.Name) {
		if err != nil {
			return out, err
		}
		before := out.Answers
		left, err := RereadGame(ctx, store, g, func(r Reread) { out.add(r, shown, examples) })
		if err != nil {
			return out, err
		}
		out.Waiting += left.Calls
		if out.Answers > before {
			out.Games++
		}
	}
	if out.Answers == 0 && out.Waiting == 0 {
		return out, study.Mistake(fmt.Errorf("no reply of a model is stored with batch %s: there is nothing to read again", b.Name))
	}
	slices.SortFunc(out.Rows, func(x, y Audited) int {
		return cmp.Or(cmp.Compare(x.Policy, y.Policy), cmp.Compare(x.Request, y.Request))
	})
	return out, nil
}

// add counts one answer.
func (f *Audit) add(r Reread, shown map[string]int, examples int) {
	f.Answers++
	if r.Altered {
		f.Altered++
	}
	if len(r.Now.Answer.Calls) == 0 {
		f.Missing++
		return
	}
	at := Place{r.Game, r.Step, int(r.Asked.Seat), r.Asked.Kind, r.Policy}
	f.row(r.Policy, r.Asked.Kind).add(r)
	if lost := r.Now.Answer.Forfeit; lost != engine.CauseNone && shown[r.Policy+" "+string(lost)] < examples {
		shown[r.Policy+" "+string(lost)]++
		f.Forfeits = append(f.Forfeits, Example{at, string(lost), llm.Words(r.Now.Last.Detail), r.Reply})
	}
	if d := r.differences(); len(d) > 0 {
		f.Changed = append(f.Changed, Changed{at, d})
	}
}

func (f *Audit) row(policy string, kind engine.RequestKind) *Audited {
	i := slices.IndexFunc(f.Rows, func(r Audited) bool { return r.Policy == policy && r.Request == kind })
	if i < 0 {
		i = len(f.Rows)
		f.Rows = append(f.Rows, Audited{Policy: policy, Request: kind, MendedBy: map[string]int{}, Causes: map[string]int{},
			AskedAgain: map[string]int{}, LostActs: map[string]int{}})
	}
	return &f.Rows[i]
}

func (row *Audited) add(r Reread) {
	a := r.Now.Answer
	row.Answers++
	if slices.ContainsFunc(a.Calls, engine.Call.Refused) {
		row.Refused++
	}
	last := a.Calls[len(a.Calls)-1]
	switch {
	case r.Now.Open:
		row.AskedAgain[string(last.Cause)]++
		return
	case a.Forfeit != engine.CauseNone:
		cause := string(a.Forfeit)
		if first := a.Calls[0].Cause; first != a.Forfeit {
			cause = string(first) + ", then " + cause
		}
		row.Forfeited++
		row.Causes[cause]++
		return
	}
	if len(a.Calls) > 1 {
		row.Repaired++
	}
	if len(last.Mended) > 0 {
		row.Mended++
	}
	for _, what := range last.Mended {
		row.MendedBy[what]++
	}
	for _, cause := range a.Lost {
		row.LostActs[string(cause)]++
	}
	if r.lacks(a) {
		row.LostBeliefs++
	}
}
