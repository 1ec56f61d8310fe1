package memory

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// What a caller may want to tell apart. The messages around them name the file and what to do.
var (
	ErrNotOurs  = errors.New("not a turncoat database")
	ErrNewer    = errors.New("written by a newer turncoat")
	ErrNoGames  = errors.New("no games are kept here yet")
	errLocked   = errors.New("locked by another process")
	ErrNotFound = errors.New("not found")
	errForked   = errors.New("the log has moved on") // an append that does not follow what is stored
)

// AmbiguousError is the beginning of several names where it has to be of one.
type AmbiguousError struct {
	Sort, Given string   // what is looked for, "batch" or "game", and what was given of its name
	Names       []string // that begin so, at most nine
	More        string   // what would tell them apart
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%s %q may be %s: say more of %s", e.Sort, e.Given, strings.Join(e.Names, ", "), e.More)
}

// explain says of an error from SQLite or the system which file it is about and what to do.
func explain(path string, err error) error {
	if err == nil {
		return nil
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: no permission to write it: change the file's mode or name another file with --db: %w", path, err)
	case errors.Is(err, syscall.ENOSPC):
		return diskFull(path, err)
	}
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return fmt.Errorf("%s: %w: wait until it is done or name another file with --db (%w)", path, errLocked, err)
	case sqlite3.ErrFull:
		return diskFull(path, err)
	case sqlite3.ErrReadonly, sqlite3.ErrPerm:
		return fmt.Errorf("%s: the file or its folder is read-only: change its mode or name another file with --db: %w", path, err)
	case sqlite3.ErrCantOpen:
		return fmt.Errorf("%s: can't be opened: is its folder there, and may it be written? %w", path, err)
	case sqlite3.ErrNotADB:
		return fmt.Errorf("%s: %w (%w); name another file with --db", path, ErrNotOurs, err)
	case sqlite3.ErrCorrupt:
		return fmt.Errorf("%s: the file is damaged: go back to a copy of it, or save what can be read with `sqlite3 FILE .recover`: %w",
			path, err)
	}
	return fmt.Errorf("%s: %w", path, err)
}

func diskFull(path string, err error) error {
	return fmt.Errorf("%s: no space left; nothing of this step was written: free some and run the same command again: %w", path, err)
}
