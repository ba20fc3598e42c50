package action

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"github.com/argoplan/argoplan/internal/affected"
	"github.com/argoplan/argoplan/internal/redact"
	"github.com/argoplan/argoplan/internal/report"
	"github.com/argoplan/argoplan/internal/shard"
)

// part is what one shard of a run does: see shard.ID.
type part struct {
	selected []affected.Selected
	owners   []int // the shard that renders each of them
	// early hides what was known to be secret before anything was rendered.
	early *redact.Redactor
	// hide is what the bundle's texts pass.
	hide   func(text string) string
	bundle *shard.Bundle
}

// share gives those of the selected Applications that this job renders: all, or
// its shard's.
func (d *comparison) share(k *kitchen, selected []affected.Selected) []affected.Selected {
	if d.in.shard.Whole() {
		return selected
	}
	items := make([]shard.Item, len(selected))
	for i, s := range selected {
		items[i] = shard.Item{Name: s.ID.String(), Cost: d.cost(k, s)}
	}
	d.part = part{selected: selected, owners: shard.Assign(items, d.in.shard.Of), early: redact.New()}
	d.log.secrets.TeachTo(d.part.early)
	var own []affected.Selected
	for i, s := range selected {
		if d.part.owners[i] == d.in.shard.Index {
			own = append(own, s)
		}
	}
	d.log.info("%s renders %d of them", d.in.shard, len(own))
	return own
}

// bundle fills in what this shard leaves to the job that merges. What is secret in
// one Application and stands in another's manifests is only hidden if one job
// knows both: a sealed bundle carries what its Applications hold, and its texts stay
// as they are until all is known; any other hides what it can.
func (d *comparison) bundle(run report.Run, k *kitchen, own []report.Part) {
	b := d.newBundle(run)
	for i, s := range d.part.selected {
		owner := d.part.owners[i]
		e := shard.Entry{Shard: owner}
		if owner == d.in.shard.Index {
			e.Part, own = own[0], own[1:]
		} else {
			e.Part = report.NewPart(run, notRendered(s, shard.ID{Index: owner, Of: d.in.shard.Of}))
		}
		b.Entries = append(b.Entries, e)
	}
	d.part.hide = d.log.secrets.Text
	if d.in.bundleKey != "" {
		d.part.hide = d.part.early.Text
		found := redact.New()
		for _, secrets := range k.learnt {
			secrets.TeachTo(found)
		}
		b.Secrets, b.Words = found.Known()
	}
	b.Redact(d.part.hide)
	d.part.bundle = b
}

// notRendered is the outcome of another shard's Application, as long as that shard's bundle is missing.
func notRendered(s affected.Selected, by shard.ID) report.Outcome {
	r := &report.Render{Err: shard.NotRendered(by), FailedSource: -1}
	if s.Head == nil {
		return report.Outcome{Selected: s, Base: r}
	}
	return report.Outcome{Selected: s, Head: r}
}

func (d *comparison) newBundle(run report.Run) *shard.Bundle {
	return &shard.Bundle{
		Schema: shard.Schema, Shard: d.in.shard.Index, Of: d.in.shard.Of,
		Version: version(), Inputs: d.in.digest, Run: d.env.runID, Report: *report.Join(run, nil), Entries: []shard.Entry{},
	}
}

// deliverShard hands over what a shard did: a bundle in the report directory, and
// a step summary and outputs about its own part. Its exit status says whether it
// could do its work; the verdict is the merging job's.
func (d *comparison) deliverShard(stdout io.Writer) int {
	if d.part.bundle == nil { // the run ended before anything was rendered
		d.part.hide = d.log.secrets.Text
		d.part.bundle = d.newBundle(report.Run{Repository: d.report.Repository, Base: d.report.Base, Head: d.report.Head, Incomplete: d.report.Incomplete})
		d.part.bundle.Stopped = true
		d.part.bundle.Redact(d.part.hide)
	}
	status := exitDone
	for _, sink := range []func() error{d.writeBundle, d.writeShardSummary, d.writeOutputs} {
		if err := sink(); err != nil {
			d.log.fail("", 0, withHint(err))
			status = exitIncomplete
		}
	}
	if !d.env.actions {
		fmt.Fprint(stdout, d.shardSummary())
	}
	return status
}

// writeBundle puts the bundle in the place of any other in the report directory.
func (d *comparison) writeBundle() error {
	if err := removeBundles(d.reportDir()); err != nil {
		return err
	}
	data, err := shard.Pack(d.part.bundle, func(add func(string, []byte) error) error {
		return d.eachManifest(d.part.hide, add)
	}, d.in.bundleKey)
	if err != nil {
		return err
	}
	return report.WriteFile(d.reportDir(), d.in.shard.File(), data)
}

// notShared are inputs that may differ from job to job: how one runs and what
// becomes of the report. The others may hold what is secret, of which not even a
// digest leaves the job.
var notShared = []string{
	"shard", "bundles", "mode", "report-dir", "parallel", "max-memory", "fail-on", "format", "timings", "cpuprofile", "memprofile",
	"cache-dir", "cache-size", "publish", "pull-request", "comment-key", "max-comment-bytes", "publish-timeout", "repo", "base-dir", "head-dir",
	"token", "bundle-key", "credentials", "plugin-env",
}

// digestOf tells the inputs that shape a report from others.
func digestOf(c command, value func(definition) string) string {
	h := sha256.New()
	for _, d := range c.definitions {
		if !slices.Contains(notShared, d.name) {
			fmt.Fprintf(h, "%s=%q\n", d.name, value(d))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
