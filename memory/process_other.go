//go:build !unix

package memory

import "os"

// processGone reports whether no process of that id runs.
func processGone(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return true
	}
	_ = p.Release()
	return false
}
