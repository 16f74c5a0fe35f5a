// Command local runs the whole product on this machine, until Ctrl-C:
//
//	go run ./infra/local
//
// PORT is where it answers (8080), DATA a folder to persist in (in memory
// without one), NOW the clock's beginning (RFC 3339), LOG=1 prints what the
// functions print.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"livinglab/infra/local/stack"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	endWithParent()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	options, err := readOptions(os.Getenv)
	if err != nil {
		return err
	}
	s, err := stack.Start(ctx, options)
	if err != nil {
		if ctx.Err() != nil {
			return nil // Ctrl-C
		}
		return err
	}
	defer s.Stop()
	fmt.Fprintf(os.Stderr, "%s is the site; %s/_local/ shows its clock and mailbox. DynamoDB Local listens on all interfaces (%s). Ctrl-C ends everything.\n", s.URL, s.URL, s.DynamoDB)
	<-ctx.Done()
	return nil
}

// readOptions reads the environment and reports all that is wrong with it.
func readOptions(getenv func(string) string) (stack.Options, error) {
	o := stack.Options{Port: 8080, Data: getenv("DATA")}
	var problems []error
	if text := getenv("PORT"); text != "" {
		port, err := strconv.Atoi(text)
		if err != nil || port < 1 || port > 65535 {
			problems = append(problems, fmt.Errorf("PORT is a number from 1 to 65535, not %q", text))
		}
		o.Port = port
	}
	if text := getenv("NOW"); text != "" {
		now, err := time.Parse(time.RFC3339, text)
		if err != nil {
			problems = append(problems, fmt.Errorf("NOW is an instant such as 2020-11-02T09:00:00+09:00, not %q", text))
		}
		o.Now = now
	}
	if on, err := strconv.ParseBool(getenv("LOG")); err == nil && on {
		o.Log = os.Stderr
	}
	return o, errors.Join(problems...)
}
