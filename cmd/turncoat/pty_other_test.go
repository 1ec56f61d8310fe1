//go:build !linux

package main

import (
	"os/exec"
	"testing"
)

// onTerminal runs a command through a pipe where the test knows no pseudo-terminal.
func onTerminal(_ *testing.T, _ uint16, cmd *exec.Cmd) string {
	out, _ := cmd.CombinedOutput() // many are refused, and say why
	return string(out)
}
