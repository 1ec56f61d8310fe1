package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/sys/unix"

	"github.com/turncoat-sim/turncoat/agents/llm/llmtest/faults"
)

// onTerminal runs a command in a pseudo-terminal of so many columns and gives what came out of it.
func onTerminal(t *testing.T, columns uint16, cmd *exec.Cmd) string {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminal here: ", err)
	}
	defer master.Close()
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminal here: ", err)
	}
	if err := unix.IoctlSetWinsize(int(slave.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}); err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = slave, slave
	cmd.Env = append(cmd.Env, "TERM=xterm", "NO_COLOR=")
	var out bytes.Buffer
	read := make(chan struct{})
	go func() {
		defer close(read)
		_, _ = io.Copy(&out, master) // ends with an error when the other end is gone
	}()
	_ = cmd.Run() // the output says it
	slave.Close()
	<-read
	return out.String()
}

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Progress is one line that fits the terminal, says what is waited for, and is honest at the end.
func TestProgressOnATerminal(t *testing.T) {
	server := faults.Serve()
	defer server.Close()
	for _, columns := range []uint16{80, 40} {
		cmd := turncoat(t, "run", "duel-4", "--games", "4", "--seed", "5", "--batch", "b", "--policy", "vllm/rate-limit", "--db",
			t.TempDir()+"/p.db")
		cmd.Env = append(cmd.Env, "VLLM_BASE_URL="+server.URL+"/v1")
		out := colours.ReplaceAllString(onTerminal(t, columns, cmd), "")
		frames := strings.Split(out, clearLine)
		if len(frames) < 3 {
			t.Fatalf("%d columns: no progress: %q", columns, out)
		}
		last := frames[len(frames)-1]
		for _, f := range frames[:len(frames)-1] {
			if strings.Contains(f, "\n") || text.StringWidthWithoutEscSequences(f) >= int(columns) {
				t.Errorf("%d columns: %q does not fit", columns, f)
			}
		}
		if !strings.Contains(out, "asked too often, ") || !strings.Contains(out, " of 4 games") {
			t.Errorf("%d columns: it does not say how far it is and what it waits for: %q", columns, frames)
		}
		if !strings.HasPrefix(last, "b: 4 games in ") {
			t.Errorf("%d columns: the end is %q", columns, last)
		}
	}
	cmd := turncoat(t, "run", "duel-4", "--games", "4", "--seed", "5", "--batch", "b", "--policy", "vllm/quota", "--db",
		t.TempDir()+"/q.db")
	cmd.Env = append(cmd.Env, "VLLM_BASE_URL="+server.URL+"/v1")
	if out := onTerminal(t, 80, cmd); !strings.Contains(out, "b: stopped at 0 of 4 games") {
		t.Errorf("a batch that stops: %q", out)
	}
}
