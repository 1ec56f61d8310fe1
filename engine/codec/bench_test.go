package codec

import (
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
)

func BenchmarkDecode(b *testing.B) {
	bodies := map[string]struct {
		k engine.Kind
		s string
	}{
		"ballot":    {engine.KindBallot, `{"voter":3,"target":4,"stage":0}`},
		"belief":    {engine.KindBelief, `{"observer":3,"order":1,"when":"ballot","per_mille":[-1,100,200,300,-1,400,500,600,333,222]}`},
		"statement": {engine.KindStatement, `{"seat":3,"pass":1,"position":2,"text":"I think that it was seat 4, since they were silent.","acts":[{"act":"accuse","seat":4},{"act":"claim","seat":3,"role":"faithful"}]}`},
	}
	for name, c := range bodies {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			raw := []byte(c.s)
			for b.Loop() {
				if _, err := decode(c.k, raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
