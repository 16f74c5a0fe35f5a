// Command plan works on the source files of the experiments and of the instruments
// of their surveys.
//
//	plan [folder [instruments]]           checks them and prints every message that they will cause
//	plan validate [folder [instruments]]  checks them
//	plan compile [folder [instruments]]   checks them and writes the form that the functions embed
//
// The folders are shared/experiment/experiments and shared/survey/instruments unless
// others are given. A folder of experiments alone is checked against the instruments
// that are compiled already. If something is wrong, every mistake is printed with its
// file, line and column and the exit code is 1.
package main

import (
	"fmt"
	"io"
	"os"

	"livinglab/shared/experiment/source"
	"livinglab/shared/survey"
)

const usage = "usage: plan [print | validate | compile] [folder [instruments]]"

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, out, errors io.Writer) int {
	command := "print"
	if len(args) > 0 && (args[0] == "print" || args[0] == "validate" || args[0] == "compile") {
		command, args = args[0], args[1:]
	}
	if len(args) > 2 {
		fmt.Fprintln(errors, usage)
		return 2
	}
	if len(args) == 0 {
		args = []string{"shared/experiment/experiments", "shared/survey/instruments"}
	}
	instruments, err := readInstruments(args[1:])
	if err != nil {
		fmt.Fprintln(errors, err)
		return 1
	}
	files, err := source.ReadFolder(args[0], instruments.Set)
	if err != nil {
		fmt.Fprintln(errors, err)
		return 1
	}
	if command == "compile" && instruments.Name != "" {
		if err := os.WriteFile(instruments.Name, instruments.Compiled, 0o644); err != nil {
			fmt.Fprintln(errors, err)
			return 1
		}
	}
	for i, file := range files {
		switch command {
		case "print":
			if i > 0 {
				fmt.Fprintln(out)
			}
			err = printPlan(out, file.Experiment)
		case "validate":
			_, err = fmt.Fprintf(out, "%s: nothing wrong\n", file.Name)
		case "compile":
			err = os.WriteFile(file.CompiledName(), file.Compiled, 0o644)
		}
		if err != nil {
			fmt.Fprintln(errors, err)
			return 1
		}
	}
	return 0
}

// readInstruments reads the folder that is given or, if none is, what is compiled
// already, which then has no name to be written to.
func readInstruments(folder []string) (source.Instruments, error) {
	if len(folder) > 0 {
		return source.ReadInstruments(folder[0])
	}
	set, err := survey.Shipped()
	return source.Instruments{Set: set}, err
}
