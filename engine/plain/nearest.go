package plain

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// DidYouMean asks after the name that was likely meant, as `; did you mean "classic"?`: one that begins with what was written, or else the
// first of those with the fewest edits. It is empty where none comes near, since a far guess sends its reader the wrong way.
func DidYouMean(written string, names []string) string {
	low := strings.ToLower(written)
	best, fewest := "", 2+len([]rune(written))/4
	for _, n := range names {
		d := levenshtein.ComputeDistance(low, strings.ToLower(n))
		if low != "" && strings.HasPrefix(strings.ToLower(n), low) {
			d = 0
		}
		if d < fewest {
			best, fewest = n, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}
