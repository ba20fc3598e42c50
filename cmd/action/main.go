// Command argoplan shows what a pull request changes in the manifests that
// Argo CD applies.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	_ "github.com/argoplan/argoplan/cmd/action/first" // ends the process that only watches
	"github.com/argoplan/argoplan/internal/action"
)

func main() {
	ctx, stop := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() { stop(action.Stopped{Signal: (<-signals).(syscall.Signal)}) }()
	status, done := action.StandIn(ctx, os.Args, os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	if !done {
		status = action.Start(ctx, os.Args, os.Environ(), os.Stdout, os.Stderr)
	}
	os.Exit(status)
}
