// Command plan works on the source files of the experiments.
//
//	plan [folder]           checks them and prints every message that they will cause
//	plan validate [folder]  checks them
//	plan compile [folder]   checks them and writes the form that the functions embed
//
// The folder is shared/experiment/experiments unless another one is given. If
// something is wrong, every mistake is printed with its file, line and column
// and the exit code is 1.
package main

import (
	"fmt"
	"io"
	"os"

	"livinglab/shared/experiment/source"
)

const usage = "usage: plan [print | validate | compile] [folder]"

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, out, errors io.Writer) int {
	command, folder := "print", "shared/experiment/experiments"
	if len(args) > 0 && (args[0] == "print" || args[0] == "validate" || args[0] == "compile") {
		command, args = args[0], args[1:]
	}
	switch len(args) {
	case 0:
	case 1:
		folder = args[0]
	default:
		fmt.Fprintln(errors, usage)
		return 2
	}
	files, err := source.ReadFolder(folder)
	if err != nil {
		fmt.Fprintln(errors, err)
		return 1
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
