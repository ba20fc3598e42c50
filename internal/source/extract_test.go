package source

import (
	"archive/tar"
	"os"
	"path/filepath"
	"testing"
)

func TestExtract(t *testing.T) {
	t.Parallel()
	archive := filepath.Join(t.TempDir(), "web.tgz")
	write(t, archive, archiveOf(t,
		entry{name: "web/", kind: tar.TypeDir},
		entry{name: "web/Chart.yaml", content: "name: web"},
		entry{name: "./web/a/b/c.yaml", content: "deep"},
		entry{name: "web/link.yaml", kind: tar.TypeSymlink, target: "a/b/c.yaml"},
	))
	dest := t.TempDir()
	if err := extract(archive, dest); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"web/Chart.yaml": "name: web", "web/a/b/c.yaml": "deep", "web/link.yaml": "deep"} {
		if got, err := os.ReadFile(filepath.Join(dest, name)); err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v, want %q", name, got, err, want)
		}
	}
}

func TestExtractRefuses(t *testing.T) {
	t.Parallel()
	good := archiveOf(t, entry{name: "web/Chart.yaml", content: "name: web, and some more text to cut off"})
	tests := map[string]struct {
		archive []byte
		want    string
	}{
		"a path that climbs":        {archiveOf(t, entry{name: "../x", content: "x"}), "expected a path inside of the archive"},
		"a path that comes back":    {archiveOf(t, entry{name: "web/../../d/x", content: "x"}), "expected a path inside"},
		"an absolute path":          {archiveOf(t, entry{name: "/etc/x", content: "x"}), "expected a relative path"},
		"a name of dots":            {archiveOf(t, entry{name: "..", kind: tar.TypeDir}), "expected a path inside"},
		"a link that climbs":        {archiveOf(t, entry{name: "web/l", kind: tar.TypeSymlink, target: "../../x"}), "expected the link to stay inside"},
		"an absolute link":          {archiveOf(t, entry{name: "web/l", kind: tar.TypeSymlink, target: "/etc"}), "expected the link to stay inside"},
		"a hard link":               {archiveOf(t, entry{name: "web/l", kind: tar.TypeLink, target: "web/x"}), "expected a file, a directory or a symbolic link"},
		"a device":                  {archiveOf(t, entry{name: "web/l", kind: tar.TypeChar}), "expected a file, a directory"},
		"a truncated archive":       {good[:len(good)/2], "the archive is truncated"},
		"an archive cut at the end": {good[:len(good)-4], "the archive is truncated"},
		"nothing":                   {nil, "the archive is truncated"},
		"no archive":                {[]byte("hello, this is text"), "expected a gzip-compressed tar archive"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archive := filepath.Join(t.TempDir(), "x.tgz")
			write(t, archive, tt.archive)
			above := t.TempDir()
			dest := filepath.Join(above, "d")
			if err := os.Mkdir(dest, 0o755); err != nil {
				t.Fatal(err)
			}
			wantError(t, extract(archive, dest), tt.want)
			if entries, _ := os.ReadDir(above); len(entries) != 1 {
				t.Errorf("something was written beside the destination: %v", entries)
			}
		})
	}
}

func TestExtractBounds(t *testing.T) {
	t.Parallel()
	dest := t.TempDir()
	root, err := os.OpenRoot(dest)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	u := &unpacker{root: root, left: 10}
	if err := u.file("a", 8, &zeros{}); err != nil {
		t.Fatal(err)
	}
	wantError(t, u.file("b", 8, &zeros{}), "expected at most")
	wantError(t, (&unpacker{root: root, left: maxUnpacked}).file("c", maxEntry+1, &zeros{}), "expected at most 100 MiB per file")
}

// zeros never ends.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
