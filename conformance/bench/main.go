// Command bench renders the Applications of a fleet that the main module's
// benchmark generated, by Argo CD's own code, and prints what that took as JSON:
// seconds of CPU, which count the commands that Argo CD runs, and of wall time.
//
//	bench ROOT HOME
//	bench version
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"

	"github.com/argoplan/argoplan/conformance"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 1 && args[0] == "version" {
		fmt.Println("Argo CD", conformance.ArgoCDVersion(), runtime.Version())
		return nil
	}
	if len(args) != 2 {
		return fmt.Errorf("expected the root of a fleet and a directory to work in, found %q", args)
	}
	m, err := conformance.Measure(context.Background(), args[0], args[1], runtime.NumCPU())
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(m)
}
