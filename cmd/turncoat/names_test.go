package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// Whatever a file is named after, it stays in its folder, and no two names become one file.
func TestSafeNames(t *testing.T) {
	names := []string{"mine", "Mine", "MINE", "../PWNED", "..\\PWNED", "/etc/passwd", "a/b", "a:b", "a*b", "a b", "..", ".", "", "-rf",
		".bashrc", "con", "NUL.html", "LPT1",
		"a\x00b", "a\nb", "\u202ea", "a\u200b", "x.", "x", strings.Repeat("é", 300), strings.Repeat("é", 301), "é", "e\u0301", "a%2fb",
		"C:x"}
	taken := map[string]string{}
	for i, safe := range safeNames(names) {
		switch {
		case safe == "" || filepath.Base(safe) != safe || !filepath.IsLocal(safe) || len(safe) > 140:
			t.Errorf("%q becomes %q", names[i], safe)
		case strings.ContainsAny(safe, "\x00/\\:*?\"<>|\n \u202e\u200b") || strings.HasPrefix(safe, "-") ||
			strings.HasPrefix(safe, ".") || strings.HasSuffix(safe, "."):
			t.Errorf("%q becomes %q", names[i], safe)
		case reserved.MatchString(safe):
			t.Errorf("%q becomes the device %q", names[i], safe)
		}
		if other, ok := taken[strings.ToLower(safe)]; ok {
			t.Errorf("%q and %q both become %q", other, names[i], safe)
		}
		taken[strings.ToLower(safe)] = names[i]
	}
	for name, want := range map[string]string{"mine": "mine", "classic-1": "classic-1", "trust.bayes-random": "trust.bayes-random",
		"calibration of all": "calibration_of_all", "v1.2": "v1.2", "実験": "実験"} {
		if got := safeName(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}
