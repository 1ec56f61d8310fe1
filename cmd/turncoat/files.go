package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/turncoat-sim/turncoat/memory"
)

// partPrefix is what the name of a file begins with that is not whole yet.
const partPrefix = ".part-"

// writeFile writes a file as its content comes, beside the name that it gets when it is whole. Its folder is made. What is no plain
// file, as /dev/stdout, is written to as it is.
func writeFile(name string, write func(io.Writer) error) error {
	folder := filepath.Dir(name)
	_, err := os.Stat(folder)
	made := err != nil
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return usage(err)
	}
	info, err := os.Lstat(name)
	aside := err != nil || info.Mode().IsRegular()
	var f *os.File
	if aside {
		memory.SweepLeftovers(folder, partPrefix)
		f, err = os.CreateTemp(folder, memory.Unfinished(partPrefix))
	} else {
		f, err = os.OpenFile(name, os.O_WRONLY|os.O_TRUNC, 0)
	}
	if err != nil {
		return usage(err)
	}
	w := bufio.NewWriterSize(f, 1<<16)
	err = write(w)
	err = errors.Join(err, w.Flush())
	if !aside {
		return errors.Join(err, f.Close())
	}
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		if made {
			_ = os.Remove(folder) // which is empty
		}
	}
	return err
}
