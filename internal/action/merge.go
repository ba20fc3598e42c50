package action

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/argoplan/argoplan/internal/report"
	"github.com/argoplan/argoplan/internal/shard"
)

// mergeShards makes one report of what all shards of a run left, and delivers it
// as the run itself would have: mode merge. It needs no checkout and renders
// nothing.
func mergeShards(ctx context.Context, env environment, in inputs, log *logger, stdout io.Writer) int {
	d := &comparison{env: env, in: in, log: log, timings: newTimings(in, log)}
	err := d.begin()
	defer os.RemoveAll(d.scratch)
	stopped := false
	if err == nil {
		if stopped, err = d.merge(); err != nil {
			err = errors.Join(err, os.RemoveAll(filepath.Join(d.scratch, spool)))
		}
	}
	if err != nil {
		log.fail("", 0, withHint(err))
		d.report = report.New(report.Run{Repository: d.repositoryName(), Incomplete: withHint(err)}, nil)
	}
	d.report.Redact(log.secrets.Text)
	for _, a := range d.report.Applications {
		log.announce(a)
	}
	status := d.deliver(ctx, stdout)
	d.timings.done("delivering")
	if stopped {
		log.fail("", 0, d.report.Incomplete)
		return exitUsage
	}
	return status
}

// merge fills in the report. It says whether no shard rendered anything.
func (d *comparison) merge() (stopped bool, err error) {
	bundles, broken, err := d.readBundles(filepath.Join(d.scratch, spool))
	if err != nil {
		return false, err
	}
	m, err := shard.Merge(bundles, broken)
	if err != nil {
		return false, err
	}
	for _, b := range bundles {
		d.log.secrets.Learn(b.Secrets...)
		d.log.secrets.Spare(b.Words...)
	}
	if d.in.bundleKey == "" && len(bundles) > 1 {
		d.log.info("what is secret in one shard's Applications is not hidden in another's; bundle-key changes that, see docs/scale.md")
	}
	if m.Lacking != "" {
		d.log.fail("", 0, m.Lacking)
	}
	d.plan.base, d.plan.head = m.Run.Base, m.Run.Head
	d.plan.pullRequest = max(d.in.pullRequest, d.event.pullRequest())
	d.report = report.Join(m.Run, m.Parts)
	d.log.info("%d bundles merged: %d Applications found, %d of them affected", len(bundles), m.Run.Found, len(m.Parts))
	return m.Stopped, nil
}

// readBundles reads what is in bundles, and writes the manifests to a directory.
// A bundle that can't be read is among the broken ones, by its shard.
func (d *comparison) readBundles(spooled string) (bundles []*shard.Bundle, broken map[int]error, err error) {
	root, err := os.OpenRoot(d.inWorkspace(d.in.bundles))
	if err != nil {
		return nil, nil, fmt.Errorf("reading the bundles: %w", err)
	}
	defer root.Close()
	files, err := findBundles(root)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the bundles: %w", err)
	}
	broken = map[int]error{}
	seen := map[int]string{}
	for _, f := range files {
		if seen[f.id.Index] != "" {
			return nil, nil, fmt.Errorf("merging the bundles: expected one of %s, found %s and %s", f.id, seen[f.id.Index], f.path)
		}
		seen[f.id.Index] = f.path
		b, err := d.readOne(root, f, spooled)
		if err != nil {
			broken[f.id.Index] = err
			continue
		}
		if d.env.runID != b.Run {
			return nil, nil, fmt.Errorf("merging the bundles: expected those of the workflow run %d, found one of %d in %s", d.env.runID, b.Run, f.path)
		}
		bundles = append(bundles, b)
	}
	return bundles, broken, nil
}

// readOne reads one bundle. Nothing is kept of one that is broken.
func (d *comparison) readOne(root *os.Root, f bundleFile, spooled string) (*shard.Bundle, error) {
	data, err := regularFile(root, f.path, shard.MaxBytes)
	if err != nil {
		return nil, err
	}
	var kept []string
	b, err := shard.Unpack(data, d.in.bundleKey, func(name string, text []byte) error {
		kept = append(kept, name)
		return keepFile(filepath.Join(spooled, filepath.FromSlash(name)), text)
	})
	if err == nil && b.ID() != f.id {
		err = fmt.Errorf("expected the bundle of %s, found that of %s", f.id, b.ID())
	}
	if err != nil {
		for _, name := range kept {
			err = errors.Join(err, os.Remove(filepath.Join(spooled, filepath.FromSlash(name))))
		}
		return nil, err
	}
	return b, nil
}
