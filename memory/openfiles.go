package memory

import (
	"errors"
	"fmt"
	"os"
)

// ErrReplaced says that the file is no longer the one that was opened: what is written now would be in no file that has a name.
var ErrReplaced = errors.New("the file was removed or replaced while it was written to")

// openFiles are the database and its write-ahead log as they were when the writer first committed.
type openFiles struct {
	path   string
	db     os.FileInfo
	log    os.FileInfo
	looked bool
}

// check finds that a file was removed or replaced. It looks at names and is cheap beside a commit.
func (f *openFiles) check() error {
	db, err := os.Stat(f.path)
	switch {
	case !f.looked && err == nil:
		f.db, f.looked = db, true
	case err != nil || !os.SameFile(db, f.db):
		return f.replaced(f.path)
	}
	log, err := os.Stat(f.path + "-wal")
	switch {
	case f.log == nil && err != nil: // it comes with the first commit
	case f.log == nil:
		f.log = log
	case err != nil || !os.SameFile(log, f.log):
		return f.replaced(f.path + "-wal")
	}
	return nil
}

func (f *openFiles) replaced(path string) error {
	return fmt.Errorf("%s: %w: what this run has played since is not kept; copy a file only when nothing is written to it, and play "+
		"again", path, ErrReplaced)
}
