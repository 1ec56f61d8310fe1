package report

import (
	"fmt"
	"io"
	"math"

	"github.com/turncoat-sim/turncoat/metrics/analysis"
)

// Ratings draws the skills that are known by role with their intervals, in log odds; policies without a rank are marked.
func Ratings(w io.Writer, list []analysis.Rating, format Format) error {
	var groups []group
	most := 1.0
	for _, role := range []string{"traitor", "faithful"} {
		g := group{name: "as a " + role}
		for _, r := range list {
			if r.Role != role || !r.Known {
				continue
			}
			label := fmt.Sprintf("%d  %s", r.Rank, r.Policy)
			switch {
			case r.Reference:
				label = r.Policy + " (reference)"
			case r.Rank == 0:
				label = "–  " + r.Policy
			}
			g.rows = append(g.rows, whisker{label, estimate{r.Skill, r.Lo, r.Hi, float64(r.Games), math.NaN()}})
			most = max(most, math.Abs(r.Lo), math.Abs(r.Hi))
		}
		groups = append(groups, g)
	}
	reach := roundUp(min(most, 6))
	d := whiskers("Skills by role, in log odds", "Bradley–Terry skills as a traitor and as a faithful; the faithful's mean is 0. "+
		"Without a rank: too few games.", -reach, reach, groups)
	return d.padded().write(w, format)
}
