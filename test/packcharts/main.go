// Command packcharts packages the charts of testdata/helm-repository/src and
// writes the Helm repository in testdata/helm-repository/served. The same
// sources give the same bytes, so that a rerun shows in Git only what changed.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	dir := filepath.Join("testdata", "helm-repository")
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	if err := writeRepository(filepath.Join(dir, "src"), filepath.Join(dir, "served")); err != nil {
		fmt.Fprintln(os.Stderr, "packcharts:", err)
		os.Exit(1)
	}
}
