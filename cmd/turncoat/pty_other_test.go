//go:build !linux

package main

import (
	"os/exec"
	"testing"
)

// onTerminal runs a command through a pipe where the test knows no pseudo-terminal.
func onTerminal(_ *testing.T, cmd *exec.Cmd) []byte {
	out, _ := cmd.CombinedOutput() // many are refused, and say why
	return withoutColours(out)
}
