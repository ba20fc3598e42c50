package action

import (
	"os"
	"path/filepath"
	"testing"
)

func TestLocateFile(t *testing.T) {
	t.Parallel()
	tree := t.TempDir()
	for _, name := range []string{"web/templates/a.yaml", "env/prod.yaml"} {
		path := filepath.Join(tree, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		file, want string
		line       int
	}{
		{"templates/a.yaml:12", "web/templates/a.yaml", 12},
		{"templates/a.yaml", "web/templates/a.yaml", 0},
		{"../env/prod.yaml", "env/prod.yaml", 0},
		{"env/prod.yaml", "env/prod.yaml", 0},
		{"templates/b.yaml:12", "", 0},
		{"../../etc/passwd", "", 0},
		{"templates", "", 0},
		{"", "", 0},
	} {
		if got, line := locateFile(tree, "web", test.file); got != test.want || line != test.line {
			t.Errorf("locateFile(%q) = %q, %d; want %q, %d", test.file, got, line, test.want, test.line)
		}
	}
}
