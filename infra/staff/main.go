// Command staff shows a lab's staff what came in, takes their decisions about
// people, briefings, mails and results, and holds the mail back. Run it without arguments
// for the commands.
//
// Whatever leaves the table, and whatever is turned, is on record first, and what is
// decided is on record with it: if the audit entry cannot be written, nothing is
// printed, turned or changed.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"livinglab/shared/experiment"
	"livinglab/shared/survey"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	experiments, err := experiment.Shipped()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	instruments, err := survey.Shipped()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	d := desk{
		experiments: experiments,
		instruments: instruments,
		getenv:      os.Getenv,
		connect:     connect,
		now:         time.Now,
		in:          os.Stdin,
		out:         os.Stdout,
		say:         os.Stderr,
	}
	os.Exit(d.run(ctx, os.Args[1:]))
}
