package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/turncoat-sim/turncoat/agents/catalog"
	"github.com/turncoat-sim/turncoat/agents/seating"
	"github.com/turncoat-sim/turncoat/engine"
	"github.com/turncoat-sim/turncoat/engine/narrate"
	"github.com/turncoat-sim/turncoat/scenarios"
	"github.com/turncoat-sim/turncoat/scenarios/study"
)

func (a *app) scenarioCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "scenario", Short: "List, show, check and draw scenarios", Args: cobra.NoArgs, RunE: helpOf}
	var set []string
	list := &cobra.Command{Use: "list", Short: "List the scenarios that ship", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.listScenarios() }}
	show := &cobra.Command{Use: "show [SCENARIO|FILE]", Short: "Show a scenario's rules in words and every option in effect",
		Args: cobra.MaximumNArgs(1),
		RunE: a.withScenario(&set, a.showScenario)}
	validate := &cobra.Command{Use: "validate FILE", Short: "Check a scenario file", Args: cobra.ExactArgs(1),
		RunE: a.withScenario(&set, func(d *study.Design) error {
			if err := d.CheckProtocol(isMetric); err != nil {
				return err
			}
			_, err := fmt.Fprintf(a.out, "%s is a valid scenario: %d players, %d traitors\n", d.From, d.Scenario.Rules.Players,
				d.Scenario.Rules.Traitors)
			return err
		})}
	graph := &cobra.Command{Use: "graph [SCENARIO|FILE]",
		Short: "Draw the scenario's phases as a Mermaid diagram, from the machine that plays them", Args: cobra.MaximumNArgs(1),
		RunE: a.withScenario(&set, func(d *study.Design) error {
			text, err := engine.Graph(d.Scenario.Rules)
			if err != nil {
				return err
			}
			_, err = io.WriteString(a.out, text)
			return err
		})}
	schema := &cobra.Command{Use: "schema", Short: "Print the JSON Schema of scenario files, for editors", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { _, err := a.out.Write(scenarios.Schema()); return err }}
	for _, c := range []*cobra.Command{show, validate, graph} {
		c.Flags().StringArrayVar(&set, "set", nil, "key=value: override a field of the scenario")
		c.ValidArgsFunction = completeScenarios
	}
	cmd.AddCommand(list, show, validate, graph, schema)
	return cmd
}

// withScenario reads the scenario that the arguments name, the default one without.
func (a *app) withScenario(set *[]string, do func(*study.Design) error) func(*cobra.Command, []string) error {
	return func(_ *cobra.Command, args []string) error {
		d, _, err := runFlags{set: *set}.design(args)
		if err != nil {
			return err
		}
		if err := d.Load(seating.Policies{}); err != nil {
			return err
		}
		return do(d)
	}
}

func (a *app) listScenarios() error {
	t := a.table("scenario", "players", "traitors", "what it is")
	for _, name := range scenarios.Names() {
		s, err := scenarios.Load(name)
		if err != nil {
			return err
		}
		t.AppendRow(table.Row{s.Name, s.Rules.Players, s.Rules.Traitors, s.Description})
	}
	t.Render()
	fmt.Fprintf(a.out, "\nDesigns, which play a scenario under several conditions (turncoat run NAME):\n\n")
	t = a.table("design", "scenario", "cells", "games each", "what it is")
	for _, name := range scenarios.DesignNames() {
		src, _ := scenarios.LoadDesign(name)
		d, err := scenarios.ParseDesign(name, src)
		if err != nil {
			return err
		}
		t.AppendRow(table.Row{name, d.Scenario, len(d.Cells), d.Games, d.Description})
	}
	t.Render()
	return nil
}

func (a *app) showScenario(d *study.Design) error {
	s := d.Scenario
	a.say("%s: %s\n", s.Name, strings.TrimSpace(s.Description))
	for line := range strings.Lines(narrate.Rules(s.Rules)) {
		a.say("%s", strings.TrimRight(line, "\n"))
	}
	fmt.Fprintln(a.out)
	t := a.table("option", "value", "default", "rule", "what it says")
	for _, o := range engine.Options() {
		t.AppendRow(table.Row{o.Key, fmt.Sprint(o.Value(s.Rules)), fmt.Sprint(o.Default), o.Rule, o.Doc})
	}
	fmt.Fprintln(a.out)
	t.Render()
	return nil
}

func policyNames() []string { return completeModels() }

func (a *app) policyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "policies", Short: "List the policies that can sit at the table", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			t := a.table("policy", "what it does")
			for _, p := range catalog.Describe() {
				t.AppendRow(table.Row{p.Name, p.Doc})
			}
			t.Render()
			return nil
		},
	}
}
