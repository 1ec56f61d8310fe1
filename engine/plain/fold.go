package plain

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold is a name as a reader hears it: two names that fold alike are one name. Accents are composed (NFC), what can't be seen is left out,
// typographic quotation marks are plain ones, Markdown's marks and quotation marks about it are gone, spaces and case are folded.
func Fold(name string) string {
	name = norm.NFC.String(Line(name))
	name = strings.Join(strings.Fields(foldMarks.Replace(name)), " ")
	return cases.Fold().String(strings.Trim(name, `"' `))
}

var foldMarks = strings.NewReplacer(
	"’", "'", "‘", "'", "ʼ", "'", "´", "'", "`", "'", "′", "'", "＇", "'",
	"“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`, "‹", `"`, "›", `"`,
	"‐", "-", "‑", "-", "‒", "-", "–", "-",
	"*", "", "_", " ", "~", "", "\\", "",
)
