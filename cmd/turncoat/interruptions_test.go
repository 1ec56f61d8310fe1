package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/turncoat-sim/turncoat/agents/llm"
	"github.com/turncoat-sim/turncoat/agents/llm/llmtest"
	"github.com/turncoat-sim/turncoat/engine"
)

// disturbance is what happens to a run when the server has been asked a number of times. It returns when the run has ended.
type disturbance struct {
	name string
	do   func(t *testing.T, r *disturbed)
	// clean says that no call is made twice: what was on its way was waited for.
	clean bool
}

// disturbed is a run in play, stopped at the moment of a call.
type disturbed struct {
	cmd    *exec.Cmd
	said   *notice
	again  func() (int, string) // the same command in a second process
	db     string
	answer func() // lets the call that is being answered go on
}

func (r *disturbed) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Error(err)
	}
}

// ends lets the call go on and waits for the run's end with one of the exit codes.
func (r *disturbed) ends(t *testing.T, codes ...int) {
	t.Helper()
	r.answer()
	_ = r.cmd.Wait() // the exit code says it
	for _, c := range codes {
		if r.cmd.ProcessState.ExitCode() == c {
			return
		}
	}
	t.Errorf("exit %d, want %v\n%s", r.cmd.ProcessState.ExitCode(), codes, r.said.String())
}

// refusedAgain starts the command a second time, while the first plays.
func (r *disturbed) refusedAgain(t *testing.T) {
	t.Helper()
	if code, out := r.again(); code != exitUsage || !strings.Contains(out, "is played by process "+strconv.Itoa(r.cmd.Process.Pid)) {
		t.Errorf("a second process: exit %d\n%s", code, out)
	}
}

// notice is a buffer that says when a text has come.
type notice struct {
	mu   sync.Mutex
	text bytes.Buffer
	want string
	came chan struct{}
	once sync.Once
}

func (n *notice) Write(b []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.text.Write(b)
	if strings.Contains(n.text.String(), n.want) {
		n.once.Do(func() { close(n.came) })
	}
	return len(b), nil
}

func (n *notice) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.String()
}

var disturbances = []disturbance{
	{name: "SIGINT", clean: true, do: func(t *testing.T, r *disturbed) {
		r.signal(t, os.Interrupt)
		r.ends(t, exitInterrupted, exitDone)
	}},
	{name: "SIGTERM", clean: true, do: func(t *testing.T, r *disturbed) {
		r.signal(t, syscall.SIGTERM)
		r.ends(t, exitInterrupted, exitDone)
	}},
	{name: "SIGINT twice", do: func(t *testing.T, r *disturbed) {
		r.signal(t, os.Interrupt)
		<-r.said.came
		r.signal(t, os.Interrupt)
		r.ends(t, exitInterrupted, exitDone)
	}},
	{name: "kill -9", do: func(t *testing.T, r *disturbed) {
		r.signal(t, syscall.SIGKILL)
		r.ends(t, -1)
	}},
	{name: "a second process", clean: true, do: func(t *testing.T, r *disturbed) {
		r.refusedAgain(t)
		r.ends(t, exitDone)
	}},
	{name: "SIGINT and the same command at once", clean: true, do: func(t *testing.T, r *disturbed) {
		r.signal(t, os.Interrupt)
		<-r.said.came
		r.refusedAgain(t)
		r.ends(t, exitInterrupted, exitDone)
	}},
	{name: "SIGSTOP", do: func(t *testing.T, r *disturbed) {
		r.signal(t, syscall.SIGSTOP)
		r.refusedAgain(t)
		if !ageLease(t, r.db) { // it was stopped in the midst of a commit, and nobody can write
			r.signal(t, syscall.SIGCONT)
			r.ends(t, exitDone)
			return
		}
		r.answer()
		if code, out := r.again(); code != exitDone || !strings.Contains(out, "taken over") {
			t.Errorf("after the takeover: exit %d\n%s", code, out)
		}
		r.signal(t, syscall.SIGCONT)
		r.ends(t, exitUsage)
	}},
}

// ageLease makes the owner's last sign of life an old one, as time would.
func ageLease(t *testing.T, path string) bool {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?_busy_timeout=200")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.ExecContext(context.Background(), "UPDATE batches SET lease_beat = 0")
	return err == nil
}

// Runs of models are disturbed at random moments. After one more run nothing is lost, nothing is failed, no call is kept twice, and every
// log is that of an undisturbed run. TURNCOAT_INTERRUPTIONS says how many (make test-interruptions: 200).
func TestInterruptions(t *testing.T) {
	n := 2 * len(disturbances)
	if s := os.Getenv("TURNCOAT_INTERRUPTIONS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	calm := llmtest.Serve(llmtest.Setup{Width: 4})
	defer calm.Close()
	dir := t.TempDir()
	whole := filepath.Join(dir, "calm.db")
	if out, err := modelRun(t, calm, interrupted(whole)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want, calls := heads(t, whole, "b"), calm.Load().Calls
	doubled := 0
	for i := range n {
		d := disturbances[i%len(disturbances)]
		db := filepath.Join(dir, "torn"+strconv.Itoa(i)+".db")
		at := 1 + engine.Below(calls, engine.Dice(47, "interrupt", i, 0, engine.NoSeat))
		made := disturb(t, d, db, at)
		sameHeads(t, want, heads(t, db, "b"))
		if kept := countCalls(t, db); kept != calls {
			t.Errorf("%d, %s at call %d: %d calls are kept, %d in an undisturbed run", i, d.name, at, kept, calls)
		}
		again := made - calls
		if doubled += again; d.clean && again > 0 || again > 20 { // 5 games of 4 seats: more can't be on their way
			t.Errorf("%d, %s at call %d: %d calls were made more than once", i, d.name, at, again)
		}
		mustRun(t, "verify", "b", "--db", db, "--quiet")
		if t.Failed() {
			t.FailNow()
		}
	}
	t.Logf("%d runs of %d calls: 0 games failed, 0 lost, 0 calls kept twice; %d calls that were on their way when a run was cut off "+
		"were made again", n, calls, doubled)
}

func interrupted(db string) []string {
	return []string{"run", "duel-4", "--games", "4", "--seed", "9", "--batch", "b", "--policy", "vllm/fake", "--width", "4", "--quiet",
		"--db", db}
}

// disturb plays a batch, disturbs it at a call, plays on, and returns how many calls the server was asked.
func disturb(t *testing.T, d disturbance, db string, at int) int {
	t.Helper()
	var mu sync.Mutex
	asked := 0
	reached, goOn := make(chan struct{}), make(chan struct{})
	server := llmtest.Serve(llmtest.Setup{Width: 4, Answer: func(m []llm.Message, schema json.RawMessage) string {
		mu.Lock()
		asked++
		here := asked == at
		mu.Unlock()
		if here {
			close(reached)
			<-goOn
		}
		return llmtest.Legal(m, schema)
	}})
	defer server.Close()
	r := &disturbed{cmd: modelRun(t, server, interrupted(db)...), db: db, answer: sync.OnceFunc(func() { close(goOn) })}
	r.said = &notice{want: "stopping", came: make(chan struct{})}
	r.cmd.Stdout, r.cmd.Stderr = r.said, r.said
	r.again = func() (int, string) {
		cmd := modelRun(t, server, interrupted(db)...)
		out, _ := cmd.CombinedOutput() // the exit code says it
		return cmd.ProcessState.ExitCode(), string(out)
	}
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer r.answer()
	<-reached
	d.do(t, r)
	if code, out := r.again(); code != exitDone {
		t.Errorf("%s at call %d, one more run: exit %d\n%s", d.name, at, code, out)
	}
	mu.Lock()
	defer mu.Unlock()
	return asked
}

// Two processes begin one batch of scripted players at the same moment: one plays it, the other is told so or finds it done.
func TestTwoAtOnce(t *testing.T) {
	dir := t.TempDir()
	args := func(db string) []string {
		return []string{"run", "vanilla", "--policy", "random", "--games", "300", "--seed", "4", "--batch", "b", "--quiet", "--db", db}
	}
	whole := filepath.Join(dir, "whole.db")
	mustRun(t, args(whole)...)
	for i := range 5 {
		db := filepath.Join(dir, strconv.Itoa(i)+".db")
		var both [2]*exec.Cmd
		var said [2]bytes.Buffer
		for k := range both {
			both[k] = turncoat(t, args(db)...)
			both[k].Stderr = &said[k]
			if err := both[k].Start(); err != nil {
				t.Fatal(err)
			}
		}
		done := 0
		for k := range both {
			_ = both[k].Wait() // the exit code says it
			switch code := both[k].ProcessState.ExitCode(); {
			case code == exitDone:
				done++
			case code != exitUsage || !strings.Contains(said[k].String(), "is played by process"):
				t.Errorf("exit %d\n%s", code, said[k].String())
			}
		}
		if done == 0 {
			t.Error("neither played it")
		}
		sameHeads(t, heads(t, whole, "b"), heads(t, db, "b"))
	}
}
