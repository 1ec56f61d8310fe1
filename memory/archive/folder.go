package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// What an import reads is bounded: a file's bytes, and how many files and folders a path may hold.
const (
	largestSource = 1 << 30
	mostSources   = 100_000
)

// FolderAt is the folder, or a folder of the one file. What isn't a plain file, what is too large, and links that lead out of the folder
// are errors of the game that they stand for.
func FolderAt(path string) (*Folder, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, study.Mistake(fmt.Errorf("import: %w", err))
	}
	only := ""
	if !info.IsDir() {
		if err := readable(path, info); err != nil {
			return nil, study.Mistake(fmt.Errorf("import: %w", err))
		}
		if path, err = filepath.EvalSymlinks(path); err != nil { // the user named the link; nothing of its folder is read
			return nil, study.Mistake(fmt.Errorf("import: %w", err))
		}
		path, only = filepath.Dir(path), filepath.Base(path)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, study.Mistake(fmt.Errorf("import: %w", err))
	}
	return &Folder{root: root, only: only}, nil
}

// Folder is a folder that games are read from, or one file of it. It implements fs.ReadDirFS.
type Folder struct {
	root *os.Root
	only string // the one file; empty: all
	seen int
}

// Close lets go of the folder.
func (s *Folder) Close() error { return s.root.Close() }

// readable refuses what has no end or can't be read like a file.
func readable(name string, info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode&fs.ModeNamedPipe != 0:
		return fmt.Errorf("%s is a pipe; an import reads files", name)
	case mode&fs.ModeSocket != 0:
		return fmt.Errorf("%s is a socket; an import reads files", name)
	case mode&(fs.ModeDevice|fs.ModeCharDevice) != 0:
		return fmt.Errorf("%s is a device; an import reads files", name)
	case !mode.IsRegular():
		return fmt.Errorf("%s is no plain file", name)
	case info.Size() > largestSource:
		return tooLarge(name)
	}
	return nil
}

func tooLarge(name string) error {
	return fmt.Errorf("%s has more than %d MiB, the most that an import takes of a file: split it", name, largestSource>>20)
}

// Open implements fs.FS. It looks before it opens: opening a pipe waits for its other end.
func (s *Folder) Open(name string) (fs.File, error) {
	info, err := s.root.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return s.root.Open(name)
	}
	if err := readable(name, info); err != nil {
		return nil, err
	}
	f, err := s.root.Open(name)
	if err != nil {
		return nil, err
	}
	return &bounded{File: f, name: name, left: largestSource}, nil
}

// ReadDir implements fs.ReadDirFS.
func (s *Folder) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(s.root.FS(), name)
	if s.only != "" {
		return slices.DeleteFunc(all, func(e fs.DirEntry) bool { return name != "." || e.Name() != s.only }), err
	}
	if s.seen += len(all); s.seen > mostSources {
		return nil, fmt.Errorf("more than %d files and folders: import a part at a time", mostSources)
	}
	return all, err
}

// bounded ends a file that grows while it is read.
type bounded struct {
	fs.File
	name string
	left int64
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.File.Read(p)
	if b.left -= int64(n); b.left < 0 && !errors.Is(err, io.EOF) {
		return 0, tooLarge(b.name)
	}
	return n, err
}
