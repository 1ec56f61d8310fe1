package agents

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Spec names a policy and its options.
type Spec struct {
	Name    string
	Options []Option // sorted by key
}

// Option is one key=value of a spec.
type Option struct{ Key, Value string }

// Parse reads "name" or "name?key=value&key=value". Whether the name and the keys exist is for the catalogue to say.
func Parse(spec string) (Spec, error) {
	name, rest, asked := strings.Cut(spec, "?")
	s := Spec{Name: name}
	if name == "" || strings.ContainsAny(name, " \t\r\n&=") {
		return s, fmt.Errorf("policy %q: the name is missing or holds a space, & or =; write name?key=value&key=value", Shown(spec))
	}
	if !asked {
		return s, nil
	}
	for pair := range strings.SplitSeq(rest, "&") {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" || value == "" {
			return s, fmt.Errorf("policy %q: option %q is not key=value", Shown(spec), Shown(pair))
		}
		if _, twice := s.Get(key); twice {
			return s, fmt.Errorf("policy %q: option %q stands there twice", Shown(spec), key)
		}
		s.Options = append(s.Options, Option{key, value})
	}
	slices.SortFunc(s.Options, func(a, b Option) int { return cmp.Compare(a.Key, b.Key) })
	return s, nil
}

// secrets are the parts of a spec that may hold one: a user or a query in an address, and what stands where a variable's name belongs.
var secrets = regexp.MustCompile(`(base_url=)[^&]*[@?#][^&]*|(key_env=)[^&]*[^A-Z0-9_&][^&]*`)

// Shown is a spec as an error may show it, without what may be a secret.
func Shown(spec string) string { return secrets.ReplaceAllString(spec, "$1$2…") }

// Get returns an option's value, and whether it is there.
func (s Spec) Get(key string) (string, bool) {
	for _, o := range s.Options {
		if o.Key == key {
			return o.Value, true
		}
	}
	return "", false
}

// String is the canonical form: the options sorted by key. Parse gives the same Spec back.
func (s Spec) String() string {
	var b strings.Builder
	b.WriteString(s.Name)
	for i, o := range s.Options {
		b.WriteByte("?&"[min(i, 1)])
		b.WriteString(o.Key + "=" + o.Value)
	}
	return b.String()
}

// Nearest is the name that is closest to what was written; the first of equals, and empty of no names.
func Nearest(written string, names []string) string {
	best, found := 0, ""
	for _, n := range names {
		d := levenshtein.ComputeDistance(written, n)
		if strings.HasPrefix(n, written) {
			d = 0
		}
		if found == "" || d < best {
			best, found = d, n
		}
	}
	return found
}
