package limits

import (
	"bytes"
	_ "embed"
	"fmt"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed prices.yaml
var shippedPrices []byte

// Prices are list prices as of a date.
type Prices struct {
	AsOf   string  `yaml:"as_of"`
	Prices []Price `yaml:"prices"`
}

// Price is that of one model, in US dollars per million tokens.
type Price struct {
	Model  string  `yaml:"model" json:"model"` // PROVIDER/MODEL
	Input  float64 `yaml:"input" json:"input"`
	Cached float64 `yaml:"cached" json:"cached"`
	Output float64 `yaml:"output" json:"output"`
}

// ShippedPrices are those that the program comes with.
func ShippedPrices() Prices {
	p, err := ParsePrices("prices.yaml", shippedPrices)
	if err != nil {
		panic("limits: " + err.Error())
	}
	return p
}

var dated = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// ParsePrices reads a file of prices, strictly.
func ParsePrices(name string, b []byte) (Prices, error) {
	var p Prices
	b = bytes.TrimPrefix(b, []byte("\ufeff")) // some editors begin a file with a mark
	if err := yaml.UnmarshalWithOptions(b, &p, yaml.Strict()); err != nil {
		return p, fmt.Errorf("%s: %w", name, err)
	}
	if !dated.MatchString(p.AsOf) {
		return p, fmt.Errorf("%s: as_of is %q; it takes a date like 2025-06-01", name, p.AsOf)
	}
	for i, one := range p.Prices {
		if !strings.Contains(one.Model, "/") || one.Input < 0 || one.Output <= 0 || one.Cached < 0 {
			return p, fmt.Errorf("%s: price %d (%q): it takes model: PROVIDER/MODEL, and input, cached, output in dollars per million "+
				"tokens", name, i+1, one.Model)
		}
	}
	return p, nil
}

// version is what a provider adds to a model's name for a dated release of it.
var version = regexp.MustCompile(`^[-@]?(20\d{2}-?\d{2}-?\d{2}|latest)$`)

// Find gives the price of PROVIDER/MODEL, options left out; a dated release has its model's. What is not listed is unknown.
func (p Prices) Find(spec string) (Price, bool) {
	name, _, _ := strings.Cut(spec, "?")
	for _, one := range p.Prices {
		if rest, ok := strings.CutPrefix(name, one.Model); ok && (rest == "" || version.MatchString(rest)) {
			return one, true
		}
	}
	return Price{}, false
}

// Cost is what tokens cost, in millionths of a dollar: dollars a million tokens are millionths a token. Where the part from the
// cache is unknown (0) all of the prompt counts in full.
func (p Price) Cost(prompt, cached, reply int) int64 {
	return int64(float64(prompt-cached)*p.Input + float64(cached)*p.Cached + float64(reply)*p.Output + 0.5)
}
