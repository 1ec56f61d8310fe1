package agents

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Policy is what decides for a seat, as its spec says: the name, its parts and the options. Whether there is such a policy, and
// whether it takes those options, is for the catalogue to say.
type Policy struct {
	Name     string   // "bayes", "ollama/llama3.2", "recorded/BATCH"
	Provider string   // of a model: "ollama"
	Model    string   // as its provider names it
	Options  []Option // sorted by key

	spec  string
	kind  kind
	batch string
	wrong error
}

// Option is one key=value of a spec.
type Option struct{ Key, Value string }

// kind is who answers.
type kind int

const (
	unreadable kind = iota // nobody: the spec is none
	scripted
	model
	recorded
)

// PolicyOf reads "name", "name?key=value&key=value", "PROVIDER/MODEL" with options or without, or "recorded/BATCH". What can't be
// read is of no kind: it is no model, not recorded and not deterministic, and Err says what is wrong with it.
func PolicyOf(spec string) Policy {
	p := Policy{Name: spec, spec: spec, kind: recorded}
	if p.batch = batchIn(spec); p.batch != "" {
		return p
	}
	name, rest, asked := strings.Cut(spec, "?")
	p.Name, p.kind = name, scripted
	if before, after, slash := strings.Cut(name, "/"); slash {
		p.Provider, p.Model, p.kind = before, after, model
	}
	switch {
	case name == "" || strings.ContainsAny(name, " \t\r\n&="):
		p.wrong = errors.New("the name is missing or holds a space, & or =; write name?key=value&key=value")
	case asked:
		p.Options, p.wrong = optionsIn(rest)
	}
	if p.wrong != nil {
		p.kind, p.wrong = unreadable, fmt.Errorf("policy %q: %w", p.Shown(), p.wrong)
	}
	return p
}

// batchIn is the batch of "recorded/BATCH"; empty where that is not what a spec says.
func batchIn(spec string) string {
	batch, ok := strings.CutPrefix(spec, "recorded/")
	if !ok || strings.ContainsAny(batch, "?&=") {
		return ""
	}
	return batch
}

func optionsIn(text string) ([]Option, error) {
	var out []Option
	for pair := range strings.SplitSeq(text, "&") {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" || value == "" {
			return nil, fmt.Errorf("option %q is not key=value", shown(pair))
		}
		if slices.ContainsFunc(out, func(o Option) bool { return o.Key == key }) {
			return nil, fmt.Errorf("option %q stands there twice", key)
		}
		out = append(out, Option{key, value})
	}
	sortOptions(out)
	return out, nil
}

func sortOptions(list []Option) {
	slices.SortFunc(list, func(a, b Option) int { return cmp.Compare(a.Key, b.Key) })
}

// Err is what is wrong with the spec, as far as its words say; nil if it can be read.
func (p Policy) Err() error { return p.wrong }

// IsModel reports whether a model of a provider answers.
func (p Policy) IsModel() bool { return p.kind == model }

// Recorded gives the batch whose stored replies are played again; false if none are.
func (p Policy) Recorded() (batch string, ok bool) { return p.batch, p.kind == recorded }

// Deterministic reports whether the same observation is answered at once, and always in the same way.
func (p Policy) Deterministic() bool { return p.kind == scripted }

// String is the spec as it was written: logs, prompts and prices know the policy by it.
func (p Policy) String() string { return p.spec }

// Canonical is the spec with its options sorted by key.
func (p Policy) Canonical() string {
	var b strings.Builder
	b.WriteString(p.Name)
	for i, o := range p.Options {
		b.WriteByte("?&"[min(i, 1)])
		b.WriteString(o.Key + "=" + o.Value)
	}
	return b.String()
}

// Get returns an option's value, and whether it is there.
func (p Policy) Get(key string) (string, bool) {
	for _, o := range p.Options {
		if o.Key == key {
			return o.Value, true
		}
	}
	return "", false
}

// With is the policy with an option, in place of the one of its key. Its spec is canonical.
func (p Policy) With(o Option) Policy {
	p.Options = slices.DeleteFunc(slices.Clone(p.Options), func(have Option) bool { return have.Key == o.Key })
	p.Options = append(p.Options, o)
	sortOptions(p.Options)
	p.spec = p.Canonical()
	return p
}

// Shown is the spec as an error may show it, without what may be a secret.
func (p Policy) Shown() string { return shown(p.spec) }

// secrets are the parts of a spec that may hold one: a user or a query in an address, and what stands where a variable's name belongs.
var secrets = regexp.MustCompile(`(base_url=)[^&]*[@?#][^&]*|(key_env=)[^&]*[^A-Z0-9_&][^&]*`)

func shown(spec string) string { return secrets.ReplaceAllString(spec, "$1$2…") }
