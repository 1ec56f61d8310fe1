package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
)

// BenchmarkBusy plays batches of duel-4 by a fake server that takes half a second for a call and has w slots, and reports which share
// of its slots' time was used, up to the time when the last games end.
func BenchmarkBusy(b *testing.B) {
	for _, w := range []int{1, 8, 64, 256} { // about two minutes each
		b.Run(fmt.Sprint("width=", w), func(b *testing.B) {
			for b.Loop() {
				server := llmtest.Serve(llmtest.Setup{Width: w, Latency: 500 * time.Millisecond, Forget: true})
				b.Setenv("VLLM_BASE_URL", server.URL+"/v1")
				games := 10 * w // so that the last games, which leave slots idle, are a small part
				var out bytes.Buffer
				a := &app{in: strings.NewReader(""), out: &out, err: &out, getenv: os.Getenv}
				code := a.main(b.Context(), []string{"run", "duel-4", "--games", fmt.Sprint(games), "--seed", "1", "--policy", "vllm/fake",
					"--width", fmt.Sprint(w), "--quiet", "--db", filepath.Join(b.TempDir(), "b.db")})
				if code != exitDone {
					b.Fatal(out.String())
				}
				load := server.Load()
				b.ReportMetric(100*load.Share(), "%busy")
				b.ReportMetric(float64(load.Calls), "calls")
				server.Close()
			}
		})
	}
}
