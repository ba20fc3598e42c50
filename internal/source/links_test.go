package source

import (
	"os"
	"path/filepath"
	"testing"

	trees "github.com/argoplan/argoplan/internal/tree"
)

func TestCheckLinks(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		link, target string
		bad          bool
	}{
		"beside":                  {link: "a/link", target: "file"},
		"up and inside":           {link: "a/b/link", target: "../../a/file"},
		"dangling":                {link: "a/link", target: "nothing"},
		"to the root":             {link: "a/link", target: ".."},
		"absolute":                {link: "a/link", target: "/etc/passwd", bad: true},
		"out":                     {link: "a/link", target: "../../x", bad: true},
		"out and in again":        {link: "link", target: "../" + "REPO/a/file", bad: true},
		"out behind a directory":  {link: "link", target: "a/../../x", bad: true},
		"in .git":                 {link: ".git/link", target: "/etc/passwd"},
		"in a .git further below": {link: "a/.git/link", target: "/etc/passwd", bad: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := tree(t, "a/file", "")
			link := filepath.Join(root, tt.link)
			if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(tt.target, link); err != nil {
				t.Fatal(err)
			}
			err := CheckLinks(trees.Dir(root))
			if tt.bad {
				wantError(t, err, "out-of-bounds symlinks. file: "+tt.link)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}
