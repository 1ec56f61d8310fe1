package analysis

import (
	"fmt"
	"math"

	"github.com/turncoat-sim/turncoat/metrics/stats"
)

// Basis is what the numbers of a plan follow from: a share of games, or a standard deviation a unit.
type Basis struct {
	From  string  `json:"from"`
	Unit  string  `json:"unit"` // games, seasons or tables
	Share float64 `json:"share,omitempty"`
	SD    float64 `json:"sd,omitempty"`

	// Of two arms on the same seeds: the standard deviation of a pair's difference, and the correlation of the arms; 0: not known.
	PairedSD    float64 `json:"paired_sd,omitempty"`
	Correlation float64 `json:"correlation,omitempty"`
	Pilot       int     `json:"pilot,omitempty"` // units that SD was measured on
}

// FewestPilot is how many units a pilot takes, below which its spread is too rough to plan from without a word.
const FewestPilot = 30

// What a line of a plan is for.
const (
	ForWidth      = "half width of the 95 % interval"
	ForDifference = "difference between two arms"
	ForPaired     = "the same, arms on the same seeds"
)

// PlanLine is how many games an interval of a half width, or a difference between two arms, takes; 0: no number is enough.
type PlanLine struct {
	What  string  `json:"what"`
	Size  float64 `json:"size"`
	Games int     `json:"games"` // of a difference, in each arm
}

// Plan gives the line of a half width and that of a difference, found with the power; those of several where both are 0.
func (b Basis) Plan(width, difference, power float64) []PlanLine {
	widths, differences := []float64{width}, []float64{difference}
	if width == 0 && difference == 0 {
		scale := 1.0
		if b.SD > 0 {
			scale = b.SD
		}
		widths, differences = []float64{0.2 * scale, 0.1 * scale, 0.05 * scale, 0.02 * scale},
			[]float64{0.4 * scale, 0.2 * scale, 0.1 * scale, 0.05 * scale}
	}
	var lines []PlanLine
	for _, w := range widths {
		if w > 0 {
			lines = append(lines, PlanLine{ForWidth, w, b.forWidth(w)})
		}
	}
	for _, d := range differences {
		if d > 0 {
			lines = append(lines, PlanLine{ForDifference, d, b.forDifference(d, power)})
			if b.PairedSD > 0 {
				lines = append(lines, PlanLine{ForPaired, d, stats.GamesForPairedShift(b.PairedSD, d, 0.05, power)})
			}
		}
	}
	return lines
}

func (b Basis) forWidth(half float64) int {
	if b.SD > 0 {
		return stats.GamesForRatio(b.SD, half, 0.05)
	}
	return stats.GamesForInterval(b.Share, half, 0.05)
}

// forDifference is away from the nearer end, where there is room.
func (b Basis) forDifference(d, power float64) int {
	if b.SD > 0 {
		return stats.GamesForShift(b.SD, d, 0.05, power)
	}
	if b.Share+d > 1 || b.Share > 0.5 && b.Share-d >= 0 {
		d = -d
	}
	if b.Share+d < 0 {
		return 0
	}
	return stats.GamesForDifference(b.Share, b.Share+d, 0.05, power)
}

// smallestUseful is the difference in the traitors' winning share that games are held to be able to show.
const smallestUseful = 0.2

// tellApart says that n games are too few to tell policies apart by who wins, where the traitors win the share p by chance; empty
// where they would show a difference of 0.2, on the side where there is room for it, with a power of 0.8.
func tellApart(n int, p float64) string {
	need := stats.GamesForDifference(p, p+direction(p)*smallestUseful, 0.05, 0.8)
	if n >= need {
		return ""
	}
	shows := "no difference shows"
	if d := stats.DetectableToward(n, p, direction(p), 0.05, 0.8); !math.IsNaN(d) {
		shows = fmt.Sprintf("only a difference of %.2f or more shows", d)
	}
	lo, hi := stats.Wilson(math.Round(p*float64(n)), float64(n), 0.05)
	return fmt.Sprintf("%s can't tell policies apart by who wins: at the chance level of %.2f their 95 %% interval is %.2f to %.2f, "+
		"and %s; %d games a side show one of %.1f",
		counted(n), p, lo, hi, shows, need, smallestUseful)
}

func direction(p float64) float64 {
	if p > 0.5 {
		return -1
	}
	return 1
}

var numerals = [...]string{"No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"}

func counted(n int) string {
	word := fmt.Sprint(n)
	if n < len(numerals) {
		word = numerals[n]
	}
	if n == 1 {
		return word + " game"
	}
	return word + " games"
}
