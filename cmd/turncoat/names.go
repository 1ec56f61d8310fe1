package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/turncoat-sim/turncoat/memory"
)

// checkName refuses a name that no batch may be given, before anything is made; a batch that is in the file already keeps its own.
func (a *app) checkName(name string) error {
	bad := memory.CheckName(name)
	if name == "" || bad == nil {
		return nil
	}
	there := false
	if _, err := statFile(a.db); err == nil {
		err = a.reading(context.Background(), func(store *memory.Store) error {
			b, err := store.BatchByName(context.Background(), name)
			there = err == nil && b.Name == name
			return nil
		})
		if err != nil {
			return err
		}
	}
	if there {
		return nil
	}
	return usage(bad)
}

// longestFileName bounds a file's name made of a name, in bytes, with room for an ending.
const longestFileName = 120

// reserved are names that Windows gives to devices, with any ending.
var reserved = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$`)

// safeName makes a file's name of a batch's, a cell's or a figure's: one that stays in its folder on every system, whatever the name holds.
// A name that had to be changed beyond its spaces carries a part of its hash, so that no two become one.
func safeName(name string) string {
	safe := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == '.' || unicode.In(r, unicode.Letter, unicode.Digit) &&
			!unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) {
			return r
		}
		return '_'
	}, name)
	safe = strings.TrimLeft(safe, "-.")
	if len(safe) > longestFileName {
		safe = strings.ToValidUTF8(safe[:longestFileName], "")
	}
	safe = strings.TrimRight(safe, ".")
	if reserved.MatchString(safe) {
		safe = "_" + safe
	}
	if safe != "" && safe == strings.ReplaceAll(name, " ", "_") {
		return safe
	}
	return strings.TrimLeft(safe+marked(name), "-")
}

// marked tells a name from every other.
func marked(name string) string { return fmt.Sprintf("-%.4x", sha256.Sum256([]byte(name))) }

// safeNames are the safe names of several files of one folder. Names that some systems take for one, as those that differ by case, are told
// apart; the first keeps its own.
func safeNames(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = safeName(name)
		same := func(other string) bool { return strings.EqualFold(other, out[i]) }
		if slices.ContainsFunc(out[:i], same) {
			out[i] += marked(name)
		}
	}
	return out
}

// fileName is the safe name of a batch among those of its file.
func fileName(ctx context.Context, store *memory.Store, b memory.Batch) (string, error) {
	all, err := store.Batches(ctx)
	if err != nil {
		return "", err
	}
	names := make([]string, len(all))
	at := -1
	for i, other := range all {
		if names[i] = other.Name; other.Key == b.Key {
			at = i
		}
	}
	if at < 0 { // removed since
		return safeName(b.Name), nil
	}
	return safeNames(names)[at], nil
}
