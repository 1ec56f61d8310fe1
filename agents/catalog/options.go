package catalog

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine/plain"
)

// option is a key that the spec of a model takes, and how its value is read.
type option struct {
	key string
	set func(o *llm.Options, value string) error
}

// options are all keys. Their errors say what the key takes, and never show what may hold a secret.
var options = []option{
	{"temperature", number(5, func(o *llm.Options) **float64 { return &o.Temperature })},
	{"top_p", number(1, func(o *llm.Options) **float64 { return &o.TopP })},
	{"num_ctx", whole(512, 10_000_000, func(o *llm.Options, n int) { o.Context = n })},
	{"num_predict", whole(16, 1_000_000, func(o *llm.Options, n int) { o.Predict = n })},
	{"think", choice(func(o *llm.Options, s string) { o.Think = s }, "off", "on", "low", "medium", "high")},
	{"schema", choice(func(o *llm.Options, s string) { o.Schema = llm.Mode(s) }, string(llm.Native), string(llm.PromptOnly))},
	{"timeout_s", whole(1, 86400, func(o *llm.Options, n int) {
		total := time.Duration(n) * time.Second
		o.Time = llm.Deadlines{First: min(o.Time.First, total), Idle: min(o.Time.Idle, total), Total: total}
	})},
	{"base_url", func(o *llm.Options, value string) error {
		o.BaseURL = strings.TrimRight(value, "/")
		return llm.CheckURL(value)
	}},
	{"key_env", func(o *llm.Options, value string) error {
		if o.KeyEnv = value; !variable.MatchString(value) {
			return errors.New("it takes the name of an environment variable, and never a key itself")
		}
		return nil
	}},
	{"omit", omitted},
	{"system", choice(func(o *llm.Options, s string) { o.Fold = s == "fold" }, "keep", "fold")},
}

// variable is the name of an environment variable as everybody writes them: a key in its place is refused.
var variable = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,63}$`)

// modelOptions are the keys.
var modelOptions = func() (out []string) {
	for _, o := range options {
		out = append(out, o.key)
	}
	return out
}()

func setOption(o *llm.Options, kv agents.Option) error {
	i := slices.IndexFunc(options, func(one option) bool { return one.key == kv.Key })
	if i < 0 {
		return fmt.Errorf("a model has no option %q%s (%s)", kv.Key, plain.DidYouMean(kv.Key, modelOptions),
			strings.Join(modelOptions, ", "))
	}
	if err := options[i].set(o, kv.Value); err != nil {
		return fmt.Errorf("%s: %w", kv.Key, err)
	}
	return nil
}

func whole(low, high int, take func(*llm.Options, int)) func(*llm.Options, string) error {
	return func(o *llm.Options, value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < low || n > high {
			return fmt.Errorf("it is %s, and takes an integer from %d to %d", value, low, high)
		}
		take(o, n)
		return nil
	}
}

func number(high float64, into func(*llm.Options) **float64) func(*llm.Options, string) error {
	return func(o *llm.Options, value string) error {
		f, err := strconv.ParseFloat(value, 64)
		if err != nil || !(f >= 0 && f <= high) {
			return fmt.Errorf("it is %s, and takes a number from 0 to %g", value, high)
		}
		*into(o) = &f
		return nil
	}
}

func choice(take func(*llm.Options, string), allowed ...string) func(*llm.Options, string) error {
	return func(o *llm.Options, value string) error {
		if !slices.Contains(allowed, value) {
			return fmt.Errorf("it is %s, and takes one of %s", value, strings.Join(allowed, ", "))
		}
		take(o, value)
		return nil
	}
}

func omitted(o *llm.Options, value string) error {
	o.Omit = strings.Split(value, ",")
	for _, field := range o.Omit {
		if !slices.Contains(llm.Omittable, field) {
			return fmt.Errorf("it names %s, and takes a list of %s", field, strings.Join(llm.Omittable, ", "))
		}
	}
	return nil
}
