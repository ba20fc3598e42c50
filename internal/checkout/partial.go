package checkout

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/argoplan/argoplan/internal/git"
)

// completeObjects fetches what a partial clone left out of a commit's tree:
// actions/checkout makes such a clone for its sparse-checkout and filter
// inputs. A whole clone is left alone.
func (g *Git) completeObjects(ctx context.Context, commit string) error {
	promised, err := filepath.Glob(filepath.Join(escapeGlob(g.objects), "pack", "*.promisor"))
	if err != nil || len(promised) == 0 {
		return err
	}
	out, err := g.git(ctx, "rev-list", "--objects", "--max-count=1", "--missing=print", commit)
	if err != nil {
		return fmt.Errorf("listing the files that the partial clone does not have: %w", err)
	}
	var missing strings.Builder
	for line := range strings.Lines(string(out)) {
		if id, ok := strings.CutPrefix(line, "?"); ok {
			missing.WriteString(id)
		}
	}
	if missing.Len() == 0 {
		return nil
	}
	_, err = g.network(ctx, git.Call{
		Args:  append(fetchArgs(), "--filter=blob:none", "--stdin", "origin"),
		Stdin: []byte(missing.String()),
		// Else origin takes files for known that belong to a known commit.
		Config: []git.Setting{{Key: "fetch.negotiationAlgorithm", Value: "noop"}},
	})
	if err != nil {
		return fmt.Errorf("fetching the files that the partial clone does not have: %w", err)
	}
	return nil
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}
