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

// openTerminal opens a pseudo-terminal of so many columns.
func openTerminal(t *testing.T, columns uint16) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminal here: ", err)
	}
	t.Cleanup(func() { _ = master.Close() }) // what was read is read
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminal here: ", err)
	}
	if err := unix.IoctlSetWinsize(int(slave.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}); err != nil {
		t.Fatal(err)
	}
	return master, slave
}

// onTerminal runs a command in a pseudo-terminal of so many columns and gives what came out of it.
func onTerminal(t *testing.T, columns uint16, cmd *exec.Cmd) string {
	t.Helper()
	master, slave := openTerminal(t, columns)
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

// A simulation of chance levels that takes long is told in a line that fits, and that goes away; where there is no terminal, and to who
// wants it quiet, nothing is.
func TestChanceProgressOnATerminal(t *testing.T) {
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	for _, columns := range []uint16{80, 40} {
		master, slave := openTerminal(t, columns)
		a := &app{err: newScreen(slave)}
		tell, done := a.chanceProgress(2000, false, 0)
		tell(17)
		tell(18) // so soon after the other it is not shown
		done()
		if tell, _ := a.chanceProgress(2000, true, 0); tell != nil {
			t.Error("it is told to who wants it quiet")
		}
		_ = slave.Close()
		out, _ := io.ReadAll(master) // ends with an error when the other end is gone
		text := string(bytes.ReplaceAll(out, []byte(clearLine), []byte("\n")))
		if !strings.Contains(text, "17 of 2000 random games") || strings.Contains(text, "18 of") ||
			!bytes.HasSuffix(out, []byte(clearLine)) {
			t.Errorf("%d columns: %q", columns, out)
		}
		for line := range strings.Lines(text) {
			if len([]rune(line)) > int(columns) {
				t.Errorf("%d columns: %q", columns, line)
			}
		}
	}
	if tell, _ := (&app{err: newScreen(io.Discard)}).chanceProgress(2000, false, 0); tell != nil {
		t.Error("it is told where there is no terminal")
	}
}
