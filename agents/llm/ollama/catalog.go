package ollama

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/ollama/ollama/api"

	"github.com/turncoat-sim/turncoat/agents/llm"
)

// ModelInfo is what the server says of a model that it has. A tag can move, so the digest is what identifies it.
type ModelInfo struct {
	Name         string // with its tag
	Digest       string // hex SHA-256 of the manifest
	Size         int64  // bytes on disk
	Family       string
	Parameters   string // as written by the model: "8.0B"
	Quantization string
	Modified     time.Time
}

// Version is the server's. One built without a release says 0.0.0.
func (c *Client) Version(ctx context.Context) (string, error) {
	v, err := c.api.Version(ctx)
	if err != nil {
		return "", fmt.Errorf("version of the ollama server: %w", c.explain(err, ""))
	}
	return v, nil
}

// Models are those that the server has, in its order.
func (c *Client) Models(ctx context.Context) ([]ModelInfo, error) {
	list, err := c.api.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("models of the ollama server: %w", c.explain(err, ""))
	}
	out := make([]ModelInfo, len(list.Models))
	for i, m := range list.Models {
		out[i] = ModelInfo{m.Name, m.Digest, m.Size, m.Details.Family, m.Details.ParameterSize, m.Details.QuantizationLevel, m.ModifiedAt}
	}
	return out, nil
}

// About is what a model can do.
type About struct {
	Context      int      // tokens that it was trained on, 0 if unknown; a longer num_ctx is silently cut to it
	Capabilities []string // as the server names them: completion, thinking, tools, …
	Parameters   string   // the Modelfile's own options, which hold where a call has none
	System       string   // the Modelfile's system text, which stands before a prompt that has none
}

// About asks the server for what it knows of a model.
func (c *Client) About(ctx context.Context, model string) (About, error) {
	r, err := c.api.Show(ctx, &api.ShowRequest{Model: model})
	if err != nil {
		return About{}, fmt.Errorf("about model %s: %w", model, c.explain(err, model))
	}
	a := About{Parameters: r.Parameters, System: r.System}
	family, _ := r.ModelInfo["general.architecture"].(string)
	if n, ok := r.ModelInfo[family+".context_length"].(float64); ok {
		a.Context = int(n)
	}
	for _, can := range r.Capabilities {
		a.Capabilities = append(a.Capabilities, string(can))
	}
	return a, nil
}

// IsMissing reports whether an error is the server's word that it does not have the model. The 404 of another kind of server is none.
func IsMissing(err error) bool {
	f, ok := llm.FailureOf(err)
	return ok && f.Status == http.StatusNotFound && lacks(f.Err.Error())
}

// lacks reports whether the words of a 404 are about a model rather than about a page.
func lacks(words string) bool {
	return strings.Contains(words, "not found") && !strings.Contains(words, "page not found")
}

// String is the server's address.
func (c *Client) String() string { return c.base }

// Find is the information of one model by the name that a call would use.
func (c *Client) Find(ctx context.Context, model string) (ModelInfo, error) {
	all, err := c.Models(ctx)
	if err != nil {
		return ModelInfo{}, err
	}
	for _, m := range all {
		if strings.EqualFold(m.Name, model) || strings.EqualFold(m.Name, model+":latest") {
			return m, nil
		}
	}
	return ModelInfo{}, fmt.Errorf("the ollama server has no model %s; get it with: ollama pull %s", model, model)
}
