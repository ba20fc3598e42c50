package action

import (
	"fmt"
	"io"
)

const usageHead = `argoplan shows what a pull request changes in the manifests that Argo CD applies.

Usage:
  argoplan [diff] [flags]              compare two revisions of the repository in --repo
  argoplan --base-dir A --head-dir B   compare two directories, no Git needed
  argoplan render [flags] [NAME ...]   print the manifests of the working tree's Applications
  argoplan list [flags]                print the Applications, their sources and types, and, given base-ref,
                                       which of them the change affects and why
  argoplan version                     print the version

Exit status:
  0  rendered and reported, with or without changes
  1  an Application could not be rendered at head, or the run is incomplete
  2  bad input or configuration: nothing was rendered
  3  fail-on asked for it
  130, 143  stopped by SIGINT or SIGTERM

`

// printUsage writes the help text of one command.
func printUsage(w io.Writer, c command) {
	fmt.Fprintf(w, "%sFlags of %s:\n", usageHead, c.name)
	for _, d := range c.definitions {
		fmt.Fprintf(w, "  --%s\n        %s", d.name, d.help)
		if d.value != "" {
			fmt.Fprintf(w, " (default %q)", d.value)
		}
		fmt.Fprintln(w)
	}
}
