package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/engine/plain"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// answerWithin bounds one question to a model, its repair and a slow server's loading of the model included.
const answerWithin = 10 * time.Minute

// model checks a model: its server, the room for a scenario's prompts, and whether it answers the scenario's questions.
func (c *checkup) model(ctx context.Context, policy agents.Policy, source *study.Design) {
	written, err := catalog.Options(policy)
	if err != nil {
		c.fail("spec", err)
		return
	}
	servers := &catalog.Servers{Getenv: c.app.getenv, MaxWait: patience, Tell: c.app.log}
	if err := servers.Check(policy); err != nil {
		c.fail("server", err)
		return
	}
	if _, err := servers.Options(ctx, policy); err != nil {
		c.fail("model", err)
		return
	}
	if !c.listed(ctx, servers, policy) {
		return
	}
	d, err := seating.PlayedBy(source, policy, servers)
	if err != nil {
		c.fail("spec", err)
		return
	}
	tokens := servers.Limits(policy).Context
	if err := cutTo(policy, written, tokens); err != nil {
		c.fail("context", err)
		return
	}
	c.room(ctx, d, policy, tokens)
	c.answers(ctx, servers, source, policy)
}

// listed looks for the model at its server, and reports whether it is of use to ask it.
func (c *checkup) listed(ctx context.Context, servers *catalog.Servers, policy agents.Policy) bool {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, f := range servers.Probe(ctx, policy) {
		switch {
		case f.Err != nil:
			c.fail(f.What, f.Err)
			return false
		case f.What == "":
			c.note("%s", f.Said)
		default:
			c.good(f.What, "%s", f.Said)
		}
	}
	return true
}

// cutTo refuses a context that was asked for and is more than the server has: it would cut prompts to its own without a word.
func cutTo(policy agents.Policy, o llm.Options, tokens int) error {
	if _, asked := policy.Get("num_ctx"); asked && tokens > 0 && o.Context > tokens {
		return fmt.Errorf("num_ctx %d is asked for, and the context that its server has is %d: ask for at most %d", o.Context, tokens,
			tokens)
	}
	return seating.RoomBeside(policy, tokens, "its server has a context")
}

// room compares the context with the longest prompts that the scenario comes to.
func (c *checkup) room(ctx context.Context, d *study.Design, policy agents.Policy, tokens int) {
	lengths, err := seating.LengthsOf(ctx, d, policy.String())
	if err != nil {
		c.fail("context", err)
		return
	}
	said, err := lengths.Fits(seating.BindingOf(d, policy.String()).Under(tokens))
	if err != nil {
		c.fail("context", err)
		return
	}
	c.good("context", "%s: %s", d.Scenario.Name, said)
}

// lostIn tells what was lost: what was asked, the causes of all the replies, and the last one.
func lostIn(l seating.Lost) string {
	return fmt.Sprintf("%s: %s; its last words: “%s”", l.What, strings.Join(l.Causes, ", then "), clipped(plain.Label(l.Reply), 120))
}

// answers says whether the model answers the scenario's questions, and where it does not, with which spec it would.
func (c *checkup) answers(ctx context.Context, servers *catalog.Servers, source *study.Design, policy agents.Policy) {
	got := seating.Examine(ctx, servers, source, policy, answerWithin)
	if got.Legal() {
		c.tellAnswered(got)
		return
	}
	c.fail("answer", cmp.Or(got.Err, errors.New(lostIn(got.Lost))))
	if ctx.Err() != nil || got.Err != nil && !refused(got.Err) {
		return // it is the server, and not how it is asked
	}
	tried := 0
	for _, other := range alternatives(policy) {
		if servers.Check(other) != nil {
			continue // its wire has no such option
		}
		tried++
		if _, err := servers.Options(ctx, other); err != nil {
			continue
		}
		if seating.Examine(ctx, servers, source, other, answerWithin).Legal() {
			c.tellOther(policy, other)
			return
		}
		if ctx.Err() != nil {
			return
		}
	}
	c.note("none of %s gave a legal answer either: it is too small for this scenario, or no chat model",
		several(tried, "other way")+" to ask it")
}

// tellAnswered tells of legal answers, and how long the last call took. The one before it has loaded the model.
func (c *checkup) tellAnswered(e seating.Exam) {
	kinds, repaired := make([]string, len(e.Put)), 0
	for i, p := range e.Put {
		kinds[i] = p.Asked.Kind.String()
		if len(p.Calls) > 1 {
			repaired++
		}
		for _, cause := range p.Answer.Lost {
			c.note("an act of its %s could not be read (%s)", p.Asked.Kind, cause)
		}
	}
	said := ""
	if repaired > 0 {
		said = fmt.Sprintf("; %d needed a repair", repaired)
	}
	c.good("answer", "legal answers to questions of the scenario: %s%s", strings.Join(kinds, ", "), said)
	last := e.Put[len(e.Put)-1].Calls[0].Completion
	// of a model that fell out of memory between the two
	took := func(d time.Duration) float64 { return max(0, d-last.Took.Load).Seconds() }
	c.good("call", "%d tokens in, %d out, first after %.2f s, whole in %.2f s, with the model loaded", last.Usage.Prompt,
		last.Usage.Reply, took(last.Took.First), took(last.Took.Total))
}

// tellOther names the spec that works.
func (c *checkup) tellOther(policy, other agents.Policy) {
	was, _ := catalog.Options(policy)
	is, _ := catalog.Options(other)
	why := ""
	if was.Schema == llm.PromptOnly && is.Schema == llm.Native {
		why = ": it is held to the form by the server alone (schema=native)"
	}
	c.note("it answers as '%s'%s", other, why)
}

// refused reports whether an error is the server's word on the request: another one may be taken.
func refused(err error) bool {
	f, ok := llm.FailureOf(err)
	return ok && (f.Status == http.StatusBadRequest || f.Status == http.StatusUnprocessableEntity || f.Status == http.StatusNotImplemented)
}

// alternatives are specs under which a model may answer that does not under this one: one thing changed, and schema and thinking both.
func alternatives(policy agents.Policy) []agents.Policy {
	o, err := catalog.Options(policy)
	if err != nil {
		return nil
	}
	held := agents.Option{Key: "schema", Value: string(llm.PromptOnly)}
	if o.Schema == llm.PromptOnly {
		held.Value = string(llm.Native)
	}
	quick, folded := agents.Option{Key: "think", Value: "off"}, agents.Option{Key: "system", Value: "fold"}
	out := []agents.Policy{policy.With(held)}
	if o.Think != "off" {
		out = append(out, policy.With(quick))
	}
	if catalog.Folds(policy) && !o.Fold {
		out = append(out, policy.With(folded))
	}
	if o.Think != "off" {
		out = append(out, policy.With(held).With(quick))
	}
	return slices.DeleteFunc(out, func(other agents.Policy) bool { return catalog.Check(other) != nil })
}
