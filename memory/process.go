package memory

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// domain names where a process id means one process: the host, since when it runs, and its namespace of ids. Where the system
// tells less, less is in it.
var domain = sync.OnceValue(func() string {
	host, _ := os.Hostname() // without a name, the rest has to do
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	space, _ := os.Readlink("/proc/self/ns/pid")
	return host + " " + strings.TrimSpace(string(boot)) + " " + space
})

// SweepLeftovers removes from a folder what a process which has ended was in the midst of making: files and folders whose names are the
// prefix and the number of that process, with anything behind it.
func SweepLeftovers(folder, prefix string) {
	list, err := os.ReadDir(folder)
	if err != nil {
		return // who can't read it will say so when it matters
	}
	for _, e := range list {
		rest, ok := strings.CutPrefix(e.Name(), prefix)
		if !ok || !e.Type().IsRegular() && !e.IsDir() {
			continue
		}
		digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
		if pid, err := strconv.Atoi(digits); err == nil && pid != os.Getpid() && processGone(pid) {
			_ = os.RemoveAll(filepath.Join(folder, e.Name()))
		}
	}
}

// Unfinished is the pattern, for os.CreateTemp and os.MkdirTemp, of what that is being made: SweepLeftovers finds it when its
// process has ended.
func Unfinished(prefix string) string { return prefix + strconv.Itoa(os.Getpid()) + "-*" }
