package memory

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	for _, good := range []string{"classic-1", "mine", "v1.2_b", "Ünïcode", "e\u0301te\u0301", "実験-3", "_x", "1", strings.Repeat("é", 64)} {
		if err := CheckName(good); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"", "../PWNED", "a/b", `a\b`, "a:b", "a+b", "a b", "-rf", ".hidden", "..", "a\nb", "a\x1b[2J", "\u202ea",
		"a\u200b", "a\u3164", "\u0301a",
		"a;b", "a$b", "a'b", "a*", "a\xff", "~", "a%b", strings.Repeat("a", 65)} {
		err := CheckName(bad)
		if !errors.Is(err, errName) || strings.ContainsAny(err.Error(), "\n\x1b\u202e\u200b") {
			t.Errorf("%q: %v", bad, err)
		}
		if name := NameOf(bad); CheckName(name+"-123456") != nil {
			t.Errorf("%q is named %q", bad, name)
		}
	}
	for text, want := range map[string]string{"classic": "classic", "My scenario (v2)": "My-scenario--v2", "../x": "x", "": "batch",
		"日本": "日本"} {
		if got := NameOf(text); got != want {
			t.Errorf("%q is named %q, want %q", text, got, want)
		}
	}
	store := open(t, filepath.Join(t.TempDir(), "n.db"))
	if _, err := store.CreateBatch(t.Context(), Batch{Name: "../PWNED"}); !errors.Is(err, errName) {
		t.Error(err)
	}
}
