package memory

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/enginetest"
)

// noted is a game whose players write notes, as steps.
func noted(t testing.TB, seed uint64) []engine.Event {
	t.Helper()
	rules := engine.DefaultRules()
	rules.Introductions, rules.Reflect = true, engine.AfterStart|engine.AfterBanishment|engine.AfterEnd
	events, _, err := enginetest.Play(enginetest.Setup(seed, rules.Complete()))
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func steps(events []engine.Event) [][]engine.Event {
	var out [][]engine.Event
	for i, e := range events {
		if i == 0 || e.Step != events[i-1].Step {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], e)
	}
	return out
}

// written are the notes that the log of a game holds, by a slow second way.
func written(events []engine.Event) (out []Note) {
	for _, e := range events {
		switch b := e.Body.(type) {
		case engine.Note:
			if b.Text != "" {
				out = append(out, Note{Seq: e.Seq, Step: e.Step, Round: e.Round, Owner: b.Seat, About: engine.NoSeat,
					Kind: "introduction", Salience: 3, Body: b.Text, Sources: []int{}})
			}
		case engine.Notes:
			for i, m := range b.Notes {
				from := append([]int{}, m.From...)
				out = append(out, Note{Seq: e.Seq, Place: i, Step: e.Step, Round: e.Round, Owner: b.Seat, About: m.About,
					Kind: string(m.Kind), Salience: m.Salience, Body: m.Text, Sources: from})
			}
		}
	}
	return out
}

// all are the notes of every game, without the keys.
func all(t testing.TB, s *Store) []Note {
	t.Helper()
	notes, err := s.notes(t.Context(), "FROM notes n ORDER BY n.game, n.seq, n.place")
	if err != nil {
		t.Fatal(err)
	}
	for i := range notes {
		notes[i].Game = 0
	}
	return notes
}

// The projection is what the log says, whether a game came step by step or whole, at every step, and after a rebuild.
func TestNotesFollowTheLog(t *testing.T) {
	s := filled(t)
	first, second := noted(t, 1), noted(t, 2)
	l, err := s.StartGame(t.Context(), game(0))
	if err != nil {
		t.Fatal(err)
	}
	var so []engine.Event
	for _, step := range steps(first) {
		if err := l.Append(t.Context(), l.Game().ID, step[0].Seq, step); err != nil {
			t.Fatal(err)
		}
		so = append(so, step...)
		if diff := cmp.Diff(written(so), all(t, s)); diff != "" {
			t.Fatalf("after step %d:\n%s", step[0].Step, diff)
		}
	}
	if _, err := s.Commit(t.Context(), game(1), second); err != nil {
		t.Fatal(err)
	}
	want := append(written(first), written(second)...)
	if diff := cmp.Diff(want, all(t, s)); diff != "" || len(want) < 50 {
		t.Fatalf("%d notes:\n%s", len(want), diff)
	}
	for _, damage := range []string{"", "UPDATE notes SET body = 'x' WHERE id = 3", "DELETE FROM notes WHERE id = 5"} {
		if damage != "" {
			if err := s.writer.do(t.Context(), 0, func(w *writer) error { _, err := w.exec(damage); return err }); err != nil {
				t.Fatal(err)
			}
		}
		n, differed, err := s.RebuildNotes(t.Context())
		if err != nil || int(n) != len(want) || (differed > 0) != (damage != "") {
			t.Fatalf("%q: %d notes, %d differed: %v", damage, n, differed, err)
		}
	}
	if diff := cmp.Diff(want, all(t, s)); diff != "" {
		t.Fatalf("a rebuild differs:\n%s", diff)
	}
	own, err := s.Notes(t.Context(), l.Game().Key, 3, so[len(so)/2].Step)
	if err != nil {
		t.Fatal(err)
	}
	wantOwn := slices.DeleteFunc(written(first), func(n Note) bool { return n.Owner != 3 || n.Step > so[len(so)/2].Step })
	for i := range own {
		own[i].Game = 0
	}
	if diff := cmp.Diff(wantOwn, own); diff != "" {
		t.Errorf("seat 3's:\n%s", diff)
	}
}

// Words are found in a plain build, in one batch or in all, and also after a rebuild.
func TestSearchNotes(t *testing.T) {
	s := filled(t)
	if _, err := s.Commit(t.Context(), game(0), noted(t, 1)); err != nil {
		t.Fatal(err)
	}
	find := func(query, batch string) int {
		t.Helper()
		found, err := s.SearchNotes(t.Context(), query, batch, 10000)
		if err != nil {
			t.Fatal(err)
		}
		return len(found)
	}
	want := 0
	for _, n := range all(t, s) {
		if n.Kind != "introduction" {
			want++
		}
	}
	if got := find("NOTED", ""); got != want || want == 0 {
		t.Errorf("%d notes found, %d written", got, want)
	}
	if got := find("noted", "test-1"); got != want {
		t.Errorf("%d in the batch, %d written", got, want)
	}
	if find("noted", "other") != 0 || find("zebra", "") != 0 {
		t.Error("found what is not there")
	}
	if _, _, err := s.RebuildNotes(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := find("noted", ""); got != want {
		t.Errorf("after a rebuild %d, %d written", got, want)
	}
	if _, err := s.SearchNotes(t.Context(), `"`, "", 1); err == nil {
		t.Error("a bad query is no error")
	}
}

// A file of the format before this one opens, migrates, verifies, and has the notes that its games' players took.
func TestMigratesFormat2(t *testing.T) {
	packed, err := os.Open("testdata/format-2.db.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "old.db")
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	games := 0
	var want []Note
	for _, batch := range []string{"old", "duel"} {
		for g, err := range s.Games(t.Context(), batch) {
			if err != nil {
				t.Fatal(err)
			}
			if err := s.VerifyGame(t.Context(), g.Key); err != nil {
				t.Error(err)
			}
			record, err := s.Events(t.Context(), g.Key)
			if err != nil {
				t.Fatal(err)
			}
			for _, stored := range record.Events {
				e, err := stored.Event()
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, written([]engine.Event{e})...)
			}
			games++
		}
	}
	if diff := cmp.Diff(want, all(t, s)); diff != "" || games != 4 || len(want) != 10 {
		t.Errorf("%d games, %d notes:\n%s", games, len(want), diff)
	}
}

// A note that is the first event of its append is in the projection too.
func TestNotesAtTheHeadOfAnAppend(t *testing.T) {
	s := filled(t)
	l := must[*GameLog](t)(s.StartGame(t.Context(), game(0)))
	var so []engine.Event
	for _, e := range noted(t, 1) {
		if err := l.Append(t.Context(), l.Game().ID, e.Seq, []engine.Event{e}); err != nil {
			t.Fatal(err)
		}
		so = append(so, e)
	}
	if diff := cmp.Diff(written(so), all(t, s)); diff != "" || len(all(t, s)) == 0 {
		t.Errorf("event by event:\n%s", diff)
	}
}
