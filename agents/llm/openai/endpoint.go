package openai

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/agents/llm"
)

// ErrNoKey is that the variable which holds a provider's key is not set.
var ErrNoKey = errors.New("no key")

// Endpoint is a server that speaks the wire, and in what it departs from the others. Its key is in none of the exported
// fields and in nothing that fmt or encoding/json makes of it.
type Endpoint struct {
	Name    string
	BaseURL string // up to where /chat/completions begins, without a slash at the end
	URLVar  string // environment variable that overrides BaseURL
	KeyVar  string // environment variable of the key
	Keyless bool   // answers without a key, too
	Schema  llm.Mode
	Limit   string            // parameter for the most tokens of a reply; empty: max_tokens
	Bounds  bool              // holds a reply to the longest texts of its schema
	Whole   bool              // its list of models is whole: what is not in it is not served
	Slotted bool              // tells at /props how many calls it answers at once
	Seed    bool              // takes a seed
	SeedKey string            // the seed's name; empty: seed
	Omit    []string          // fields that it does not take
	Think   map[string]string // JSON members that ask for each of llm.Options.Think; what is not in it is refused

	Tell llm.Teller // nil: nobody

	key func() string // a closure, since fmt prints the strings of unexported fields; nil: no key
}

// The ways to ask for thinking.
var (
	byEffort = map[string]string{
		"off": `"reasoning_effort":"none"`, "on": `"reasoning_effort":"medium"`,
		"low": `"reasoning_effort":"low"`, "medium": `"reasoning_effort":"medium"`, "high": `"reasoning_effort":"high"`,
	}
	byTemplate = map[string]string{
		"off": `"chat_template_kwargs":{"enable_thinking":false}`, "on": `"chat_template_kwargs":{"enable_thinking":true}`,
		"low":    `"chat_template_kwargs":{"reasoning_effort":"low"}`,
		"medium": `"chat_template_kwargs":{"reasoning_effort":"medium"}`,
		"high":   `"chat_template_kwargs":{"reasoning_effort":"high"}`,
	}
	// DeepSeek quietly makes high of medium, so medium is refused: a batch must not claim what it did not get.
	byDeepSeek = map[string]string{
		"off": `"thinking":{"type":"disabled"}`, "on": `"thinking":{"type":"enabled"}`,
		"low":  `"thinking":{"type":"enabled"},"reasoning_effort":"low"`,
		"high": `"thinking":{"type":"enabled"},"reasoning_effort":"high"`,
	}
	byOpenRouter = map[string]string{
		"off": `"reasoning":{"effort":"none"}`, "on": `"reasoning":{"enabled":true}`,
		"low": `"reasoning":{"effort":"low"}`, "medium": `"reasoning":{"effort":"medium"}`, "high": `"reasoning":{"effort":"high"}`,
	}
	byTogether = map[string]string{
		"off": `"reasoning":{"enabled":false}`, "on": `"reasoning":{"enabled":true}`,
		"low": `"reasoning_effort":"low"`, "medium": `"reasoning_effort":"medium"`, "high": `"reasoning_effort":"high"`,
	}
	byEffortAlone = map[string]string{
		"low": `"reasoning_effort":"low"`, "medium": `"reasoning_effort":"medium"`, "high": `"reasoning_effort":"high"`,
	}
	// Anthropic's layer ignores reasoning_effort and shows no thinking; without a word from us it doesn't think.
	byNothing = map[string]string{"off": ""}
)

// presets are written from the providers' documents, late 2026. A parameter of which a document says nothing is not sent: most
// servers refuse what they don't know.
var presets = []Endpoint{
	// response_format and seed are ignored; temperatures over 1 are taken as 1.
	{Name: "anthropic", BaseURL: "https://api.anthropic.com/v1", URLVar: "ANTHROPIC_BASE_URL", KeyVar: "ANTHROPIC_API_KEY",
		Schema: llm.PromptOnly, Limit: "max_tokens", Think: byNothing},
	// knows json_object only, which is known to answer with white space.
	{Name: "deepseek", BaseURL: "https://api.deepseek.com", URLVar: "DEEPSEEK_BASE_URL", KeyVar: "DEEPSEEK_API_KEY",
		Schema: llm.PromptOnly, Limit: "max_tokens", Think: byDeepSeek},
	// "off" is refused by models that can't do without thinking.
	{Name: "gemini", BaseURL: "https://generativelanguage.googleapis.com/v1beta/openai", URLVar: "GEMINI_BASE_URL",
		KeyVar: "GEMINI_API_KEY", Schema: llm.Native, Limit: "max_tokens", Think: byEffort},
	// the template of the model decides what becomes of think.
	{Name: "llamacpp", BaseURL: "http://127.0.0.1:8080/v1", URLVar: "LLAMACPP_BASE_URL", KeyVar: "LLAMACPP_API_KEY", Keyless: true,
		Schema: llm.Native, Bounds: true, Whole: true, Slotted: true, Limit: "max_tokens", Seed: true, Think: byTemplate},
	{Name: "lmstudio", BaseURL: "http://127.0.0.1:1234/v1", URLVar: "LMSTUDIO_BASE_URL", KeyVar: "LMSTUDIO_API_KEY", Keyless: true,
		Schema: llm.Native, Whole: true, Limit: "max_tokens", Seed: true, Think: byEffortAlone},
	// refuses fields that it does not know, with a 422.
	{Name: "mistral", BaseURL: "https://api.mistral.ai/v1", URLVar: "MISTRAL_BASE_URL", KeyVar: "MISTRAL_API_KEY", Schema: llm.Native,
		Limit: "max_tokens", Seed: true, SeedKey: "random_seed", Omit: []string{"stream_options"}, Think: byNothing},
	// max_tokens is refused by its thinking models; think by all others, and "off" by those older than gpt-5.1.
	{Name: "openai", BaseURL: "https://api.openai.com/v1", URLVar: "OPENAI_BASE_URL", KeyVar: "OPENAI_API_KEY", Schema: llm.Native,
		Limit: "max_completion_tokens", Seed: true, Think: byEffort},
	// whether schema, seed and think have an effect depends on who serves the model.
	{Name: "openrouter", BaseURL: "https://openrouter.ai/api/v1", URLVar: "OPENROUTER_BASE_URL", KeyVar: "OPENROUTER_API_KEY",
		Schema: llm.Native, Limit: "max_tokens", Seed: true, Think: byOpenRouter},
	{Name: "together", BaseURL: "https://api.together.ai/v1", URLVar: "TOGETHER_BASE_URL", KeyVar: "TOGETHER_API_KEY", Schema: llm.Native,
		Limit: "max_tokens", Seed: true, Think: byTogether},
	{Name: "vllm", BaseURL: "http://127.0.0.1:8000/v1", URLVar: "VLLM_BASE_URL", KeyVar: "VLLM_API_KEY", Keyless: true,
		Schema: llm.Native, Whole: true, Limit: "max_tokens", Seed: true, Think: byTemplate},
}

// Presets are the known endpoints by name, without keys. The maps in them are shared: don't write to them.
func Presets() []Endpoint { return slices.Clone(presets) }

// Preset is the known endpoint of that name with its key and, where one is set, its other base URL from the environment. An
// error names the variable at fault and never shows what is in it.
func Preset(name string, getenv func(string) string) (Endpoint, error) {
	return At(name, "", "", getenv)
}

// At is the known endpoint of that name at another base URL and with the key from another variable; empty: its own.
func At(name, base, keyEnv string, getenv func(string) string) (Endpoint, error) {
	i := slices.IndexFunc(presets, func(e Endpoint) bool { return e.Name == name })
	if i < 0 {
		return Endpoint{}, fmt.Errorf("provider %q is unknown: it may be %s", name, names())
	}
	e := presets[i]
	if keyEnv != "" {
		e.KeyVar, e.Keyless = keyEnv, false
	}
	key := strings.TrimSpace(getenv(e.KeyVar))
	switch {
	case key == "" && !e.Keyless:
		return Endpoint{}, fmt.Errorf("provider %s: %w: set %s", name, ErrNoKey, e.KeyVar)
	case strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }):
		return Endpoint{}, fmt.Errorf("provider %s: what is in %s is no key: it has a character that no key has", name, e.KeyVar)
	case key != "":
		e.key = func() string { return key }
	}
	from := "base_url"
	if base == "" {
		base, from = strings.TrimSpace(getenv(e.URLVar)), e.URLVar
	}
	if base != "" {
		if err := llm.CheckURL(base); err != nil {
			return Endpoint{}, fmt.Errorf("provider %s: %s: %w", name, from, err)
		}
		e.BaseURL = strings.TrimRight(base, "/")
	}
	return e, nil
}

func names() string {
	out := make([]string, len(presets))
	for i, e := range presets {
		out[i] = e.Name
	}
	return strings.Join(out, ", ")
}

// Check says which of the options the endpoint can't honour.
func (e Endpoint) Check(o llm.Options) error {
	if o.Model == "" {
		return fmt.Errorf("provider %s: no model", e.Name)
	}
	if _, ok := e.Think[o.Think]; o.Think == "" || ok {
		return nil
	}
	var can []string
	for _, word := range []string{"off", "on", "low", "medium", "high"} {
		if _, ok := e.Think[word]; ok {
			can = append(can, word)
		}
	}
	if can == nil {
		return fmt.Errorf("provider %s: think %s can't be asked for here: leave it out", e.Name, o.Think)
	}
	return fmt.Errorf("provider %s: think %s can't be asked for here: leave it out or say %s", e.Name, o.Think, strings.Join(can, ", "))
}

// String is the name and the address.
func (e Endpoint) String() string { return e.Name + " at " + e.BaseURL }

// GoString is the same: nobody has to see more of it.
func (e Endpoint) GoString() string { return "openai.Endpoint(" + e.String() + ")" }
