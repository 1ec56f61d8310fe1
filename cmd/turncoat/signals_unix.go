//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// stopSignals ask the program to stop in good order. A hang-up does unless the program was started to outlive its terminal (nohup).
func stopSignals() []os.Signal {
	out := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		out = append(out, syscall.SIGHUP)
	}
	return out
}
