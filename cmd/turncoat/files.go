package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"turncoat/memory"
)

// partPrefix is what the name of a file begins with that is not whole yet.
const partPrefix = ".part-"

// reserved are names that some systems take for devices, whatever ending they have.
var reserved = " con prn aux nul com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9 "

// safeName makes one part of a file name of a name that comes from a file or a log: it leads to no other folder, is no option and no device, and
// two names that are made safe the same way are told apart.
func safeName(name string) string {
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	if memory.CheckName(name) == nil && !strings.Contains(reserved, " "+stem+" ") {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return memory.PlainName(name) + "-" + hex.EncodeToString(sum[:4])
}

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
