package source

import (
	"os"
	"path/filepath"
	"testing"
)

func TestResolve(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ asked, found, revision, wantErr string }{
		"exact":             {asked: "1.0.0", found: "1.0.0", revision: "1.0.0"},
		"exact pre-release": {asked: "1.2.0-rc.1", found: "1.2.0-rc.1", revision: "1.2.0-rc.1"},
		"exact without v":   {asked: "3.0.0", found: "v3.0.0", revision: "3.0.0"},
		"exact with build":  {asked: "4.0.0+build.5", found: "4.0.0+build.5", revision: "4.0.0+build.5"},
		"wildcard":          {asked: "1.x", found: "1.10.0", revision: "1.10.0"},
		"star":              {asked: "*", found: "4.0.0+build.5", revision: "4.0.0+build.5"},
		"major only":        {asked: "2", found: "2.0.0", revision: "2.0.0"},
		"tilde":             {asked: "~1.1", found: "1.1.0", revision: "1.1.0"},
		"range":             {asked: ">=1.0.0 <1.5.0", found: "1.1.0", revision: "1.1.0"},
		"range with pre":    {asked: ">=2.0.0-0 <3.0.0-0", found: "2.1.0-beta", revision: "2.1.0-beta"},
		"not a version":     {asked: "latest", wantErr: "the chart web has no version latest; the newest are "},
		"exact, missing":    {asked: "1.9.9", wantErr: "the chart web has no version 1.9.9; the newest are 4.0.0+build.5, v3.0.0, 2.1.0-beta, 2.0.0, 1.10.0"},
		"nothing satisfies": {asked: ">9", wantErr: "no version >9"},
		"empty":             {asked: "", wantErr: "expected a version of the chart, found none"},
	}
	file := filepath.Join(t.TempDir(), "index.yaml")
	if err := os.WriteFile(file, []byte(indexOf("1.0.0", "1.1.0", "1.2.0-rc.1", "2.0.0", "v3.0.0", "2.1.0-beta", "odd", "1.10.0", "4.0.0+build.5")), 0o600); err != nil {
		t.Fatal(err)
	}
	index, err := loadIndex(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, revision, err := resolve(index, "web", tt.asked)
			if tt.wantErr != "" {
				wantError(t, err, tt.wantErr)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got.Version != tt.found || revision != tt.revision {
				t.Errorf("found %s, revision %s, want %s and %s", got.Version, revision, tt.found, tt.revision)
			}
		})
	}
	_, _, err = resolve(index, "wep", "1.x")
	wantError(t, err, "the repository has no chart wep; the nearest names are web")
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "abc", 3}, {"web", "wep", 1}, {"nginx", "ingress", 5}, {"redis", "redis-ha", 3}} {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
