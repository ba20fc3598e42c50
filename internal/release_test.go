package internal_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestReleasePinsTheImage runs what the release workflow runs on action.yml.
func TestReleasePinsTheImage(t *testing.T) {
	t.Parallel()
	image := "ghcr.io/argoplan/argoplan:v1.2.3@sha256:" + strings.Repeat("0f", 32)
	for _, tt := range []struct {
		name, image, want string
		twice             bool
	}{
		{name: "by digest", image: image, want: "  image: docker://" + image},
		{name: "without a digest", image: "ghcr.io/argoplan/argoplan:v1.2.3", want: "is not an image with a version and a digest"},
		{name: "with another line", image: image + "\n  args: [x]", want: "is not an image with a version and a digest"},
		{name: "pinned already", image: image, want: "does not run the Dockerfile", twice: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			copyFile(t, "../action.yml", filepath.Join(dir, "action.yml"), 0o644)
			copyFile(t, "../tools/release.sh", filepath.Join(dir, "tools/release.sh"), 0o755)
			pin := func() string {
				out, _ := exec.Command(filepath.Join(dir, "tools/release.sh"), "pin", tt.image).CombinedOutput()
				return string(out)
			}
			out := pin()
			if tt.twice {
				out = pin()
			}
			action, err := os.ReadFile(filepath.Join(dir, "action.yml"))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(action) + out; !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q in action.yml or the output", out, tt.want)
			}
		})
	}
}

func copyFile(t *testing.T, from, to string, mode os.FileMode) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o755)
	}
	if err == nil {
		err = os.WriteFile(to, data, mode)
	}
	if err != nil {
		t.Fatal(err)
	}
}
