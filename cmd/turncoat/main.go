// Command turncoat plays games of hidden roles in batches, replays them, and measures deception and trust.
//
// One file per verb; each only reads its flags, wires packages together and chooses an exit code.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/memory"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// The exit codes, documented in docs/cli.md.
const (
	exitDone        = 0
	exitError       = 1
	exitUsage       = 2
	exitGamesFailed = 3
	exitLimit       = 4
	exitProvider    = 5
	exitGate        = 6
	exitInterrupted = 130
)

// exitError carries the exit code that an error ends the program with.
type codedError struct {
	code int
	err  error
}

func (e *codedError) Error() string { return e.err.Error() }
func (e *codedError) Unwrap() error { return e.err }

// usage marks an error as one of usage or configuration.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return &codedError{code: exitUsage, err: err}
}

// codeOf is the exit code of an error: what a verb said, else what kind of error it is.
func codeOf(err error) int {
	var (
		coded   *codedError
		mistake *study.MistakeError
		missing *catalog.MissingError
		held    *memory.HeldError
		several *memory.AmbiguousError
	)
	switch {
	case errors.As(err, &coded):
		return coded.code
	case errors.As(err, &mistake), errors.As(err, &held), errors.As(err, &several):
		return exitUsage
	case errors.As(err, &missing):
		return exitProvider
	}
	return exitError
}

// app is what every verb shares: where it writes, and the flags that all of them take.
type app struct {
	in       io.Reader
	out, err io.Writer
	db       string
	logFile  string
	logLevel string
	log      logbook
	closeLog func() error
	narrow   bool // it was told that a table leaves columns out
	// interrupts delivers the signals that ask the program to stop, batch what the first of them drains (interrupt.go).
	interrupts <-chan os.Signal
	batch      drainage
	exit       func(code int)      // ends the process, wherever a verb is
	deep       bool                // verify plays games again
	getenv     func(string) string // keys and addresses of model servers
}

func main() { os.Exit(Main()) }

// Main runs the program on the process's own arguments and streams and returns its exit code.
func Main() int {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, stopSignals()...)
	a := &app{in: os.Stdin, out: os.Stdout, err: os.Stderr, interrupts: signals, exit: os.Exit, getenv: os.Getenv}
	return a.main(context.Background(), os.Args[1:])
}

func (a *app) main(ctx context.Context, args []string) int {
	out, errs := newScreen(a.out), newScreen(a.err)
	a.out, a.err = out, errs
	defer func() { _, _ = out.Flush(), errs.Flush() }() // half a character, if that
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	ctx, over := context.WithCancel(ctx)
	defer over()
	cmd, err := root.ExecuteContextC(ctx)
	if err != nil && cmd.Context() != nil && errors.Is(context.Cause(cmd.Context()), errInterrupted) {
		if coded := (*codedError)(nil); !errors.As(err, &coded) || coded.code != exitInterrupted { // whatever was cut off
			err = &codedError{exitInterrupted, errInterrupted}
		}
	}
	if a.closeLog != nil {
		if cerr := a.closeLog(); err == nil {
			err = cerr
		}
	}
	if err == nil {
		return exitDone
	}
	if cmd == root { // which runs nothing: there is no verb of that name
		err = usage(err)
	}
	code := codeOf(err)
	if text := err.Error(); text != "" {
		fmt.Fprintf(a.err, "turncoat: %s\n", text)
	}
	return code
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "turncoat",
		Short:         "Games of hidden roles between agents: play them in batches, replay them, measure deception and trust",
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			a.interruptible(cmd)
			return a.openLog()
		},
	}
	flags := root.PersistentFlags()
	flags.StringVar(&a.db, "db", "turncoat.db", "the file that holds batches, games and events")
	flags.StringVar(&a.logFile, "log-file", "", "write the program's log, as JSON lines, to this file")
	flags.StringVar(&a.logLevel, "log-level", "warn", "debug, info, warn or error")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage(fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath()))
	})
	root.AddCommand(a.runCommand(), a.resumeCommand(), a.listCommand(), a.showCommand(), a.replayCommand(),
		a.promptCommand(), a.auditCommand(), a.memoryCommand(), a.doctorCommand(), a.modelsCommand(), a.metricsCommand(),
		a.exportCommand(), a.annotationsCommand(), a.compareCommand(), a.reportCommand(), a.plotCommand(), a.importCommand(),
		a.ratingsCommand(), a.planCommand(), a.verifyCommand(), a.scenarioCommand(), a.policyCommand(), a.versionCommand())
	for _, cmd := range root.Commands() {
		checkArgs(cmd)
	}
	return root
}

// helpOf is what a command does that only holds others. That it runs lets it refuse a name that is none of them.
func helpOf(cmd *cobra.Command, _ []string) error { return cmd.Help() }

// checkArgs turns cobra's complaint about positional arguments into a usage error, for a command and those below it.
func checkArgs(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return usage(fmt.Errorf("%w (see %s --help)", err, c.CommandPath()))
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		checkArgs(sub)
	}
}
