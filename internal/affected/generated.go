package affected

import (
	"fmt"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
)

// generator is what of an ApplicationSet made its Application as it is now: the
// changed file of the set, or a changed file that a generator read.
func generator(p Pair, changed []string) string {
	a := p.Either()
	set := "ApplicationSet " + a.Set
	if n := len(a.Parents); n > 0 {
		set += " in the render of " + a.Parents[n-1].String()
	} else if _, ok := slices.BinarySearch(changed, a.File); ok {
		return a.File
	}
	for _, side := range []*argocd.Application{p.Head, p.Base} {
		if side == nil {
			continue
		}
		for _, input := range side.GeneratorInputs {
			if touched(input, changed) {
				return fmt.Sprintf("%s feeds %s, which", input, set)
			}
		}
	}
	return set
}

// touched says whether a file, or something below a directory, is among the
// changed paths.
func touched(input string, changed []string) bool {
	return slices.ContainsFunc(changed, func(path string) bool {
		return path == input || strings.HasSuffix(input, "/") && strings.HasPrefix(path, input)
	})
}
