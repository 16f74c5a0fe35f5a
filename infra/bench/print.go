package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// The ratios that are aimed at.
const (
	initTarget  = 1.5
	firstTarget = 2.0
)

func (r report) printJSON(out io.Writer) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(r); err != nil {
		return fmt.Errorf("printing the figures: %w", err)
	}
	return nil
}

func (r report) print(out io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%d CPUs, %s/%s, %s\n", r.Machine.CPUs, r.Machine.OS, r.Machine.Arch, r.Machine.Go)

	fmt.Fprintf(&text, "\nEach operation, in a warm process\n\n")
	printCosts(&text, r.Operations, false)
	fmt.Fprintf(&text, "\nWhen another transaction is under way on the same item\n\n")
	printCosts(&text, r.Operations, true)
	text.WriteString(`
Round trips are those to DynamoDB, counted on the wire. Units are computed from the
requests and the items before and after them, by AWS's rules: transactions double,
canceled ones like committed ones, each change in an index by itself. Memory
and processor time are those of the whole process from one request for an event to
the next, the client of DynamoDB included.

`)
	fmt.Fprintf(&text, "Cold starts, from the start of the process; medians of %d\n\n", r.ColdStarts[0].Runs)
	printColdStarts(&text, r.ColdStarts)
	fmt.Fprintf(&text, `
The aim is a ratio of at most %v for the init, in which the experiment file is read,
and of %v for the first answer. The bare Lambda has the same two clients, built in the
same way, and nothing else of the product; with its first event it does what is
named. The time of DynamoDB Local is in both.
`, initTarget, firstTarget)
	if _, err := io.WriteString(out, text.String()); err != nil {
		return fmt.Errorf("printing the figures: %w", err)
	}
	return nil
}

// printCosts prints the operations that met a conflict, or the others.
func printCosts(out io.Writer, costs []cost, conflict bool) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "FUNCTION\tOPERATION\tTRIPS\tREAD\tWRITE\tALLOCS\tKB\tCPU ms\tROUND TRIPS\n")
	for _, c := range costs {
		if c.Conflict != conflict {
			continue
		}
		trips := 0.0
		for _, n := range c.RoundTrips {
			trips += n
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%.0f\t%.0f\t%.2f\t%s\n", c.Function, c.Operation,
			number(trips), number(c.Units.Read), number(c.Units.Write), c.Allocations, c.Bytes/1024, c.CPU, byName(c.RoundTrips))
	}
	_ = w.Flush() // into memory
}

func printColdStarts(out io.Writer, starts []coldStart) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "FUNCTION\tINIT ms\tBARE\tRATIO\tFIRST ANSWER ms\tBARE\tRATIO\tFIRST EVENT\tTHE BARE ONE\n")
	for _, s := range starts {
		fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%.2f\t%.1f\t%.1f\t%.2f\t%s\t%s\n", s.Function,
			s.Init, s.BareInit, s.InitRatio, s.First, s.BareFirst, s.FirstRatio, s.Event, s.Bare)
	}
	_ = w.Flush() // into memory
}

// number prints a count, or what is left of one in a mean.
func number(n float64) string {
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.2f", n), "0"), ".")
}

// byName lists the round trips by the name of the operation.
func byName(trips map[string]float64) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(trips)) {
		part := name
		if n := trips[name]; n != 1 {
			part = number(n) + " " + name
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}
