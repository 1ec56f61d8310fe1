package metricstest

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// Row is a line of what figures were checked against, from which docs/validation.md is made: see the generator in this package's test.
type Row struct {
	Section string `json:"section"` // planted, null, range, coverage, type I, power, …: the template's tables go by it
	Metric  string `json:"metric"`  // or the name of an estimator
	What    string `json:"what"`    // the setting in words
	Value   string `json:"value"`   // what came out; see Number
	Wanted  string `json:"wanted"`
	Command string `json:"command"` // that shows it
}

// validation is the environment's name of the file to which rows are appended; unset, tests are small and keep none.
const validation = "TURNCOAT_VALIDATION"

// Validating reports whether this run is one of make validation.
func Validating() bool { return os.Getenv(validation) != "" }

// Size is how much to simulate: little in go test, much in make validation.
func Size(little, much int) int {
	if Validating() {
		return much
	}
	return little
}

// Record keeps a row in a run of make validation, and otherwise only logs it. A row is one write, so tests may record side by side.
func Record(t testing.TB, r Row) {
	t.Helper()
	if r.Section == "" || r.Metric == "" || r.What == "" || r.Value == "" || r.Wanted == "" || r.Command == "" {
		t.Errorf("a row of the validation lacks something: %+v", r)
		return
	}
	if !Validating() {
		return
	}
	line, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(os.Getenv(validation), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(append(line, '\n'))
	if closed := f.Close(); err != nil || closed != nil {
		t.Fatal(err, closed)
	}
}

// Number is a value as rows show it: to four places, without those that are 0, and with a minus sign.
func Number(v float64) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case math.IsInf(v, 0):
		return strings.ReplaceAll(fmt.Sprintf("%g", v), "-", "−")
	}
	text := strconv.FormatFloat(math.Round(v*1e4)/1e4, 'f', -1, 64)
	if text == "-0" {
		text = "0"
	}
	return strings.ReplaceAll(text, "-", "−")
}
