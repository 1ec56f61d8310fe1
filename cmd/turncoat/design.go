package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/turncoat-sim/turncoat/scenarios"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

// readScenario takes the name of a shipped scenario or the path of a file.
func readScenario(arg string) (name string, src []byte, err error) {
	if !strings.ContainsAny(arg, `/\.`) {
		s, err := scenarios.Load(arg)
		if err != nil {
			return "", nil, usage(err)
		}
		return s.Name, s.Source, nil
	}
	src, err = os.ReadFile(arg)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, usage(fmt.Errorf("no scenario file %s; the shipped ones are %s", arg, strings.Join(scenarios.Names(), ", ")))
	}
	if err != nil {
		return "", nil, usage(fmt.Errorf("read scenario: %w", err))
	}
	return arg, src, nil
}

// readDesign reads a design that ships, a design file, or a scenario as a design of one condition. The design file comes with it: its
// games and its seed hold where no flag says otherwise.
func readDesign(arg string) (*study.Design, scenarios.Design, error) {
	file, found, err := designFile(arg)
	if err != nil {
		return nil, file, err
	}
	from := arg
	if found {
		from = file.Scenario
		if strings.ContainsAny(from, `/\.`) && !filepath.IsAbs(from) {
			from = filepath.Join(filepath.Dir(arg), from)
		}
	}
	name, source, err := readScenario(from)
	if err != nil {
		return nil, file, err
	}
	if !found {
		return study.New(name, source), file, nil
	}
	return study.FromFile(file, name, source), file, nil
}

// designFile reads a design; found is false for a scenario's name or file, and for a file that can't be read.
func designFile(arg string) (file scenarios.Design, found bool, err error) {
	src, found := scenarios.LoadDesign(arg)
	if !found && strings.ContainsAny(arg, `/\.`) {
		b, err := os.ReadFile(arg)
		src, found = b, err == nil && scenarios.IsDesign(b)
	}
	if !found {
		return scenarios.Design{}, false, nil
	}
	file, err = scenarios.ParseDesign(arg, src)
	return file, true, usage(err)
}
