package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/plain"
)

// field is one key: how its value is read, in a file and on the command line.
type field struct {
	key     string
	rule    string
	doc     string
	wants   string
	set     func(s *Scenario, n node) error
	text    func(value string) node // how a command line's value reads; nil: only in a file
	members []field                 // of a group: beliefs, hears, guidance, teams
	schema  map[string]any
}

// fields lists the keys of a scenario file in the order of the rules.
var fields = slices.Concat(headFields, ruleFields(), castFields)

// later lists keys of rules that an issue of their own brings, so that a message can say so instead of guessing.
var later = []struct{ key, rule string }{
	{"recruitment", "5.1"}, {"below", "5.1"}, {"shield", "5.2"}, {"shields", "5.2"}, {"dagger", "5.3"}, {"seer", "5.4"},
	{"private_chats", "5.5"}, {"pairs_seen", "5.5"}, {"mission", "5.6"}, {"missions", "5.6"}, {"finale", "5.7"},
	{"finale_at", "5.7"}, {"roles", "8.1"},
}

// unknown says what is wrong with a key that isn't one of names.
func unknown(key string, names []string) string {
	for _, l := range later {
		if l.key == key {
			return fmt.Sprintf("%s: rule %s: not in this version", key, l.rule)
		}
	}
	return fmt.Sprintf("unknown key %q%s", key, plain.DidYouMean(key, names))
}

func keysOf(list []field) []string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = f.key
	}
	return out
}

func find(list []field, key string) (field, bool) {
	i := slices.IndexFunc(list, func(f field) bool { return f.key == key })
	if i < 0 {
		return field{}, false
	}
	return list[i], true
}

// settable is the field of a key of Set: a key of the file or a member of a group.
func settable(key string) (field, error) {
	var all []field
	for _, f := range fields {
		all = append(all, f)
		for _, m := range f.members {
			m.key = f.key + "." + m.key
			all = append(all, m)
		}
	}
	f, ok := find(all, key)
	switch {
	case ok && f.text != nil:
		return f, nil
	case ok && len(f.members) > 0:
		member := f.key + "." + f.members[0].key
		return field{}, fmt.Errorf("%s is a group of keys: set %s and its like", key, member)
	case ok:
		return field{}, fmt.Errorf("%s can't be set in one value; write it in a scenario file", key)
	}
	all = slices.DeleteFunc(all, func(f field) bool { return f.text == nil })
	return field{}, fmt.Errorf("%s", unknown(key, keysOf(all)))
}

// ruleFields makes the fields of engine.Options, dotted keys gathered into their group.
func ruleFields() []field {
	var out []field
	for _, o := range engine.Options() {
		group, member, dotted := strings.Cut(o.Key, ".")
		if !dotted {
			out = append(out, optionField(o.Key, o))
			continue
		}
		if group == "prompts" {
			continue // among the texts of that group: promptsField
		}
		if n := len(out); n == 0 || out[n-1].key != group {
			out = append(out, field{key: group, rule: o.Rule})
		}
		g := &out[len(out)-1]
		g.members = append(g.members, optionField(member, o))
	}
	for i := range out {
		if len(out[i].members) > 0 {
			out[i] = groupField(out[i])
		}
	}
	return out
}

func optionField(key string, o engine.Option) field {
	return field{key: key, rule: o.Rule, doc: o.Doc, wants: o.Wants(), schema: optionSchema(o),
		set: func(s *Scenario, n node) error {
			if list, ok := n.v.([]node); ok && o.Type == "moments" {
				for _, item := range list {
					if name, ok := item.v.(string); !ok || !slices.Contains(o.Allowed, name) {
						return item.wrong("%s (rule %s) has %s; it takes %s", o.Key, o.Rule, item.shape(), o.Wants())
					}
				}
			}
			v, ok := optionValue(o, n)
			if !ok {
				return n.wrong("%s (rule %s) is %s; it takes %s", o.Key, o.Rule, n.shape(), o.Wants())
			}
			if err := o.Set(&s.written, v); err != nil {
				return n.wrong("%s (rule %s) is %s; it takes %s", o.Key, o.Rule, n.shape(), o.Wants())
			}
			return nil
		},
		text: func(value string) node { return typed(o.Type, value) },
	}
}

// optionValue turns a value into what the option's Set takes; on and off are true and false, as in docs/rules.md.
func optionValue(o engine.Option, n node) (any, bool) {
	switch o.Type {
	case "boolean":
		return truth(n)
	case "moments":
		return texts(n)
	}
	return n.v, true
}

func truth(n node) (bool, bool) {
	switch n.v {
	case true, "on", "yes":
		return true, true
	case false, "off", "no":
		return false, true
	}
	return false, false
}

func texts(n node) ([]string, bool) {
	list, ok := n.v.([]node)
	out := make([]string, len(list))
	for i, item := range list {
		s, isText := item.v.(string)
		ok, out[i] = ok && isText, s
	}
	return out, ok
}

// typed reads a value of the command line as the type wants it; what doesn't fit stays text and is refused as such.
func typed(kind, value string) node {
	value = strings.TrimSpace(value)
	out := node{text: value, v: value}
	switch kind {
	case "integer":
		if i, err := strconv.Atoi(value); err == nil {
			out.v = i
		}
	case "boolean":
		if b, err := strconv.ParseBool(value); err == nil {
			out.v = b
		}
	case "moments":
		out.v = listed(value)
	}
	return out
}

func listed(value string) []node {
	list := []node{}
	value = strings.TrimSuffix(strings.TrimPrefix(value, "["), "]")
	for item := range strings.SplitSeq(value, ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, node{text: item, v: item})
		}
	}
	return list
}

// groupField gives a group its own forms: hears takes one value for both or a list of two, guidance one value for both
// or a mapping, beliefs a mapping.
func groupField(g field) field {
	members := g.members
	g.wants = "a mapping of " + strings.Join(keysOf(members), ", ")
	g.set = func(s *Scenario, n node) error { return setGroup(s, g.key, members, n) }
	scalar := func(value string) node { return typed("choice", value) }
	switch g.key {
	case "hears":
		g.wants = members[0].wants + ", or a list of two, for the first pass and the later ones"
		g.set = func(s *Scenario, n node) error { return setPair(s, g, n) }
		g.text = func(value string) node {
			if strings.Contains(value, ",") {
				return node{v: listed(value)}
			}
			return scalar(value)
		}
	case "guidance":
		g.wants = members[0].wants + ", or a mapping of traitor, faithful"
		g.set = func(s *Scenario, n node) error {
			if _, ok := n.v.(string); ok {
				return setBoth(s, g, n)
			}
			return setGroup(s, g.key, members, n)
		}
		g.text = scalar
	}
	return g
}

func setGroup(s *Scenario, key string, members []field, n node) error {
	entries, ok := n.v.([]entry)
	if !ok {
		return n.wrong("%s is %s; it takes a mapping of %s", key, n.shape(), strings.Join(keysOf(members), ", "))
	}
	for _, e := range entries {
		m, ok := find(members, e.key)
		if !ok {
			return e.wrongKey("%s", unknown(e.key, keysOf(members)))
		}
		if err := m.set(s, e.value); err != nil {
			return err
		}
	}
	return nil
}

func setBoth(s *Scenario, g field, n node) error {
	for _, m := range g.members {
		if m.set(s, n) != nil {
			return n.wrong("%s (rule %s) is %s; it takes %s", g.key, g.rule, n.shape(), g.wants)
		}
	}
	return nil
}

func setPair(s *Scenario, g field, n node) error {
	list, ok := n.v.([]node)
	if !ok {
		return setBoth(s, g, n)
	}
	if len(list) != len(g.members) {
		return n.wrong("%s (rule %s) is a list of %d; it takes %s", g.key, g.rule, len(list), g.wants)
	}
	for i, m := range g.members {
		if err := m.set(s, list[i]); err != nil {
			return err
		}
	}
	return nil
}
