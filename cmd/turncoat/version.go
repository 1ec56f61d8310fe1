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

	"turncoat/engine"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version of the program and of its rules", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(a.out, "turncoat %s (%s, %s %s/%s)\n", programVersion(), engine.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
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
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && info.Main.Version == "(devel)" {
			return "devel " + s.Value[:min(12, len(s.Value))]
		}
	}
	if info.Main.Version == "(devel)" {
		return ""
	}
	return info.Main.Version
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
