package catalog

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/agents"
	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
)

// at are servers whose addresses are all that of one stand-in.
func at(url string) *Servers {
	return &Servers{Getenv: func(name string) string {
		switch {
		case name == "OLLAMA_HOST":
			return url
		case strings.HasSuffix(name, "_BASE_URL"):
			return url + "/v1"
		}
		return ""
	}}
}

// What a server tells of itself is how it is asked: llama.cpp's slots and the context of each, vLLM's context, that of a model of Ollama's.
func TestLimitsAreTold(t *testing.T) {
	llamacpp := llmtest.Serve(llmtest.Setup{Slots: 4, Context: 8192, Models: []string{"/home/x/models/qwen2.5-0.5b-q4.gguf"}})
	defer llamacpp.Close()
	ollama := llmtest.Serve(llmtest.Setup{Trained: 8192})
	defer ollama.Close()
	bare := llmtest.Serve(llmtest.Setup{})
	defer bare.Close()
	vllm := listing(t, `{"data":[{"id":"org/qwen","max_model_len":4096},{"id":"org/other","max_model_len":2048}]}`, "")
	metaOnly := listing(t, `{"data":[{"id":"m","aliases":["short"],"meta":{"n_ctx":2048}}]}`, "")
	wordy := listing(t, `{"data":[{"id":"m"}]}`, `{"total_slots":"2","default_generation_settings":{"n_ctx":1024.0}}`)
	nothing := listing(t, `{"data":[]}`, "")
	router := listing(t, `{"data":[{"id":"a/b:Q4"},{"id":"a/c:Q4"}]}`,
		`of a/b:Q4 {"total_slots":3,"default_generation_settings":{"n_ctx":2048}}`)
	for _, c := range []struct {
		url, spec string
		context   int // the command's
		want      llm.ServerLimits
		width     int
		model     string
	}{
		{llamacpp.URL, "llamacpp/qwen2.5-0.5b-q4", 0, llm.ServerLimits{Context: 8192, Slots: 4}, 4, "/home/x/models/qwen2.5-0.5b-q4.gguf"},
		{llamacpp.URL, "llamacpp//home/x/models/qwen2.5-0.5b-q4.gguf", 0, llm.ServerLimits{Context: 8192, Slots: 4}, 4,
			"/home/x/models/qwen2.5-0.5b-q4.gguf"},
		{llamacpp.URL, "llamacpp/Qwen2.5-0.5B-Q4.gguf?num_ctx=9000", 4000, llm.ServerLimits{Context: 4000, Slots: 4}, 4,
			"/home/x/models/qwen2.5-0.5b-q4.gguf"},
		// which of them it is is the user's word
		{llamacpp.URL, "vllm/qwen2.5-0.5b-q4", 0, llm.ServerLimits{Context: 8192}, 8, "/home/x/models/qwen2.5-0.5b-q4.gguf"},
		{vllm, "vllm/qwen", 0, llm.ServerLimits{Context: 4096}, 8, "org/qwen"},
		{vllm, "vllm/org/other", 0, llm.ServerLimits{Context: 2048}, 8, "org/other"},
		{metaOnly, "llamacpp/short", 0, llm.ServerLimits{Context: 2048}, 8, "m"},
		{wordy, "llamacpp/m", 0, llm.ServerLimits{Context: 1024, Slots: 2}, 2, "m"},
		{router, "llamacpp/b:Q4", 0, llm.ServerLimits{Context: 2048, Slots: 3}, 3, "a/b:Q4"},
		{nothing, "vllm/a", 0, llm.ServerLimits{}, 8, "a"},
		{router, "llamacpp/c:Q4", 0, llm.ServerLimits{}, 8, "a/c:Q4"},
		{ollama.URL, "ollama/fake", 0, llm.ServerLimits{Context: 8192}, 1, "fake"},
		{bare.URL, "ollama/fake", 0, llm.ServerLimits{}, 1, "fake"},
		{bare.URL, "llamacpp/fake", 0, llm.ServerLimits{}, 8, "fake"},
		{"http://127.0.0.1:1", "llamacpp/anything", 0, llm.ServerLimits{}, 8, "anything"},
	} {
		s := at(c.url)
		s.Context = c.context
		policy := agents.PolicyOf(c.spec)
		o, err := s.Options(t.Context(), policy)
		if err != nil || s.Limits(policy) != c.want || s.WidthOf(policy) != c.width || o.Model != c.model {
			t.Errorf("%s: %+v, want %+v; width %d, want %d; model %q; %v", c.spec, s.Limits(policy), c.want, s.WidthOf(policy), c.width,
				o.Model, err)
		}
	}
}

// listing is a server that has a list of models and, unless they are empty, llama.cpp's properties.
func listing(t *testing.T, models, props string) string {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/models", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, models) })
	if props != "" {
		mux.HandleFunc("GET /props", func(w http.ResponseWriter, q *http.Request) {
			if routed, ok := strings.CutPrefix(props, "of a/b:Q4 "); !ok {
				fmt.Fprint(w, props)
			} else if q.FormValue("model") == "a/b:Q4" {
				fmt.Fprint(w, routed)
			} else {
				fmt.Fprint(w, `{"role":"router","default_generation_settings":{"n_ctx":0}}`)
			}
		})
	}
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

// A context that a spec leaves open is what the model was made for, up to the default; one that it names stands, and is kept under
// the model's.
func TestOpenContexts(t *testing.T) {
	for _, c := range []struct {
		trained, frozen int
		spec            string
		want            int
	}{
		{8192, 0, "ollama/fake", 8192},
		{131072, 0, "ollama/fake", 16384},
		{0, 0, "ollama/fake", 16384},
		{131072, 0, "ollama/fake?num_ctx=32768", 32768},
		{8192, 0, "ollama/fake?num_ctx=32768", 8192},
		{131072, 9000, "ollama/fake", 9000},
		{131072, 9000, "ollama/fake?num_ctx=32768", 32768},
		{4096, 9000, "ollama/fake", 4096},
	} {
		server := llmtest.Serve(llmtest.Setup{Trained: c.trained})
		s := at(server.URL)
		policy := agents.PolicyOf(c.spec)
		o, err := s.Options(t.Context(), policy)
		if c.frozen > 0 {
			s.Freeze(policy, c.frozen)
			o = s.filled(wanted{policy: policy, options: o}).options
		}
		server.Close()
		if err != nil || o.Context != c.want {
			t.Errorf("%+v: %d, %v", c, o.Context, err)
		}
	}
	for spec, want := range map[string]bool{"ollama/a": true, "ollama/a?think=off": true, "ollama/a?num_ctx=512": false, "vllm/a": false,
		"bayes": false, "ollama": false, "recorded/a": false} {
		if Open(agents.PolicyOf(spec)) != want {
			t.Errorf("%s: %v", spec, !want)
		}
	}
}

func TestNames(t *testing.T) {
	of := func(name string) wanted {
		p, known := providerNamed(name)
		if !known {
			t.Fatalf("no provider %s", name)
		}
		return wanted{provider: p}
	}
	served := []llm.Served{{Name: "/m/a.gguf"}, {Name: "/m/b/c.gguf"}, {Name: "/m/d/C.gguf"}, {Name: `C:\m\w-1.gguf`}, {Name: "org/e"},
		{Name: "f", Aliases: []string{"g"}}, {Name: "other/f"}, {Name: "hf.co/x/y:Q4"}}
	for want, name := range map[string]string{"a": "/m/a.gguf", "a.gguf": "/m/a.gguf", "A": "/m/a.gguf", "/m/a.gguf": "/m/a.gguf",
		"w-1": `C:\m\w-1.gguf`, "e": "org/e", "g": "f", "f": "f", "other/f": "other/f", "y:q4": "hf.co/x/y:Q4"} {
		if got, err := of("llamacpp").nameIn("it", want, served); err != nil || got != name {
			t.Errorf("%s means %q, %v", want, got, err)
		}
	}
	_, err := of("llamacpp").nameIn("it", "c", served)
	if both := (*ambiguousError)(nil); !errors.As(err, &both) || !slices.Equal(both.Names, []string{"/m/b/c.gguf", "/m/d/C.gguf"}) {
		t.Errorf("c: %v", err)
	}
	var names []string
	for _, m := range served {
		names = append(names, m.Name)
	}
	_, err = of("llamacpp").nameIn("it", "z\x1b[1m", append(served, llm.Served{Name: "\x1b[1m"}))
	if missing := (*MissingError)(nil); !errors.As(err, &missing) || len(missing.Has) != 9 || strings.Contains(err.Error(), "\x1b") ||
		!strings.Contains(err.Error(), "and 1 more") {
		t.Errorf("z: %q", err)
	}
	if got, want := of("vllm").provider.shortNames(names),
		[]string{"a", "/m/b/c.gguf", "/m/d/C.gguf", "w-1", "e", "f", "other/f", "y:Q4"}; !slices.Equal(got, want) {
		t.Errorf("short they are %q, want %q", got, want)
	}
	if got := of("openrouter").provider.shortNames(names); !slices.Equal(got, names) {
		t.Errorf("those of a provider are %q", got)
	}
	if _, err := of("ollama").nameIn("it", "a", nil); err == nil ||
		!strings.Contains(err.Error(), "it has: none; get it with: ollama pull a") {
		t.Errorf("an Ollama without models: %v", err)
	}
}

// A server that says that it has no such model, and can't list those that it has, is taken at its word.
func TestMissingWithoutAList(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/show", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"error":"model 'gone' not found"}`)
	})
	mux.HandleFunc("GET /api/tags", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, `{"error":"the disk is full"}`)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	err := at(server.URL).Learn(t.Context(), policies("ollama/gone"))
	if missing := (*MissingError)(nil); !errors.As(err, &missing) || missing.Unlisted == nil {
		t.Fatalf("%v", err)
	}
	for _, want := range []string{`has no model "gone"`, "can't be told", "the disk is full", "ollama pull gone"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v: it does not say %q", err, want)
		}
	}
	if strings.Contains(err.Error(), "none") {
		t.Errorf("%v: a list that is not known is none", err)
	}
}
