//go:build !unix

package main

import "os"

// stopSignals ask the program to stop in good order.
func stopSignals() []os.Signal { return []os.Signal{os.Interrupt} }
