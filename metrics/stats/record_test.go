package stats

import (
	"testing"

	"github.com/turncoat-sim/turncoat/metrics/metricstest"
)

// record keeps what a simulation of an estimator showed, for docs/validation.md.
func record(t *testing.T, estimator, what string, value float64, wanted, test string) {
	t.Helper()
	metricstest.Record(t, metricstest.Row{Section: "estimators", Metric: estimator, What: what, Value: metricstest.Number(value),
		Wanted: wanted, Command: "go test -run " + test + " ./metrics/stats"})
}
