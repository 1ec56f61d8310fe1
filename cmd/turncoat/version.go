package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/memory"
)

// released is the version that `make release` builds, by git describe; empty: what the build recorded by itself counts.
var released string

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print what program this is: version, commit, Go, rules and file format", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(a.out, "turncoat %s\ncommit   %s\ngo       %s %s/%s\nrules    %s\nfile     format %d\n",
				programVersion(), commit(), runtime.Version(), runtime.GOOS, runtime.GOARCH, engine.Version, memory.Format())
			return err
		},
	}
}

// programVersion names the program: the version or commit that it was built from, and where the build recorded none, as `go run` does
// not, the digest of its own file. The same source gives the same file under the same compiler.
var programVersion = sync.OnceValue(func() string {
	if v := recordedVersion(); v != "" {
		return v
	}
	if sum, err := ownDigest(); err == nil {
		return fmt.Sprintf("devel sha256:%x", sum[:8])
	}
	return "unknown"
})

// recordedVersion is the version or commit that the build recorded; empty: none.
func recordedVersion() string {
	if released != "" {
		return released
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	if info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	if revision := settingOf(info, "vcs.revision"); revision != "" {
		return "devel " + revision[:min(12, len(revision))]
	}
	return ""
}

// commit is what the build recorded of its repository.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || settingOf(info, "vcs.revision") == "" {
		return "not recorded"
	}
	text := settingOf(info, "vcs.revision") + " of " + settingOf(info, "vcs.time")
	if settingOf(info, "vcs.modified") == "true" {
		text += ", altered since"
	}
	return text
}

func settingOf(info *debug.BuildInfo, key string) string {
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}

func ownDigest() ([]byte, error) {
	name, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("version: %w", err)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("version: %w", err)
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return nil, fmt.Errorf("version: %w", err)
	}
	return sum.Sum(nil), nil
}
