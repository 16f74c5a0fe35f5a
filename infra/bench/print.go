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
	printCosts(&text, met(r.Operations, false))
	fmt.Fprintf(&text, "\nWhen another transaction is under way on the same item\n\n")
	printCosts(&text, met(r.Operations, true))
	fmt.Fprintf(&text, "\nRegistering for a briefing, without the function\n\n")
	printPlaces(&text, r.Registrations)
	text.WriteString(`
Round trips are those to DynamoDB, counted on the wire. Units are computed from the
requests and the items before and after them, by AWS's rules: transactions double,
canceled ones like committed ones, each change in an index by itself. Memory
and processor time are those of the whole process from one request for an event to
the next, the client of DynamoDB included.

`)
	r.Ledger.print(&text)
	r.Results.print(&text)
	fmt.Fprintf(&text, "\nCold starts, from the start of the process; medians of %d\n\n", r.ColdStarts[0].Runs)
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

// print prints what mail costs.
func (l ledger) print(out io.Writer) {
	fmt.Fprintf(out, "Mail through the ledger: each of those to all who have a seat at a briefing that was moved\n\n")
	printCosts(out, l.Sending)
	fmt.Fprintln(out)
	printRatios(out, l.Ratios)
	fmt.Fprintf(out, `
SES takes every mail at once and allows any rate. A mail has %.1f KB, with a calendar
entry and two links of its own; the bare Lambda's are as large. That makes %.0f mails
in a second of processor time.

Planning the same mail: each of the mails

`, float64(l.MailBytes)/1024, l.PerCPUSecond)
	printCosts(out, l.Planning)
	fmt.Fprintf(out, `
A tick plans for 20 seconds at the most. On a machine so slow that this is not enough,
the next tick goes through some people again.
`)
	fmt.Fprintf(out, "\nTicks with which nothing is due\n\n")
	printCosts(out, l.Ticks)
	fmt.Fprintf(out, "\nA day without mail costs %.0f read units.\n", l.readADay())
	fmt.Fprintf(out, "\nMemory of a process from its start until all mails are planned, and of another until they are sent\n\n")
	l.printMemory(out)
	fmt.Fprintf(out, `
The aim is a ratio of 1: memory does not grow with the mails. The peaks are those of the
process in the machine's memory and of its heap; live is what a collection leaves when
all are sent. Who plans reads the places at a briefing in pages of up to 1 MB, which a
thousand people do not fill. The recorder is not between; the mails a second are those
of this machine, which DynamoDB Local, the stand-in for SES and whatever else runs on
it share.
`)
}

// print prints what summaries and analyses cost.
func (r results) print(out io.Writer) {
	fmt.Fprintf(out, "\nHours of summarize, each in a new process, by how many people take part\n\n")
	r.printHours(out)
	fmt.Fprintf(out, "\nTheir growth with ten times as many people\n\n")
	r.printGrowth(out)
	fmt.Fprintf(out, `
Everything in the first table is of the whole process from its start, but for round trips,
units, processor time and seconds: those are of the hour. The recorder stands between. What
is read grows with the people, tenfold at the most; memory does not: the aim is a ratio of 1.

The analysis alone, of people who come from an iterator

`)
	r.printAlone(out)
	fmt.Fprintf(out, `
Processor time is with that of making the people up. In use is the most that a collection
leaves at ten places on the way: it grows with how many different scores there are, which
the scale bounds, and not with the people. The peaks beside it hold what was not collected
yet, which depends on what else the machine does. The aim is a ratio that stays below 2.
`)
}

func (r results) printHours(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "PEOPLE\tWHAT\tTRIPS\tREAD\tWRITE\tCPU ms\tSECONDS\tMB\tHEAP MB\tLIVE MB\tROUND TRIPS\n")
	for _, h := range r.Hours {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%.0f\t%.2f\t%.1f\t%.1f\t%.1f\t%s\n", h.People, h.Does,
			number(sum(h.Cost.RoundTrips)), number(h.Cost.Units.Read), number(h.Cost.Units.Write), h.Cost.CPU, h.Took,
			megabytes(h.Memory.Resident), megabytes(h.Memory.Heap), megabytes(h.Memory.Live), byName(h.Cost.RoundTrips))
	}
	_ = w.Flush() // into memory
}

func (r results) printGrowth(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "WHAT\tPEOPLE\tTRIPS\tREAD\tWRITE\tCPU\tSECONDS\tMB\tHEAP\n")
	for _, g := range r.Growth {
		fmt.Fprintf(w, "%s\t%d to %d\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\n", g.Does, g.From, g.To,
			g.RoundTrips, g.ReadUnits, g.WriteUnits, g.CPU, g.Took, g.Resident, g.Heap)
	}
	_ = w.Flush() // into memory
}

func (r results) printAlone(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "PEOPLE\tFIGURES\tCPU ms\tµs/PERSON\tIN USE MB\tMB\tHEAP MB\n")
	for _, a := range r.Alone {
		fmt.Fprintf(w, "%d\t%d\t%.0f\t%.1f\t%.1f\t%.1f\t%.1f\n", a.People, a.Figures, a.CPU, 1000*a.CPU/float64(a.People),
			megabytes(a.InUse), megabytes(a.Memory.Resident), megabytes(a.Memory.Heap))
	}
	fmt.Fprintf(w, "ratio\t\t\t%.2f\t%.2f\t%.2f\t%.2f\n", r.Flat.CPU, r.Flat.InUse, r.Flat.Resident, r.Flat.Heap)
	_ = w.Flush() // into memory
}

func megabytes(bytes uint64) float64 { return float64(bytes) / (1 << 20) }

func printRatios(out io.Writer, ratios []ratio) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "REMIND BESIDE\tTRIPS\tWRITE\tALLOCS\tCPU\n")
	for _, r := range ratios {
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%.2f\t%.2f\n", r.Bare, r.RoundTrips, r.WriteUnits, r.Allocations, r.CPU)
	}
	_ = w.Flush() // into memory
}

func (l ledger) printMemory(out io.Writer) {
	const mb = 1 << 20
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "MAILS\tPLANNING MB\tHEAP MB\tSENDING MB\tHEAP MB\tLIVE MB\tCPU ms/MAIL\tMAILS/s\tTICKS\n")
	for _, m := range l.Memory {
		fmt.Fprintf(w, "%d\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.2f\t%.0f\t%d\n", m.Mails,
			float64(m.Plan.Resident)/mb, float64(m.Plan.Heap)/mb, float64(m.Send.Resident)/mb, float64(m.Send.Heap)/mb,
			float64(m.Send.Live)/mb, m.CPU, m.PerSecond, m.Ticks)
	}
	fmt.Fprintf(w, "ratio\t%.2f\t%.2f\t%.2f\t%.2f\n", l.Flat.Plan, l.Flat.PlanHeap, l.Flat.Send, l.Flat.SendHeap)
	_ = w.Flush() // into memory
}

// met are the costs of operations that met a conflict, or of the others.
func met(costs []cost, conflict bool) []cost {
	return slices.DeleteFunc(slices.Clone(costs), func(c cost) bool { return c.Conflict != conflict })
}

func printCosts(out io.Writer, costs []cost) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "FUNCTION\tOPERATION\tTRIPS\tREAD\tWRITE\tALLOCS\tKB\tCPU ms\tROUND TRIPS\n")
	for _, c := range costs {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%.0f\t%.0f\t%.2f\t%s\n", c.Function, c.Operation,
			number(sum(c.RoundTrips)), number(c.Units.Read), number(c.Units.Write), c.Allocations, c.Bytes/1024, c.CPU, byName(c.RoundTrips))
	}
	_ = w.Flush() // into memory
}

func printPlaces(out io.Writer, places []place) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "OPERATION\tTRIPS\tREAD\tWRITE\tROUND TRIPS\n")
	for _, p := range places {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", p.Operation,
			number(sum(p.RoundTrips)), number(p.Units.Read), number(p.Units.Write), byName(p.RoundTrips))
	}
	_ = w.Flush() // into memory
}

// sum is how many round trips there are.
func sum(trips map[string]float64) float64 {
	all := 0.0
	for _, n := range trips {
		all += n
	}
	return all
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
