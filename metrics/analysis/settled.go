package analysis

import (
	"fmt"
	"strings"

	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// Settled says whether the analysis keeps to what was settled before the first game; games is how many the batch has.
func Settled(d *study.Design, kept study.Manifest, games int) string {
	f := kept.Frozen
	if f == nil {
		return "Nothing was settled before the first game (run --freeze): treat the figures as exploration."
	}
	var broken []string
	if f.Games != games {
		broken = append(broken, fmt.Sprintf("%d games were settled, the batch has %d", f.Games, games))
	}
	if n := kept.Outcomes["finished"]; n < f.Games {
		broken = append(broken, fmt.Sprintf("%d of %d games are finished", n, f.Games))
	}
	if f.Hash != f.Digest() || f.Design != d.Hash {
		broken = append(broken, "what was settled does not fit the design, or was altered")
	}
	text := fmt.Sprintf("Settled before the first game: primary metric %s, exclusions %s, %d games (sha256 %.12s). ", f.Primary,
		f.Exclude, f.Games, f.Hash)
	if len(broken) > 0 {
		return text + "The analysis does not keep to it: " + strings.Join(broken, "; ") + "."
	}
	return text + "The analysis keeps to it."
}
