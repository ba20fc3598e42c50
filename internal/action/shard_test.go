package action

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/githubtest"
)

// scale is the workflow of docs/scale.md.
type scale struct {
	shard, merge     step // that use argoplan
	upload, download step
}

func documentedScale(t *testing.T) scale {
	t.Helper()
	all := workflows(t, "docs/scale.md")
	if len(all) != 1 || len(all[0].Jobs) != 2 {
		t.Fatalf("docs/scale.md has %d workflows", len(all))
	}
	use := func(steps []step) step {
		for _, s := range steps {
			if strings.HasPrefix(s.Uses, "argoplan/argoplan@") {
				return s
			}
		}
		t.Fatal("a job doesn't use argoplan")
		return step{}
	}
	render, last := all[0].Jobs["render"].Steps, all[0].Jobs["argoplan"].Steps
	return scale{use(render), use(last), find(t, render, "upload-artifact"), find(t, last, "download-artifact")}
}

// fill puts values in the place of the workflow's expressions.
func (s step) fill(shard, of int, key string) step {
	filled := step{With: map[string]any{}}
	for name, value := range s.With {
		text := strings.NewReplacer("${{ matrix.shard }}/4", fmt.Sprintf("%d/%d", shard, of), "${{ matrix.shard }}", fmt.Sprint(shard),
			"${{ secrets.ARGOPLAN_BUNDLE_KEY }}", key).Replace(fmt.Sprint(value))
		filled.With[name] = text
	}
	return filled
}

// shardRun is a repository and how it is run.
type shardRun struct {
	t   *testing.T
	doc scale
	dir string
	key string
	log strings.Builder // of all shards
}

// result is all that somebody sees of a run.
type shardResult struct {
	Status                int
	Files                 map[string]string
	Summary, Outputs, Log string
	Comments              []string
}

func newShardRun(t *testing.T, key string) *shardRun {
	r := &shardRun{t: t, doc: documentedScale(t), dir: t.TempDir(), key: key}
	shardFleet(t, r.dir)
	return r
}

// job begins a job, with a checkout or without.
func (r *shardRun) job(checkout bool) (*runner, *githubtest.Server) {
	api := githubtest.New(r.t)
	job := newRunner(r.t, api, "pull_request", forkless())
	if checkout {
		if err := os.CopyFS(job.workspace, os.DirFS(r.dir)); err != nil {
			r.t.Fatal(err)
		}
	}
	return job, api
}

// whole is a run in one job.
func (r *shardRun) whole() shardResult {
	job, api := r.job(true)
	return r.result(job, api, job.use(step{With: map[string]any{"fail-on": "none"}}))
}

// shards runs the job of each shard, and gives what they upload: a directory for
// each, by shard from 1.
func (r *shardRun) shards(of int) map[int]string {
	dirs := map[int]string{}
	for i := range of {
		dirs[i+1] = r.shard(i+1, of)
	}
	return dirs
}

func (r *shardRun) shard(i, of int) (uploaded string) {
	r.t.Helper()
	job, api := r.job(true)
	if status := job.use(r.doc.shard.fill(i, of, r.key)); status != exitDone {
		r.t.Fatalf("shard %d of %d: exit status %d\n%s", i, of, status, &job.log)
	}
	if n := len(api.Requests()); n != 0 {
		r.t.Errorf("shard %d of %d: %d requests to the API", i, of, n)
	}
	r.log.WriteString(job.log.String())
	summary, _ := os.ReadFile(job.env["GITHUB_STEP_SUMMARY"])
	if !strings.Contains(string(summary), fmt.Sprintf("shard %d of %d", i, of)) || strings.Contains(string(summary), "no changes") {
		r.t.Errorf("the step summary is\n%s", summary)
	}
	if strings.Contains(job.log.String(), "::error") {
		r.t.Errorf("a shard makes annotations:\n%s", &job.log)
	}
	return filepath.Join(job.workspace, fmt.Sprint(r.doc.upload.With["path"]))
}

// merge runs the last job on what was uploaded. flat is download-artifact with
// merge-multiple.
func (r *shardRun) merge(dirs map[int]string, flat bool) shardResult {
	r.t.Helper()
	job, api := r.job(false)
	for i, dir := range dirs {
		to := filepath.Join(job.workspace, fmt.Sprint(r.doc.download.With["path"]))
		if !flat {
			to = filepath.Join(to, fmt.Sprint(r.doc.upload.fill(i, 4, "").With["name"]))
		}
		if err := os.MkdirAll(to, 0o755); err != nil {
			r.t.Fatal(err)
		}
		if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
			r.t.Fatal(err)
		}
	}
	return r.result(job, api, job.use(r.doc.merge.fill(0, 0, r.key)))
}

var (
	annotation = regexp.MustCompile(`(?m)^::(?:error|warning).*\n`)
	delimiter  = regexp.MustCompile(`argoplan_[A-Z0-9]+`)
	commentURL = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
)

func (r *shardRun) result(job *runner, api *githubtest.Server, status int) shardResult {
	out := shardResult{Status: status, Files: map[string]string{}, Log: strings.Join(annotation.FindAllString(job.log.String(), -1), "")}
	dir := os.DirFS(filepath.Join(job.workspace, "argoplan-report"))
	err := fs.WalkDir(dir, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(dir, name)
		out.Files[name] = string(data)
		return err
	})
	if err != nil {
		r.t.Fatalf("%v\n%s", err, &job.log)
	}
	summary, _ := os.ReadFile(job.env["GITHUB_STEP_SUMMARY"])
	outputs, _ := os.ReadFile(job.env["GITHUB_OUTPUT"])
	out.Summary, out.Outputs = string(summary), commentURL.ReplaceAllString(delimiter.ReplaceAllString(string(outputs), "-"), "")
	for _, c := range api.Comments() {
		out.Comments = append(out.Comments, c.Body)
	}
	return out
}

// TestShards runs the workflow of docs/scale.md with its four shards, and with
// other numbers of them: whatever somebody sees of it is, byte for byte, that of a
// run in one job.
func TestShards(t *testing.T) {
	t.Parallel()
	r := newShardRun(t, "")
	want := r.whole()
	for _, name := range []string{"report.json", "report.md", "report.html", "manifests/head/argocd/made-one.yaml", "manifests/base/argocd/child-2.yaml"} {
		if want.Files[name] == "" {
			t.Errorf("the whole run lacks %s\n%.20000s", name, want.Summary)
		}
	}
	for _, text := range []string{`"name": "broken"`, "also deployed by Application", "registry.example/app", "failed to render"} {
		if !strings.Contains(want.Files["report.json"]+want.Summary, text) {
			t.Errorf("the whole run lacks %q", text)
		}
	}
	if want.Status != exitIncomplete || len(want.Comments) != 1 || !strings.Contains(want.Log, "::error") || !strings.Contains(want.Log, "::warning") {
		t.Errorf("exit status %d, %d comments, annotations:\n%s", want.Status, len(want.Comments), want.Log)
	}
	for of, flat := range map[int]bool{1: false, 2: true, 4: false, 7: true} {
		t.Run(fmt.Sprint(of), func(t *testing.T) {
			t.Parallel()
			r := &shardRun{t: t, doc: r.doc, dir: r.dir}
			if diff := cmp.Diff(want, r.merge(r.shards(of), flat)); diff != "" {
				t.Errorf("%d shards (-one job +merged):\n%s", of, diff)
			}
		})
	}
}

// TestShardsWithACache runs four shards with one cache-dir, and again: what the
// second ones find there changes nothing that anybody sees.
func TestShardsWithACache(t *testing.T) {
	t.Parallel()
	r := newShardRun(t, "")
	want := r.whole()
	r.doc.shard.With = maps.Clone(r.doc.shard.With)
	r.doc.shard.With["cache-dir"] = t.TempDir()
	for _, cache := range []string{"empty", "full"} {
		r.log.Reset()
		if diff := cmp.Diff(want, r.merge(r.shards(4), false)); diff != "" {
			t.Errorf("%s cache (-one job without +merged):\n%s", cache, diff)
		}
	}
	if hits := cacheHits.FindAllString(r.log.String(), -1); len(hits) != 4 {
		t.Errorf("of four shards, %d found anything in the cache:\n%s", len(hits), &r.log)
	}
}

var cacheHits = regexp.MustCompile(`[1-9]\d* came from cache-dir`)

// TestShardsThatLack merges what can't make a whole report.
func TestShardsThatLack(t *testing.T) {
	t.Parallel()
	r := newShardRun(t, "")
	dirs := r.shards(4)
	with := func(change func(all map[int]string)) map[int]string {
		all := maps.Clone(dirs)
		change(all)
		return all
	}
	twin := func(name, text string) string {
		dir := t.TempDir()
		data, err := os.ReadFile(filepath.Join(dirs[2], "shard-2-of-4.bundle"))
		if err != nil {
			t.Fatal(err)
		}
		if text != "" {
			data = []byte(text)
		}
		write(t, filepath.Join(dir, name), string(data))
		return dir
	}
	later := newShardRun(t, "")
	runGit(t, later.dir, "checkout", "-q", "feature")
	runGit(t, later.dir, "commit", "-q", "--allow-empty", "-m", "later")
	mergeFeature(t, later.dir)
	newer := later.shard(2, 4)
	otherwise := &shardRun{t: t, doc: r.doc, dir: r.dir}
	otherwise.doc.shard.With = maps.Clone(r.doc.shard.With)
	otherwise.doc.shard.With["kube-version"] = "1.30.0"
	old := otherwise.shard(2, 4)
	for name, test := range map[string]struct {
		dirs  map[int]string
		wants []string
		apps  bool // whether what the others rendered is there
	}{
		"a missing shard":   {with(func(all map[int]string) { delete(all, 3) }), []string{"Shard 3 of 4 left no bundle. Not rendered: argocd/", "not rendered: shard 3 of 4"}, true},
		"two missing":       {with(func(all map[int]string) { delete(all, 3); delete(all, 1) }), []string{"Shard 1 of 4 left", "Shard 3 of 4 left"}, true},
		"a broken one":      {with(func(all map[int]string) { all[2] = twin("shard-2-of-4.bundle", "no archive") }), []string{"Shard 2 of 4 left no bundle that can be used"}, true},
		"a mislabelled one": {with(func(all map[int]string) { all[3] = twin("shard-3-of-4.bundle", "") }), []string{"expected the bundle of shard 3 of 4, found that of shard 2 of 4"}, true},
		"a doubled one":     {with(func(all map[int]string) { all[5] = twin("shard-2-of-4.bundle", "") }), []string{"expected one of shard 2 of 4"}, false},
		"another number":    {with(func(all map[int]string) { all[3] = r.shard(3, 5) }), []string{"number of shards"}, false},
		"another commit":    {with(func(all map[int]string) { all[2] = newer }), []string{"the same head", "shard 2 of 4"}, false},
		"other inputs":      {with(func(all map[int]string) { all[2] = old }), []string{"digest of the inputs"}, false},
		"none":              {map[int]string{}, []string{"reading the bundles"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &shardRun{t: t, doc: r.doc, dir: r.dir}
			got := r.merge(test.dirs, false)
			if got.Status != exitIncomplete || len(got.Comments) != 1 {
				t.Fatalf("exit status %d, %d comments", got.Status, len(got.Comments))
			}
			for place, text := range map[string]string{"report.json": got.Files["report.json"], "summary": got.Summary, "comment": got.Comments[0]} {
				if strings.Contains(text, "no changes") || place != "report.json" && !strings.Contains(text, "incomplete") {
					t.Errorf("%s:\n%.1500s", place, text)
				}
			}
			for _, want := range test.wants {
				if !strings.Contains(got.Files["report.json"], want) {
					t.Errorf("want %q in\n%.3000s", want, got.Files["report.json"])
				}
			}
			if strings.Contains(got.Comments[0], "1.1") != test.apps || (len(got.Files) > 3) != test.apps {
				t.Errorf("%d files, and the comment\n%.3000s", len(got.Files), got.Comments[0])
			}
		})
	}
}
