package action

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestShardsHideSecrets: a value that is secret in one shard's Application and
// stands in another's ConfigMap is hidden if there is a key, as in one job, and leaves
// no job. Without a key it isn't, as docs/scale.md says.
func TestShardsHideSecrets(t *testing.T) {
	t.Parallel()
	r := newShardRun(t, "0123456789abcdef0123456789abcdef")
	runGit(t, r.dir, "checkout", "-q", "feature")
	for i := range 4 {
		write(t, filepath.Join(r.dir, fmt.Sprintf("plain/d%d/leak.yaml", i)), shardMap(fmt.Sprintf("leak-%d", i), shardSecret))
		write(t, filepath.Join(r.dir, fmt.Sprintf("charts/c%d/templates/cm.yaml", i)), shardMap("leak", shardSecret))
	}
	// A value of the Secret is the name of a resource elsewhere, and so no secret
	// anywhere but in its own Application.
	write(t, filepath.Join(r.dir, "secret/name.yaml"), "apiVersion: v1\nkind: Secret\nmetadata: {name: names}\nstringData: {name: leak-0}\n")
	for i := range 3 {
		write(t, filepath.Join(r.dir, fmt.Sprintf("kustomize/k%d/cm.yaml", i)), shardMap("cm", "leak-0"))
	}
	commitAll(t, r.dir, "leak")
	mergeFeature(t, r.dir)
	want := r.whole()
	if shows(want) || !strings.Contains(want.Files["report.json"], "<masked>") {
		t.Fatal("one job shows the secret")
	}
	if !strings.Contains(want.Files["manifests/head/argocd/kustomize-1.yaml"], "leak-0") {
		t.Fatal("one job hides a name")
	}
	for _, of := range []int{1, 4} {
		dirs := r.shards(of)
		for shard, dir := range dirs {
			for name, text := range uploadedFiles(t, dir) {
				if strings.Contains(text, shardSecret) || filepath.Ext(name) != ".bundle" || !strings.HasPrefix(text, "argoplan sealed") {
					t.Errorf("shard %d of %d uploads %s as it is", shard, of, name)
				}
			}
		}
		if diff := cmp.Diff(want, r.merge(dirs, false)); diff != "" {
			t.Errorf("%d shards (-one job +merged):\n%s", of, diff)
		}
	}
	open := &shardRun{t: t, doc: r.doc, dir: r.dir}
	dirs := open.shards(4)
	if !shows(open.merge(dirs, false)) {
		t.Error("docs/scale.md says that a value isn't hidden across shards without a key, and it is")
	}
	refused := r.merge(dirs, false)
	if refused.Status != exitIncomplete || !strings.Contains(refused.Files["report.json"], "expected a sealed bundle") {
		t.Errorf("with a key, bundles that aren't sealed: exit status %d\n%.2000s", refused.Status, refused.Files["report.json"])
	}
}

// shows says whether the secret is anywhere in a result.
func shows(r shardResult) bool {
	all := append([]string{r.Summary, r.Outputs, r.Log}, r.Comments...)
	for text := range maps.Values(r.Files) {
		all = append(all, text)
	}
	return strings.Contains(strings.Join(all, "\n"), shardSecret)
}

func uploadedFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(data)
		return err
	})
	if err != nil || len(files) == 0 {
		t.Errorf("%d files, %v", len(files), err)
	}
	return files
}
