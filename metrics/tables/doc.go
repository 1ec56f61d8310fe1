// Package tables writes a batch as tidy tables, one observation a row, as CSV or JSON Lines: which tables there are, what every column
// holds, and the rows of a game. It takes figures that are worked out already, and knows neither folders nor how a file becomes whole.
package tables
