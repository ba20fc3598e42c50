package render

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestKustomizeStaysInTheRepository tries each way to a file outside, with
// kustomize's own restriction off.
func TestKustomizeStaysInTheRepository(t *testing.T) {
	t.Parallel()
	outside := tree(t, "secret.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: stolen}\n", "base/kustomization.yaml", "resources: [../secret.yaml]\n")
	up := strings.Repeat("../", 20)
	for name, text := range map[string]string{
		"relative file":   "resources: [" + up + outside[1:] + "/secret.yaml]\n",
		"absolute file":   "resources: [" + outside + "/secret.yaml]\n",
		"relative base":   "resources: [" + up + outside[1:] + "/base]\n",
		"absolute base":   "resources: [" + outside + "/base]\n",
		"link to a file":  "resources: [link.yaml]\n",
		"linked base":     "resources: [../linked]\n",
		"through a link":  "resources: [../away/secret.yaml]\n",
		"files":           "configMapGenerator:\n- {name: a, files: [" + outside + "/secret.yaml]}\n",
		"openapi":         "openapi: {path: /etc/passwd}\n",
		"replacements":    "replacements:\n- path: /etc/passwd\n",
		"device":          "resources: [/dev/zero]\n",
		"the mount's own": "resources: [/remote/x]\n",
		"pipe":            "resources: [pipe.yaml]\n",
	} {
		root := tree(t, "app/kustomization.yaml", text)
		for link, target := range map[string]string{"app/link.yaml": outside + "/secret.yaml", "linked": outside + "/base", "away": outside} {
			if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
				t.Fatal(err)
			}
		}
		if err := syscall.Mkfifo(filepath.Join(root, "app/pipe.yaml"), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := buildKustomize(t, Options{KustomizeBuildOptions: []string{"--load-restrictor LoadRestrictionsNone"}}, kustomizeInput(t, root, "app", nil))
		if err == nil || strings.Contains(out, "stolen") {
			t.Errorf("%s: got %v\n%s", name, err, out)
		}
	}
}

// TestKustomizeFollowsLinksInside: a link that stays in the repository is
// what it points at.
func TestKustomizeFollowsLinksInside(t *testing.T) {
	t.Parallel()
	root := tree(t, "real/app/kustomization.yaml", "resources: [../../bases/web]\n", "real/web/kustomization.yaml", "resources: [d.yaml]\n", "real/web/d.yaml", deployment)
	for link, target := range map[string]string{"bases": "real", "app": "real/app"} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"real/app", "app"} {
		out, err := buildKustomize(t, Options{}, kustomizeInput(t, root, dir, nil))
		if err != nil || !strings.Contains(out, "name: web") {
			t.Errorf("%s: got %v\n%s", dir, err, out)
		}
	}
}

func TestKustomizeTree(t *testing.T) {
	t.Parallel()
	root := tree(t, "app/kustomization.yaml", "a: b\n", "c[1]/x", "", "other/y", "")
	files, err := newKustomizeTree(t.Context(), root, filepath.Join(root, "app"))
	if err != nil {
		t.Fatal(err)
	}
	files.write("/repo/app/new.yaml", []byte("new"))
	if text, err := files.ReadFile("new.yaml"); err != nil || string(text) != "new" {
		t.Errorf("read %q, %v", text, err)
	}
	matches, err := files.Glob("../*")
	if diff := cmp.Diff([]string{"../app", "../c[1]", "../other"}, matches); diff != "" || err != nil {
		t.Errorf("glob: %v (-want +got):\n%s", err, diff)
	}
	if matches, _ := files.Glob("../../*"); len(matches) != 0 {
		t.Errorf("glob outside found %v", matches)
	}
	if names, err := files.ReadDir("/repo"); err != nil || !cmp.Equal(names, []string{"app", "c[1]", "other"}) {
		t.Errorf("read %v, %v", names, err)
	}
	if files.IsDir("kustomization.yaml") || !files.IsDir("../other") || files.Exists("../../repo2") || !files.Exists("new.yaml") {
		t.Error("wrong kinds")
	}
	if err := files.WriteFile("x", nil); err == nil {
		t.Error("kustomize may write")
	}
	if _, err := newKustomizeTree(t.Context(), root, filepath.Dir(root)); err == nil {
		t.Error("the source lies outside of the repository")
	}
}
