package process

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestReadableWithout hides a directory below one that may be read.
func TestReadableWithout(t *testing.T) {
	t.Parallel()
	root := realPath(t, t.TempDir())
	for _, dir := range []string{"opt/runner/_work/repo", "opt/runner/_work/_temp", "opt/runner/bin", "opt/tools"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	got := without(filepath.Join(root, "opt"), []string{filepath.Join(root, "opt/runner/_work/repo"), filepath.Join(root, "opt/runner/_work/_temp")})
	want := []string{filepath.Join(root, "opt/runner/bin"), filepath.Join(root, "opt/tools")}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := without(filepath.Join(root, "opt/runner/_work/repo/x"), []string{filepath.Join(root, "opt/runner")}); got != nil {
		t.Errorf("got %q below what is hidden", got)
	}
	if got := without(filepath.Join(root, "opt"), []string{filepath.Join(root, "option")}); len(got) != 1 {
		t.Errorf("got %q for a name that only begins alike", got)
	}
}

func TestHoldsTools(t *testing.T) {
	t.Parallel()
	repository := t.TempDir()
	for _, dir := range []string{"bin", ".git"} {
		if err := os.Mkdir(filepath.Join(repository, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for dir, want := range map[string]bool{
		"/home/me/.asdf/shims": true, "/home/me/go/bin": true, "/opt/x/bin": true, "/root/sdk/bin": true,
		"/home/me/bin": false, "/root/bin": false, "/home/me/.local/bin": false, "/bin": false, "/home/me/tools": false,
		filepath.Join(repository, "bin"): false,
	} {
		if got := holdsTools(dir); got != want {
			t.Errorf("%s: %t", dir, got)
		}
	}
}
