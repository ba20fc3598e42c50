package checkout

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/git"
)

func TestRefs(t *testing.T) {
	t.Parallel()
	origin := newRepo(t)
	first := origin.commit()
	origin.git("branch", "stable")
	origin.git("tag", "--annotate", "--message=x", "v1")
	tag := origin.git("rev-parse", "v1")
	clone := origin.clone()
	origin.git("branch", "-D", "stable") // the clone still remembers it
	origin.git("branch", "new")

	got, err := clone.open().Refs(t.Context())
	want := []git.Ref{{Name: "HEAD", ID: first}, {Name: "refs/heads/main", ID: first}, {Name: "refs/heads/new", ID: first}, {Name: "refs/tags/v1", ID: tag}, {Name: "refs/tags/v1^{}", ID: first}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	// Without permission to reach origin, the clone's own knowledge is left.
	got, err = open(t, clone.dir, Options{Env: testEnv()}).Refs(t.Context())
	want = []git.Ref{{Name: "HEAD", ID: first}, {Name: "refs/heads/main", ID: first}, {Name: "refs/heads/stable", ID: first}, {Name: "refs/tags/v1", ID: tag}}
	if diff := cmp.Diff(want, got); diff != "" || err == nil || !strings.Contains(err.Error(), "asking origin for its branches and tags") {
		t.Errorf("%v %s", err, diff)
	}
}

func TestCheckOut(t *testing.T) {
	t.Parallel()
	origin := newRepo(t)
	origin.write("a", "1")
	first := origin.commit()
	origin.git("tag", "--annotate", "--message=x", "v1")
	tag := origin.git("rev-parse", "v1")
	origin.write("a", "2")
	second := origin.commit()
	origin.write("a", "3")
	origin.commit()
	clone := origin.clone("--depth=1")
	g := clone.open()
	var group sync.WaitGroup
	for id, want := range map[string][2]string{first: {first, "1"}, tag: {first, "1"}, second: {second, "2"}} {
		group.Go(func() {
			tree, err := g.CheckOut(t.Context(), id, filepath.Join(t.TempDir(), "tree"))
			if err != nil {
				t.Error(err)
			} else if files := snapshot(t, tree.Dir); tree.Commit != want[0] || files["a"] != "-rwxr-xr-x "+want[1] && files["a"] != "-rw-r--r-- "+want[1] {
				t.Errorf("%s gives %+v with %v", id, tree, files)
			}
		})
	}
	group.Wait()
	if _, err := g.CheckOut(t.Context(), strings.Repeat("1", 40), t.TempDir()); err == nil {
		t.Error("a commit that nobody has was checked out")
	}
	if branch := clone.git("rev-parse", "--abbrev-ref", "HEAD"); branch != "main" || clone.git("status", "--porcelain") != "" {
		t.Errorf("the clone changed: %s", branch)
	}
}
