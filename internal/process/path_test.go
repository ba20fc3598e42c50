package process

import (
	"os"
	"path/filepath"
	"testing"
)

func TestLookPathPassesRelativeEntriesBy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tool"), []byte("#!/bin/sh\necho run\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	rel, err := filepath.Rel(realPath(t, here), realPath(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{".", "", ":", "./", rel} {
		c := Command{Argv: []string{"tool"}, Dir: dir, Env: []string{"PATH=" + path}}
		if path == rel {
			c.Dir = ""
		}
		if got, err := run(t.Context(), c, short); err == nil {
			t.Errorf("PATH=%q: ran %s", path, got.Stdout)
		}
	}
	c := Command{Argv: []string{"./tool"}, Dir: dir}
	if got, err := run(t.Context(), c, short); err != nil || string(got.Stdout) != "run\n" {
		t.Errorf("got %q and %v for a name relative to Dir", got.Stdout, err)
	}
}
