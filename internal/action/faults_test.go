package action

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/argoplan/argoplan/internal/comment"
	"github.com/argoplan/argoplan/internal/githubtest"
)

// mishap is one thing that goes wrong while the comment is written. The rest of
// the delivery survives each, and the exit status is the verdict's.
type mishap struct {
	name    string
	arrange func(b *bench)
	// log is what the log must say; without it the comment gets written.
	log string
	// waits is a time that must have been slept, 0 for any.
	waits time.Duration
	// mutations are the requests that write, "" for any.
	mutations string
}

// bench is a finished run, and the fake that it publishes to.
type bench struct {
	*githubtest.Server
	t      *testing.T
	run    *comparison
	clock  *fakeClock
	ctx    context.Context
	stored int64 // a comment of an earlier run, if the fault made one
}

// queue answers the next requests of method to the comments' list.
func (b *bench) queue(method string, answers ...githubtest.Response) {
	b.Queue(method, githubtest.CommentsPath, answers...)
}

// earlier seeds what an earlier run wrote.
func (b *bench) earlier(head, run string) int64 {
	m := comment.Marker{Key: comment.Key("octo/shop", "ci", "diff", ""), Head: head, Run: run}
	b.stored = b.SeedComment(githubtest.Bot, m.String()+"\nold text")
	return b.stored
}

// fakeClock passes only in Sleep.
type fakeClock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.slept = append(c.slept, d)
	return ctx.Err()
}

// newBench stops just before the delivery.
func newBench(t *testing.T) (*bench, *bytes.Buffer) {
	t.Helper()
	dir := t.TempDir()
	var log bytes.Buffer
	b := &bench{Server: githubtest.New(t), t: t, ctx: t.Context(), clock: &fakeClock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}}
	env := environment{
		actions: true, eventName: "pull_request", repository: "octo/shop", apiURL: b.URL(), serverURL: "https://github.com", workspace: dir,
		workflow: "ci", job: "diff", runID: 42, runAttempt: 1, output: filepath.Join(dir, "output"), summary: filepath.Join(dir, "summary"),
	}
	in := inputs{publish: "auto", failOn: "none", token: "t0k3n", publishWait: 2 * time.Minute, reportDir: "report", commentBytes: comment.DefaultBudget}
	b.run = &comparison{env: env, in: in, log: newLogger(env, &log, false), report: honest(), event: pullRequestEvent(),
		plan: plan{pullRequest: 7}, api: comment.ClientOptions{Now: b.clock.Now, Sleep: b.clock.Sleep}}
	b.run.event.PullRequest.Head.SHA = githubtest.Head
	b.run.event.PullRequest.Head.Repo.FullName, b.run.event.Repository.FullName = "octo/shop", "octo/shop"
	return b, &log
}

// TestPublishFaults is the table of what GitHub and the network may do.
func TestPublishFaults(t *testing.T) {
	t.Parallel()
	for _, f := range publishFaults() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			b, log := newBench(t)
			f.arrange(b)
			if status := b.run.deliver(b.ctx, t.Output()); status != exitDone {
				t.Errorf("exit status %d, want the verdict's, 0", status)
			}
			f.check(b, log.String())
			// Nothing is lost, and nobody learns the token.
			for _, name := range []string{"summary", "output", "report/report.json", "report/report.md", "report/report.html"} {
				if info, err := os.Stat(filepath.Join(b.run.env.workspace, name)); err != nil || info.Size() == 0 {
					t.Errorf("%s wasn't written: %v", name, err)
				}
			}
			if strings.Contains(log.String(), "t0k3n") || strings.Contains(log.String(), "panic") {
				t.Errorf("the log says\n%s", log)
			}
		})
	}
}

// check looks at the comment, the log and what was sent.
func (f mishap) check(b *bench, log string) {
	b.t.Helper()
	ours := 0
	for _, c := range b.Comments() {
		if strings.Contains(c.Body, "1 of 1 Application change") {
			ours++
		}
	}
	switch {
	case f.log == "" && (ours != 1 || strings.Contains(log, "::warning")):
		b.t.Errorf("%d comments, want 1\n%s", ours, log)
	case f.log != "" && (ours > 1 || !strings.Contains(log, f.log)):
		b.t.Errorf("%d comments; want %q in\n%s", ours, f.log, log)
	}
	if strings.Contains(f.log, "::warning") && !strings.Contains(log, "hint: ") && !strings.Contains(log, "refused") {
		b.t.Errorf("no hint in\n%s", log)
	}
	if f.waits > 0 && !slices.Contains(b.clock.slept, f.waits) {
		b.t.Errorf("slept %v, want %v", b.clock.slept, f.waits)
	}
	var methods []string
	for _, m := range b.Mutations() {
		methods = append(methods, m.Method)
	}
	if got := strings.Join(methods, " "); f.mutations != "" && got != f.mutations {
		b.t.Errorf("sent %s, want %s", got, f.mutations)
	}
}
