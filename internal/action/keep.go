package action

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"

	"github.com/argoplan/argoplan/internal/affected"
	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/cache"
	"github.com/argoplan/argoplan/internal/render"
)

// kept says what renders of one side read, as later runs will ask for it.
type kept struct {
	mu    sync.Mutex // of view
	view  *affected.Tree
	files *cache.Tree
}

// keep is nil where no render of this repository's files may be kept: a
// directory of a workflow may hold what an earlier step decrypted, and submodules
// may come from repositories that not everybody may read.
func (d *comparison) keep(index int, commit string) *kept {
	if d.cache == nil || commit == "" && d.env.actions || d.in.submodules && len(d.trees.submodules[index]) > 0 {
		return nil
	}
	return &kept{view: d.views[index], files: cache.NewTree(d.trees.files[index])}
}

// files digests all files that the render of a source, the one with that index,
// can read; "" if nobody knows them, or if they may not be kept.
func (c *cook) files(a *argocd.Application, index int, in render.Input, s side) string {
	sources, _ := a.EffectiveSources()
	src, sum := sources[index], sha256.New()
	own := c.own(src)
	switch id, ok := c.fetcher.Identity(in.Root); {
	case own:
	case !ok || render.Overridden(in.Dir, in.AppName):
		return ""
	default:
		fmt.Fprintf(sum, "from %s\n", id)
	}
	for _, name := range slices.Sorted(maps.Keys(in.Refs)) {
		if in.Refs[name] == s.tree {
			own = true
			continue
		}
		id, ok := c.fetcher.Identity(in.Refs[name])
		if !ok {
			return ""
		}
		fmt.Fprintf(sum, "%s from %s\n", name, id)
	}
	if own {
		if s.kept == nil || s.kept.write(sum, c, a, index) != nil {
			return ""
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// write digests what a source reads of this repository.
func (k *kept) write(to io.Writer, c *cook, a *argocd.Application, index int) error {
	k.mu.Lock()
	reads := affected.ReadsOf(k.view, c.repository, c.inputs.controlPlane, a, index)
	k.mu.Unlock()
	if reads.Everything || reads.Plugin {
		reads.Dirs, reads.Files, reads.Patterns = []string{"."}, nil, nil
	}
	fmt.Fprintf(to, "links %q\n", reads.Links)
	for _, part := range []struct {
		names  []string
		digest func(string) (string, error)
	}{{reads.Dirs, k.files.Dir}, {reads.Files, k.files.File}, {reads.Patterns, k.files.Matching}} {
		fmt.Fprintf(to, "%d names\n", len(part.names))
		for _, name := range part.names {
			digest, err := part.digest(name)
			if err != nil {
				return err
			}
			fmt.Fprintf(to, "%q %s\n", name, digest)
		}
	}
	return nil
}
