package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"livinglab/shared/experiment"
)

// printPlan writes the messages as two tables.
func printPlan(out io.Writer, e *experiment.Experiment) error {
	messages := plan(e)
	events := 0
	for events < len(messages) && messages[events].at.IsZero() {
		events++
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s: %s\n%s\n", e.ID, e.Title.JA, e.Title.EN)
	fmt.Fprintf(&text, "\nWhen something happens\n\n")
	printTable(&text, e, messages[:events])
	fmt.Fprintf(&text, "\nAt an instant (%s)\n\n", e.Timezone)
	printTable(&text, e, messages[events:])
	text.WriteString("\nNobody gets a mail that is no longer wanted when it would leave: after withdrawing,\ncanceling or moving to another date; after stopping announcements, such as reminders of\nsurveys; after finishing a survey, or declining or leaving the research. Nobody is reminded\nof a survey twice on one day, or on the day of the invitation.\n")
	for _, m := range messages {
		if !m.mail.Known() {
			text.WriteString("* Planned; this version does not send it yet.\n")
			break
		}
	}
	_, err := io.WriteString(out, text.String())
	if err != nil {
		return fmt.Errorf("printing the plan: %w", err)
	}
	return nil
}

func printTable(out io.Writer, e *experiment.Experiment, messages []message) {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "WHEN\tMAIL\tTO\tWHY\n")
	for _, m := range messages {
		kind := string(m.mail)
		if !m.mail.Known() {
			kind += " *"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", m.caused(e.Zone()), kind, m.to, m.why)
	}
	w.Flush()
	for line := range strings.Lines(table.String()) {
		fmt.Fprintln(out, strings.TrimRight(line, " \n"))
	}
}
