//go:build !unix

package main

import "os"

// stopSignals ask the program to stop in good order.
var stopSignals = []os.Signal{os.Interrupt}
