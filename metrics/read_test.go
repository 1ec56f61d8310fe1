package metrics

import (
	"errors"
	"strings"
	"testing"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/codec"
	"github.com/turncoat-sim/turncoat/metrics/metricstest"
)

// A body that speaks of a seat that the table of ten does not have, or of nobody where there has to be somebody, is an error.
func TestBadBodies(t *testing.T) {
	created := play(t, 1, engine.DefaultRules(), metricstest.Anything(1)).stored(t)[0]
	vector := func(n string) string { return "[" + strings.TrimSuffix(strings.Repeat(n+",", 10), ",") + "]" }
	for _, c := range []struct {
		kind engine.Kind
		body string
		want error
	}{
		{engine.KindBallot, `{"voter":10,"target":1,"stage":0}`, errSeat},
		{engine.KindBallot, `{"voter":-1,"target":1,"stage":0}`, errSeat},
		{engine.KindBallot, `{"voter":null,"target":1,"stage":0}`, errSeat},
		{engine.KindBallot, `{"target":1,"stage":0}`, errSeat},
		{engine.KindBallot, `{"voter":1,"target":10,"stage":0}`, errSeat},
		{engine.KindBallot, `{"voter":1,"target":-2,"stage":0}`, errSeat},
		{engine.KindMurderVote, `{"voter":10,"target":1}`, errSeat},
		{engine.KindMurderVote, `{"voter":1,"target":10}`, errSeat},
		{engine.KindDealt, `{"seat":10,"role":"faithful"}`, errSeat},
		{engine.KindDealt, `{"role":"faithful"}`, errSeat},
		{engine.KindForfeit, `{"seat":-1,"request":"ballot","cause":"timeout"}`, errSeat},
		{engine.KindIntent, `{"seat":10,"target":1}`, errSeat},
		{engine.KindIntent, `{"seat":1,"target":10}`, errSeat},
		{engine.KindRevealed, `{"role":"faithful"}`, errSeat},
		{engine.KindTied, `{"seats":[1,10]}`, errSeat},
		{engine.KindTied, `{"seats":[1,-1]}`, errSeat},
		{engine.KindBanished, `{"seat":10}`, errSeat},
		{engine.KindMurdered, `{"seat":10}`, errSeat},
		{engine.KindFound, `{"victim":10}`, errSeat},
		{engine.KindAnswered, `{"seat":10,"request":"ballot","calls":[]}`, errSeat},
		{engine.KindStatement, `{"seat":10,"pass":0,"position":0,"text":""}`, errSeat},
		{engine.KindStatement, `{"seat":1,"pass":0,"position":0,"text":"","acts":[{"act":"accuse","seat":10}]}`, errSeat},
		{engine.KindActs, `{"seat":1,"acts":[{"act":"accuse","seat":-1}]}`, errSeat},
		{engine.KindBelief, `{"observer":10,"order":1,"when":"ballot","per_mille":` + vector("1") + `}`, errSeat},
		{engine.KindBelief, `{"observer":1,"order":1,"when":"ballot","per_mille":` + vector("1001") + `}`, errBody},
		{engine.KindBelief, `{"observer":1,"order":1,"when":"ballot","per_mille":` + vector("-2") + `}`, errBody},
		{engine.KindBelief, `{"observer":1,"order":1,"when":"ballot","per_mille":[1,2]}`, errBody},
		{engine.KindBelief, `{"observer":1,"order":1,"when":"ballot"}`, errBody},
	} {
		bad := codec.Stored{Seq: 1, Round: 1, Phase: engine.PhaseBallot, Kind: c.kind, Body: []byte(c.body)}
		if _, err := ReadGame(GameMeta{}, []codec.Stored{created, bad}); !errors.Is(err, c.want) {
			t.Errorf("%s %s: %v", c.kind, c.body, err)
		}
	}
	for k := range engine.Kinds() {
		if takers[k] == nil {
			continue
		}
		for _, body := range []string{``, `null`, `[]`, `"x"`, `{`, `{"seat":}`, `{} {}`} {
			bad := codec.Stored{Seq: 1, Round: 1, Phase: engine.PhaseBallot, Kind: engine.Kind(k), Body: []byte(body)}
			if g, err := ReadGame(GameMeta{}, []codec.Stored{created, bad}); err == nil {
				t.Errorf("%s %s: read as %+v", engine.Kind(k), body, g)
			}
		}
	}
}

// What is lent to one belief is not another's, and what an answer was lent says nothing of the next.
func TestLentMemory(t *testing.T) {
	var r reader
	r.game.N, r.game.Rounds = 3, []Round{{Number: 1}}
	for _, s := range []codec.Stored{
		{Kind: engine.KindBelief, Body: []byte(`{"observer":0,"order":1,"when":"ballot","per_mille":[-1,500,600]}`)},
		{Kind: engine.KindBelief, Body: []byte(`{"observer":1,"order":1,"when":"ballot","per_mille":[null,-1,7]}`)},
		{Kind: engine.KindAnswered, Body: []byte(`{"seat":0,"request":"ballot","calls":[{"cause":"refusal"},{"mended":["fence"]}]}`)},
		{Kind: engine.KindAnswered, Body: []byte(`{"seat":1,"request":"ballot","calls":[{},null]}`)},
	} {
		s.Round = 1
		if err := r.event(&s); err != nil {
			t.Fatal(err)
		}
	}
	a, b := r.game.Rounds[0].Beliefs[0], r.game.Rounds[0].Beliefs[1]
	if a.PerMille[1] != 500 || a.PerMille[2] != 600 || b.PerMille[0] != 0 || b.PerMille[2] != 7 {
		t.Errorf("beliefs of %v and %v", a.PerMille, b.PerMille)
	}
	if r.game.Refused[0] != 1 || r.game.Refused[1] != 0 {
		t.Errorf("refused: %v", r.game.Refused)
	}
}
