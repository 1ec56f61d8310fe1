package limits

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/engine"
)

// The first retry comes after the backoff, less at most a half by jitter, and never before the server said.
func TestBackoff(t *testing.T) {
	const backoff = 8 * time.Second
	for name, row := range map[string]struct{ asked, least, most time.Duration }{
		"nothing said":              {0, backoff / 2, backoff},
		"less than the backoff":     {time.Second, backoff / 2, backoff},
		"the server wants a minute": {time.Minute, time.Minute, time.Minute + time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			late := fault(engine.CauseTimeout, true, false, 0)
			late.RetryAfter = row.asked
			inner, calls := failing(late)
			began := time.Now()
			o := EndpointOptions{Name: "fake", Width: 1, Retries: 3, Backoff: backoff, MaxWait: time.Hour}
			if _, err := NewEndpoint(o).Model(inner).Complete(t.Context(), llm.Prompt{}); err != nil || *calls != 2 {
				t.Fatalf("%s: %d calls, %v", name, *calls, err)
			}
			if took := time.Since(began); took < row.least || took >= row.most {
				t.Errorf("%s: it waits %v, wanted %v to %v", name, took, row.least, row.most)
			}
		})
	}
}

// Being told to wait is no failure: it takes none of the retries.
func TestThrottlingTakesNoRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := fault(engine.CauseProvider, true, true, http.StatusTooManyRequests)
		busy.Throttled, busy.RetryAfter = true, time.Second
		broken := fault(engine.CauseProvider, true, true, http.StatusInternalServerError)
		inner, calls := failing(busy, busy, busy, broken, broken, broken)
		got, err := NewEndpoint(quick(1)).Model(inner).Complete(t.Context(), llm.Prompt{})
		if err != nil || got.Text != "whole" || *calls != 7 || got.Tries != 7 {
			t.Errorf("%d calls, %+v, %v", *calls, got, err)
		}
	})
}
