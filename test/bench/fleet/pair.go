package fleet

import (
	"fmt"
	"strings"
)

// PairFile is the file of a Pair, below the trees.
const PairFile = "manifests/all.yaml"

// pair adds an Application of one file of 5 MB: half of it
// CustomResourceDefinitions, half of it workloads, of which every tenth changes.
func (b *builder) pair() {
	a := Application{Name: "all", Type: Directory, Path: "manifests"}
	for i, files := range []tree{b.base, b.head} {
		var all strings.Builder
		for n := range 21 {
			fmt.Fprintf(&all, "---\n%s", definition("operator", n, 25, i == 1))
		}
		for n := range 1700 {
			from, to := tag(n)
			if i == 1 && n%10 == 0 {
				from = to
			}
			words := []string{"NAME", fmt.Sprintf("app-%d", n), "PART", "web", "TAG", from}
			fmt.Fprintf(&all, "---\n%s", tree{"": data("directory/part.yaml")}.fill(words...)[""])
		}
		files[PairFile] = all.String()
	}
	b.applications = append(b.applications, b.describe(a, true))
}
