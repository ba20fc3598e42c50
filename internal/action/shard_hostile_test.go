package action

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/argoplan/argoplan/internal/shard"
)

// TestHostileBundleFiles: what lies in bundles is read if it is a plain file of
// bounded size, and never what a link leads to.
func TestHostileBundleFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mergeCommit(t, dir)
	r := &shardRun{t: t, doc: documentedScale(t), dir: dir}
	good := r.shards(2)
	for name, test := range map[string]struct {
		put  func(path string) error
		want string
	}{
		"a link to a secret":  {func(path string) error { return os.Symlink("/etc/passwd", path) }, "to be a file"},
		"a link to the other": {func(path string) error { return os.Symlink("../argoplan-shard-1/shard-1-of-2.bundle", path) }, "to be a file"},
		"a pipe":              {func(path string) error { return syscall.Mkfifo(path, 0o644) }, "to be a file"},
		"a directory":         {func(path string) error { return os.Mkdir(path, 0o755) }, "to be a file"},
		"a sparse terabyte": {func(path string) error {
			f, err := os.Create(path)
			if err != nil {
				return err
			}
			defer f.Close()
			return f.Truncate(1 << 40)
		}, "bytes"},
		"nothing": {func(path string) error { return os.WriteFile(path, nil, 0o644) }, "expected a bundle"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &shardRun{t: t, doc: r.doc, dir: dir}
			job, api := r.job(false)
			at := filepath.Join(job.workspace, "argoplan-bundles")
			if err := os.CopyFS(filepath.Join(at, "argoplan-shard-1"), os.DirFS(good[1])); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(at, "argoplan-shard-2", "report.md"), "PWNED")
			if err := test.put(filepath.Join(at, "argoplan-shard-2", shard.ID{Index: 2, Of: 2}.File())); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			got := r.result(job, api, job.use(r.doc.merge.fill(0, 0, "")))
			text := got.Files["report.json"] + got.Summary + strings.Join(got.Comments, "")
			if got.Status != exitIncomplete || !strings.Contains(text, test.want) || strings.Contains(text, "no changes") || strings.Contains(text, "root:") || strings.Contains(text, "PWNED") {
				t.Errorf("exit status %d\n%s", got.Status, text)
			}
			if took := time.Since(start); took > hostileTime {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestBundlesOfAnotherRun: an artifact of another workflow run is not this one's.
func TestBundlesOfAnotherRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mergeCommit(t, dir)
	r := &shardRun{t: t, doc: documentedScale(t), dir: dir}
	job, api := r.job(false)
	for _, from := range r.shards(2) {
		if err := os.CopyFS(filepath.Join(job.workspace, "argoplan-bundles"), os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	job.env["GITHUB_RUN_ID"] = "43"
	got := r.result(job, api, job.use(r.doc.merge.fill(0, 0, "")))
	if got.Status != exitIncomplete || !strings.Contains(got.Files["report.json"], "expected those of the workflow run 43, found one of 42") {
		t.Errorf("exit status %d\n%s", got.Status, got.Files["report.json"])
	}
	again := r.result(job, api, func() int {
		job.env["GITHUB_RUN_ID"], job.env["GITHUB_RUN_ATTEMPT"] = "42", "2"
		return job.use(r.doc.merge.fill(0, 0, ""))
	}())
	if again.Status != exitDone {
		t.Errorf("another attempt of the same run: exit status %d", again.Status)
	}
}
