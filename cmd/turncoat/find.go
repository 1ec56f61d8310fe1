package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"github.com/turncoat-sim/turncoat/memory"
)

// statFile makes a missing file an error of usage before anything could create it.
func statFile(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usage(fmt.Errorf("there is no file %s: play games with `turncoat run`, or name another file with --db", path))
	}
	return info, err
}

// reading runs do with the file open for reading only.
func (a *app) reading(ctx context.Context, do func(*memory.Store) error) error {
	if _, err := statFile(a.db); err != nil {
		return err
	}
	store, err := memory.OpenReadOnly(ctx, a.db)
	if err != nil {
		return usageOf(err)
	}
	return closing(store, func() error { return do(store) })
}

// findBatch takes a name, or its beginning, or nothing for the latest.
func findBatch(ctx context.Context, store *memory.Store, args []string) (memory.Batch, error) {
	if len(args) == 0 {
		b, err := store.LatestBatch(ctx)
		return b, notFound(err)
	}
	b, err := store.BatchByName(ctx, args[0])
	return b, notFound(err)
}

// findGame takes an id, or its beginning, or BATCH/INDEX, or nothing for the latest.
func findGame(ctx context.Context, store *memory.Store, args []string) (memory.Game, error) {
	id := ""
	if len(args) > 0 {
		id = args[0]
	}
	g, err := store.GameByID(ctx, id)
	return g, notFound(err)
}

// notFound makes a name that is not in the file an error of usage.
func notFound(err error) error {
	if errors.Is(err, memory.ErrNotFound) {
		return usage(fmt.Errorf("%w (`turncoat list` shows what there is)", err))
	}
	return err
}

// batchOrGame takes either: a batch's name first, then a game's id.
func batchOrGame(ctx context.Context, store *memory.Store, args []string) (*memory.Batch, *memory.Game, error) {
	b, err := findBatch(ctx, store, args)
	if err == nil || len(args) == 0 {
		return &b, nil, err
	}
	g, gerr := findGame(ctx, store, args)
	if gerr == nil {
		return nil, &g, nil
	}
	switch several := (*memory.AmbiguousError)(nil); {
	case errors.As(err, &several):
		return nil, nil, err
	case errors.Is(gerr, memory.ErrNotFound):
		gerr = usage(fmt.Errorf("no batch and no game %q in %s (`turncoat list` shows what there is)", args[0], store.Path()))
	}
	return nil, nil, gerr
}

// dbFlag is what a command needs to find this file: nothing where that is the default one.
func (a *app) dbFlag() string {
	switch {
	case a.db == "turncoat.db":
		return ""
	case plainPath.MatchString(a.db):
		return " --db " + a.db
	}
	return " --db '" + strings.ReplaceAll(a.db, "'", `'\''`) + "'"
}

// plainPath matches what a shell takes as it stands.
var plainPath = regexp.MustCompile(`^[A-Za-z0-9_./:@%+,-]+$`)
