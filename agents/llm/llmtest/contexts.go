package llmtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/turncoat-sim/turncoat/agents/llm"
)

// show is Ollama's description of a model.
func (s *Server) show(w http.ResponseWriter, q *http.Request) {
	var asked struct{ Model string }
	err := json.NewDecoder(q.Body).Decode(&asked)
	if err != nil || !slices.Contains(s.setup.Models, strings.TrimSuffix(asked.Model, ":latest")) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write(Ollama.Error(fmt.Sprintf("model '%s' not found", asked.Model)))
		return
	}
	info := map[string]any{"general.architecture": "llama"}
	if s.setup.Trained > 0 {
		info["llama.context_length"] = s.setup.Trained
	}
	sendJSON(w, map[string]any{"model_info": info})
}

// props are llama.cpp's, which has a context for each of its slots.
func (s *Server) props(w http.ResponseWriter, q *http.Request) {
	if s.setup.Slots == 0 {
		http.NotFound(w, q)
		return
	}
	sendJSON(w, map[string]any{"total_slots": s.setup.Slots, "default_generation_settings": map[string]int{"n_ctx": s.setup.Context}})
}

// cut leaves out of a request what does not fit its num_ctx: the oldest messages first, whole, and of the last one its middle.
func (s *Server) cut(q Request) Request {
	var asked struct {
		Options struct {
			Context int `json:"num_ctx"`
		}
	}
	if json.Unmarshal(q.Body, &asked) != nil || asked.Options.Context == 0 {
		return q
	}
	most := asked.Options.Context
	for len(q.Messages) > 1 && s.tokens(q) > most {
		q.Messages = q.Messages[1:]
	}
	if over := s.tokens(q) - most; over > 0 {
		last := q.Messages[0]
		half := (len(last.Text) - over*cmp.Or(s.setup.Bytes, 4)) / 2
		last.Text = last.Text[:half] + last.Text[len(last.Text)-half:]
		q.Messages = []llm.Message{last}
	}
	return q
}
