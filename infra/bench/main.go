// Command bench measures the functions as they are deployed: what they ask of
// DynamoDB and what AWS charges for it, the memory and processor time that they
// use, also over many mails and over many people, and how fast they start.
//
//	bench           prints tables
//	bench -json     prints the same as JSON
//	bench -runs n   starts each function so many times (default 25)
//	bench -mails n  sends so many mails, and ten times as many (default 1000)
//	bench -people n summarizes and analyzes so many people, a tenth and a hundredth of them, and analyzes ten times as many without a table (default 10000)
//
// All figures are of one run on one machine: read their ratios. Operations are
// measured in copies of the functions that can be looked into (folder window),
// starts in the functions as they are.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"livinglab/shared/table/dynamodblocal"
)

func main() {
	asJSON := flag.Bool("json", false, "print JSON")
	runs := flag.Int("runs", 25, "how often each function is started")
	mails := flag.Int("mails", 1000, "how many mails are sent, and ten times as many")
	people := flag.Int("people", 10000, "how many people are summarized and analyzed, and a tenth and a hundredth of them")
	flag.Parse()
	*runs, *mails, *people = max(1, *runs), max(1, *mails), max(fewestPeople, *people)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, *asJSON, *runs, *mails, *people); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// report is all that is printed.
type report struct {
	Machine       machine     `json:"machine"`
	Operations    []cost      `json:"operations"`
	Registrations []place     `json:"registrations"`
	Ledger        ledger      `json:"ledger"`
	Results       results     `json:"results"`
	ColdStarts    []coldStart `json:"coldStarts"`
}

type machine struct {
	CPUs int    `json:"cpus"`
	OS   string `json:"os"`
	Arch string `json:"arch"`
	Go   string `json:"go"`
}

func run(ctx context.Context, out io.Writer, asJSON bool, runs, mails, people int) error {
	r, err := measureAll(ctx, runs, mails, people)
	if err != nil {
		return err
	}
	if asJSON {
		return r.printJSON(out)
	}
	return r.print(out)
}

// measureAll builds the functions, measures them, and removes what it made.
func measureAll(ctx context.Context, runs, mails, people int) (r report, err error) {
	r.Machine = machine{CPUs: runtime.NumCPU(), OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version()}
	root, err := dynamodblocal.Root()
	if err != nil {
		return r, err
	}
	folder, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return r, fmt.Errorf("making a folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	built, err := build(ctx, root, folder)
	if err != nil {
		return r, err
	}
	w, err := newWorld(ctx, root, "")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, w.end()) }()
	if r.Operations, err = w.measure(ctx, built); err != nil {
		return r, err
	}
	if r.Registrations, err = w.measureRegistrations(ctx); err != nil {
		return r, err
	}
	if r.ColdStarts, err = w.coldStarts(ctx, built, runs); err != nil {
		return r, err
	}
	if r.Ledger, err = w.measureLedger(ctx, root, built, mails); err != nil {
		return r, err
	}
	r.Results, err = w.measureResults(ctx, root, built, people)
	return r, err
}
