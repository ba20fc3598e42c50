package action

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/report"
	"github.com/argoplan/argoplan/internal/shard"
)

// shardSummary says what one shard did, in Markdown. It names no resource and
// shows no difference: what other shards know to be secret isn't known here.
func (d *comparison) shardSummary() string {
	id, t := d.in.shard, d.report.Totals
	var b strings.Builder
	fmt.Fprintf(&b, "## argoplan: %s\n\nThis is a part of a run: the report is that of the job that merges all shards.\n\n", id)
	if d.part.bundle.Stopped {
		b.WriteString("Nothing was rendered. The log says why.\n")
		return b.String()
	}
	fmt.Fprintf(&b, "Applications: %d of %d affected ones. Changed: %d. Unchanged: %d. Failed: %d. Skipped: %d.\n",
		t.Selected, len(d.part.selected), t.Changed, t.Unchanged, t.Failed, t.Skipped)
	return b.String()
}

func (d *comparison) writeShardSummary() error {
	if d.env.summary == "" {
		return nil
	}
	if err := appendFile(d.env.summary, d.shardSummary()+"\n"); err != nil {
		return fmt.Errorf("writing the step summary: %w", err)
	}
	return nil
}

// removeBundles takes what an earlier run left out of the report directory: it
// would be uploaded, too.
func removeBundles(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("clearing the report directory: %w", err)
	}
	for _, entry := range entries {
		if _, is := shard.OfFile(entry.Name()); is {
			if err := os.Remove(filepath.Join(dir, entry.Name())); err != nil {
				return fmt.Errorf("clearing the report directory: %w", err)
			}
		}
	}
	return nil
}

// announce makes annotations of an Application's failures.
func (l *logger) announce(a report.Application) {
	for _, f := range a.Failures {
		say := l.fail
		if f.Side == report.Base {
			say = l.warn // what is broken already fails nothing
		}
		say(f.File, f.Line, fmt.Sprintf("Application %s, %s, %s: %s", strings.TrimPrefix(a.Namespace+"/"+a.Name, "/"), f.Side, orDefault(f.Source, "definition"), f.Message))
	}
}

// sharded says what doesn't go together with shards.
func (in *inputs) sharded() (problems []error) {
	if !in.shard.Whole() && in.mode != "auto" && in.mode != "render" {
		problems = append(problems, fmt.Errorf("%w: shard goes with mode auto or render, found mode %s", errUsage, in.mode))
	}
	if n := len(in.bundleKey); n > 0 && n < shard.ShortestKey {
		problems = append(problems, fault.WithHint(fmt.Errorf("%w bundle-key: expected at least %d characters, found %d", errUsage, shard.ShortestKey, n),
			"openssl rand -hex 32 makes one"))
	}
	return problems
}
