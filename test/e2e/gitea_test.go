//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A value of the value-change case, as later pushes change it.
const (
	changedFile = "charts/web/values.yaml"
	changedText = "image: ghcr.io/svc-design/web:1.5.0\nreplicas: %d\n"
)

// TestGitea publishes to a real forge.
func TestGitea(t *testing.T) {
	t.Parallel()
	f := startForge(t)
	bot := f.user(t, "bot", "write:issue", "read:repository", "read:user")
	mallory := f.user(t, "mallory", "all")
	t.Run("a pull request's life", func(t *testing.T) { t.Parallel(); testLife(t, f, bot, mallory) })
	t.Run("a token that can't ask whose it is", func(t *testing.T) {
		t.Parallel()
		testScopes(t, f, f.token(t, bot.name, "write:issue", "read:repository"), mallory)
	})
	t.Run("two runs at once", func(t *testing.T) { t.Parallel(); testTwoRuns(t, f, bot) })
	t.Run("what may not be written", func(t *testing.T) { t.Parallel(); testRefused(t, f, bot) })
}

// testLife follows one pull request: the comment is created, left alone,
// updated, and found again among others'.
func testLife(t *testing.T, f *forge, bot, mallory account) {
	p := f.newPull(t, "life")
	p.run(bot, "comment written: "+f.url)
	first := p.own(bot)
	if !strings.Contains(first.Body, "1 of 1 Application") {
		t.Errorf("comment:\n%s", first.Body)
	}
	p.run(bot, "the comment is up to date")
	if diff := cmp.Diff(first, p.own(bot)); diff != "" {
		t.Errorf("a rerun wrote:\n%s", diff)
	}

	p.change(changedFile, fmt.Sprintf(changedText, 5))
	p.run(bot, "comment written")
	second := p.own(bot)
	if second.ID != first.ID || second.Body == first.Body {
		t.Errorf("want comment %d with another text, got %d:\n%s", first.ID, second.ID, second.Body)
	}

	// One of 60 comments has a copy of our marker.
	for i := range 60 {
		p.say(mallory, fmt.Sprintf("comment %d", i))
	}
	p.say(mallory, second.Body)
	p.run(bot, "carries our marker and is ignored")
	p.change(changedFile, fmt.Sprintf(changedText, 6))
	p.run(bot, "comment written")
	if got := p.own(bot); got.ID != first.ID || len(p.comments()) != 62 {
		t.Errorf("want 62 comments and ours first, got %d and %d", len(p.comments()), got.ID)
	}

	f.call(t, f.owner, http.MethodDelete, fmt.Sprintf("/repos/%s/issues/comments/%d", p.name, first.ID), nil, nil)
	p.run(bot, "comment written")
	if got := p.own(bot); got.ID == first.ID {
		t.Error("want a new comment for the one that was deleted")
	}

	// A run for a head that is history leaves the newer comment alone.
	stale := p.step(bot)
	p.change(changedFile, fmt.Sprintf(changedText, 7))
	p.run(bot, "comment written")
	newest := p.own(bot)
	if got := stale.run(); got.status != 0 || !strings.Contains(got.log, "no comment written") {
		t.Errorf("exit status %d\n%s", got.status, got.log)
	}
	if diff := cmp.Diff(newest, p.own(bot)); diff != "" {
		t.Errorf("a stale run wrote:\n%s", diff)
	}
}

// testScopes has a token without read:user: it writes once for each push, and
// nothing on a rerun, whoever else shows our marker.
func testScopes(t *testing.T, f *forge, bot, mallory account) {
	if status, body := f.send(t, bot, http.MethodGet, "/user", nil); status != http.StatusForbidden {
		t.Fatalf("the token may ask whose it is: status %d\n%s", status, body)
	}
	p := f.newPull(t, "scopes")
	p.say(mallory, "<!-- argoplan:v1 key=0123456789abcdef head=- run=- -->\nno changes")
	p.run(bot, "comment written: "+f.url)
	first := p.own(bot)
	p.say(mallory, first.Body)
	p.run(bot, "the comment is up to date")
	p.change(changedFile, fmt.Sprintf(changedText, 5))
	p.run(bot, "comment written")
	if got := p.own(bot); got.ID != first.ID || got.Body == first.Body {
		t.Errorf("want comment %d with another text, got %d:\n%s", first.ID, got.ID, got.Body)
	}
	second := p.own(bot)
	p.run(bot, "the comment is up to date")
	if diff := cmp.Diff(second, p.own(bot)); diff != "" {
		t.Errorf("a rerun wrote:\n%s", diff)
	}
	if got := p.comments(); len(got) != 3 {
		t.Errorf("want 3 comments, got %d: %v", len(got), got)
	}
}

// testTwoRuns starts the same step twice at a time, several times.
func testTwoRuns(t *testing.T, f *forge, bot account) {
	p := f.newPull(t, "two")
	for range 3 {
		var both sync.WaitGroup
		for i := range 2 {
			r := p.step(bot)
			r.env["INPUT_REPORT-DIR"] = fmt.Sprintf("report-%d", i) // they share a workspace
			both.Go(func() {
				if got := r.run(); got.status != 0 || strings.Contains(got.log, "::warning::") {
					t.Errorf("exit status %d\n%s", got.status, got.log)
				}
			})
		}
		both.Wait()
		c := p.own(bot)
		f.call(t, f.owner, http.MethodDelete, fmt.Sprintf("/repos/%s/issues/comments/%d", p.name, c.ID), nil, nil)
	}
}

// testRefused has comments that the forge doesn't take: a warning with a hint,
// the report and the verdict are as ever.
func testRefused(t *testing.T, f *forge, bot account) {
	p := f.newPull(t, "refused")
	reader := f.token(t, bot.name, "read:issue", "read:repository", "read:user")
	tests := []struct {
		name  string
		setup func()
		as    account
	}{
		{"token that may only read", func() {}, reader},
		{"token that nobody knows", func() {}, account{name: bot.name, token: strings.Repeat("0", 40)}},
		{"locked conversation", func() {
			f.call(t, f.owner, http.MethodPut, "/repos/"+p.name+"/issues/1/lock", map[string]any{"lock_reason": "spam"}, nil)
		}, bot},
		{"archived repository", func() {
			f.call(t, f.owner, http.MethodPatch, "/repos/"+p.name, map[string]any{"archived": true}, nil)
		}, f.owner},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.setup()
			r := p.step(tt.as)
			got := r.run()
			if got.status != 0 || !strings.Contains(got.log, "::warning::writing the comment") || !strings.Contains(got.log, "hint: ") {
				t.Errorf("exit status %d\n%s", got.status, got.log)
			}
			if summary := r.read("file_commands/summary"); !strings.Contains(summary, "1 of 1 Application") {
				t.Errorf("summary:\n%.200s", summary)
			}
			if outputs, err := parseOutputs(r.read("file_commands/output")); err != nil || outputs["changed"] != "true" || outputs["comment-url"] != "" {
				t.Errorf("outputs %v, %v", outputs, err)
			}
			wantNoCanary(t, r.sinks(got.log))
		})
	}
	if got := p.comments(); len(got) != 0 {
		t.Errorf("want no comment, got %v", got)
	}
}
