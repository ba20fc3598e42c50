package git

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadModules(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := Options{Env: []string{"PATH=" + os.Getenv("PATH")}}
	if got, err := ReadModules(t.Context(), o, dir); len(got) != 0 || err != nil {
		t.Errorf("without a file: %v, %v", got, err)
	}
	text := `[submodule "lib.d"]
	path = vendor/lib/
	url = https://old.example.com/lib
	url = ../lib
	branch = main
[submodule "none"]
	path = none
	url = https://git.example.com/none
	update = none
[include]
	path = /etc/passwd
[other]
	path = x
`
	if err := os.WriteFile(filepath.Join(dir, ".gitmodules"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := ReadModules(t.Context(), o, dir)
	want := map[string]Module{
		"vendor/lib": {Name: "lib.d", URL: "../lib"},
		"none":       {Name: "none", URL: "https://git.example.com/none", Update: "none"},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	link := t.TempDir()
	if err := os.Symlink("/etc/passwd", filepath.Join(link, ".gitmodules")); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadModules(t.Context(), o, link); err == nil {
		t.Errorf("a symbolic link gives %v", got)
	}
}

func TestResolveModule(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ parent, url, want string }{
		{"https://h/org/web.git", "https://x/y", "https://x/y"},
		{"https://h/org/web.git", "git@x:y", "git@x:y"},
		{"https://h/org/web.git", "../lib.git", "https://h/org/lib.git"},
		{"https://h/org/web.git/", "../../other/lib", "https://h/other/lib"},
		{"https://h/org/web", "./lib", "https://h/org/web/lib"},
		{"https://h/org/web", "../.././lib", "https://h/lib"},
		{"https://h/org/web", "../../../lib", ""},
		{"https://h", "../lib", ""},
		{"git@h:org/web", "../lib", "git@h:org/lib"},
		{"git@h:org/web", "../../lib", "git@h:lib"},
		{"git@h:org/web", "../../../lib", ""},
		{"ssh://git@h:22/org/web", "../lib", "ssh://git@h:22/org/lib"},
	} {
		got, err := ResolveModule(tt.parent, tt.url)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s from %s: got %q, %v, want %q", tt.url, tt.parent, got, err, tt.want)
		}
	}
}
