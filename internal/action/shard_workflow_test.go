package action

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestScaleWorkflow: the last job is the check, which runs whatever becomes of the
// shards; these can write nothing, and every action is pinned.
func TestScaleWorkflow(t *testing.T) {
	t.Parallel()
	w := workflows(t, "docs/scale.md")[0]
	for _, event := range []string{"pull_request", "merge_group"} {
		if filter, ok := w.On[event]; !ok || filter != nil || len(w.On) != 2 {
			t.Errorf("%s: %v, want it without any filter", event, filter)
		}
	}
	render, last := w.Jobs["render"], w.Jobs["argoplan"]
	if last.Needs != "render" || last.If != "always()" || render.If != "" || render.Strategy["fail-fast"] != false || w.Permissions == nil || len(w.Permissions) > 0 {
		t.Errorf("the workflow is %+v", w)
	}
	if diff := cmp.Diff([]map[string]string{{"contents": "read"}, {"pull-requests": "write"}}, []map[string]string{render.Permissions, last.Permissions}); diff != "" {
		t.Errorf("permissions (-want +got):\n%s", diff)
	}
	doc := documentedScale(t)
	matrix, _ := render.Strategy["matrix"].(map[string]any)
	if shards, _ := matrix["shard"].([]any); len(shards) != 4 || doc.shard.With["shard"] != "${{ matrix.shard }}/4" || doc.merge.With["mode"] != "merge" {
		t.Errorf("the matrix is %v, a shard's inputs %v, the last job's %v", matrix, doc.shard.With, doc.merge.With)
	}
	if doc.shard.With["bundle-key"] != doc.merge.With["bundle-key"] || doc.upload.If != "always()" || doc.upload.With["overwrite"] != true || !doc.download.Continue {
		t.Errorf("%+v", doc)
	}
	pattern := strings.ReplaceAll(fmt.Sprint(doc.download.With["pattern"]), "*", "")
	if name := fmt.Sprint(doc.upload.With["name"]); !strings.HasPrefix(name, pattern) || doc.download.With["path"] != "argoplan-bundles" {
		t.Errorf("%s is uploaded, %v downloaded", name, doc.download.With)
	}
	for _, job := range w.Jobs {
		for _, s := range job.Steps {
			if !strings.HasPrefix(s.Uses, "argoplan/") && !regexp.MustCompile(`@[0-9a-f]{40}$`).MatchString(s.Uses) {
				t.Errorf("%s isn't pinned to a commit", s.Uses)
			}
			if strings.HasPrefix(s.Uses, "actions/checkout@") && (s.With["persist-credentials"] != false || s.With["fetch-depth"] != 2.0) {
				t.Errorf("checkout with %v", s.With)
			}
		}
		if job.Timeout == 0 || job.RunsOn == "" {
			t.Errorf("a job without a time limit or a runner: %+v", job)
		}
	}
}

// TestShardsOfForks: what the last job leaves is what the comment job of docs/forks.md
// takes.
func TestShardsOfForks(t *testing.T) {
	t.Parallel()
	r := newShardRun(t, "")
	merged := r.merge(r.shards(2), false)
	_, use := workflows(t, "docs/forks.md")[1].only(t)
	comment := func(files map[string]string) string {
		api := forkAPI(t)
		relay := newRunner(t, api, "workflow_run", forkRun())
		write(t, filepath.Join(relay.workspace, "argoplan-report", "report.json"), files["report.json"])
		if status := relay.use(use); status != exitDone || len(api.Comments()) != 1 || api.Comments()[0].Number != 8 {
			t.Fatalf("exit status %d, %d comments\n%s", status, len(api.Comments()), &relay.log)
		}
		return api.Comments()[0].Body
	}
	if diff := cmp.Diff(comment(r.whole().Files), comment(merged.Files)); diff != "" {
		t.Errorf("(-one job +merged):\n%s", diff)
	}
}

// TestShardsThatStop: a run that can't begin ends alike, in one job and in several.
func TestShardsThatStop(t *testing.T) {
	t.Parallel()
	r := newShardRun(t, "")
	gone := map[string]any{"base-ref": "gone"}
	job, api := r.job(true)
	want := r.result(job, api, job.use(step{With: gone}))
	dirs := map[int]string{}
	for i := range 2 {
		job, _ := r.job(true)
		s := r.doc.shard.fill(i+1, 2, "")
		s.With["base-ref"] = "gone"
		if status := job.use(s); status != exitUsage {
			t.Errorf("exit status %d, want %d\n%s", status, exitUsage, &job.log)
		}
		dirs[i+1] = filepath.Join(job.workspace, "argoplan-report")
	}
	got := r.merge(dirs, false)
	want.Log, got.Log = "", "" // says the hint in other words
	if diff := cmp.Diff(want, got); diff != "" || want.Status != exitUsage {
		t.Errorf("exit status %d (-one job +merged):\n%s", want.Status, diff)
	}
}

// TestShardVerdict: fail-on is the last job's.
func TestShardVerdict(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mergeCommit(t, dir)
	r := &shardRun{t: t, doc: documentedScale(t), dir: dir}
	r.doc.merge.With["fail-on"], r.doc.shard.With["fail-on"] = "changes", "changes"
	if got := r.merge(r.shards(3), false); got.Status != exitFailOn { // two of them have nothing to do
		t.Errorf("exit status %d, want %d\n%s", got.Status, exitFailOn, got.Summary)
	}
}

func TestShardInputs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		with map[string]any
		want string
	}{
		"a shard beyond":   {map[string]any{"shard": "9/8"}, `expected I/N such as 2/8, with I from 1 to N and N at most 256, found "9/8"`},
		"a shard that is":  {map[string]any{"shard": "2"}, "expected I/N"},
		"merging a shard":  {map[string]any{"shard": "1/2", "mode": "merge"}, "shard goes with mode auto or render, found mode merge"},
		"a shard comments": {map[string]any{"shard": "1/2", "mode": "comment"}, "shard goes with mode auto or render"},
		"a short key":      {map[string]any{"bundle-key": "hunter2"}, "at least 32 characters, found 7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &shardRun{t: t, dir: t.TempDir()}
			job, _ := r.job(true)
			if status := job.use(step{With: test.with}); status != exitUsage || !strings.Contains(job.log.String(), test.want) || strings.Contains(job.log.String(), "hunter2") {
				t.Errorf("exit status %d\n%s", status, &job.log)
			}
		})
	}
}

// TestShardClearsBundles: what an earlier run left isn't uploaded again.
func TestShardClearsBundles(t *testing.T) {
	t.Parallel()
	r := &shardRun{t: t, doc: documentedScale(t), dir: t.TempDir()}
	mergeCommit(t, r.dir)
	write(t, filepath.Join(r.dir, "argoplan-report", "shard-3-of-9.bundle"), "old")
	entries, err := os.ReadDir(r.shard(1, 2))
	if err != nil || len(entries) != 1 || entries[0].Name() != "shard-1-of-2.bundle" {
		t.Errorf("%v, %v", entries, err)
	}
}

// TestInputsThatShardsShare: what shapes a report is part of the digest, and what
// is secret or a job's own is not.
func TestInputsThatShardsShare(t *testing.T) {
	t.Parallel()
	c := commands()[0]
	digest := func(name, value string) string {
		in, err := parse(c, []string{"--" + name + "=" + value}, readEnvironment(func(string) string { return "" }), t.Output())
		if err != nil {
			t.Fatal(err)
		}
		return in.digest
	}
	none := digest("kube-version", defaultKubeVersion)
	for name, value := range map[string]string{"kube-version": "1.30.0", "select": "all", "redact": "ConfigMap data.a", "base-ref": "main"} {
		if digest(name, value) == none {
			t.Errorf("%s is not in the digest", name)
		}
	}
	for _, name := range notShared {
		i := slices.IndexFunc(c.definitions, func(d definition) bool { return d.name == name })
		if i < 0 {
			t.Errorf("there is no input %s", name)
		}
	}
	for name, value := range map[string]string{"shard": "2/8", "cache-dir": "x", "token": "t0k3n", "credentials": "kind: Secret", "plugin-env": "A=b", "fail-on": "changes"} {
		if digest(name, value) != none {
			t.Errorf("%s is in the digest", name)
		}
	}
}
