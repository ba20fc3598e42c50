package comment

import (
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/compare"
)

// TestVolatile names what changes on every render, next to what the pull
// request changes, and never as that.
func TestVolatile(t *testing.T) {
	t.Parallel()
	a := redis()
	a.Changes[1].Paths = append(a.Changes[1].Paths, compare.PathChange{Path: "spec.seed", Volatile: true})
	a.Changes = append(a.Changes[:3:3], compare.Change{Action: compare.Modify, APIVersion: "v1", Kind: "Secret", Namespace: "redis", Name: "auth",
		Paths: []compare.PathChange{{Path: "metadata.labels.a", From: "1", To: "2"}, {Path: "data.key", Volatile: true}}})
	a.Volatile = []string{"Secret redis/auth data.key", "StatefulSet redis/redis-master spec.seed"}
	quiet := unchanged("web")
	quiet.Volatile = []string{"Secret web/auth data.key"}
	r := newReport(a, quiet)
	small := options()
	small.Budget = 2_300
	tests := []struct {
		name  string
		o     Options
		wants []string
	}{
		{"full", options(), []string{"+ redis:7.4\n```\n\nChanges on every render: `spec.seed`\n",
			"**modified** `Secret redis/auth` (`v1`)\n\nChanges on every render: `data.key`",
			"<summary>Left out: 2 values of <code>redis</code> that differ on every render</summary>\n\n- `Secret redis/auth data.key`\n",
			"modified; differs on every render: `Secret web/auth data.key`\n"}},
		{"short", small, []string{"Left out: 2 values of `redis` that differ on every render"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			page := Markdown(r, tt.o)
			checkPage(t, page, tt.o)
			for _, want := range tt.wants {
				if !strings.Contains(page, want) {
					t.Errorf("no %q in\n%s", want, page)
				}
			}
		})
	}
}

func TestVolatilePaths(t *testing.T) {
	t.Parallel()
	c := change{Change: &compare.Change{Action: compare.Modify, Kind: "Secret", Name: "auth",
		Paths: []compare.PathChange{{Path: "metadata.labels.a"}, {Path: "data.key", Volatile: true}}}}
	want := "- modified `Secret auth`: `metadata.labels.a`; changes on every render: `data.key`\n"
	if got := c.withPaths(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
