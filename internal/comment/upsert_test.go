package comment

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/githubtest"
)

// clock is a time that passes only in Sleep.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func newClock() *clock { return &clock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.slept = append(c.slept, d)
	return ctx.Err()
}

func request(text string) Request {
	m := Marker{Key: Key("octo/shop", "ci", "plan", ""), Head: githubtest.Head, Run: "42.1"}
	return Request{Owner: githubtest.Owner, Repo: githubtest.Repo, Number: githubtest.Number, Marker: m,
		Body: func(budget int) string {
			return m.String() + "\n" + text[:min(len(text), budget-200)] + "\n\n[Workflow run](https://github.com/r/" + m.Run + ")\n"
		}}
}

func upsertOnce(t *testing.T, s *githubtest.Server, q Request) (Result, error) {
	t.Helper()
	c := newClock()
	api, err := NewClient(ClientOptions{BaseURL: s.URL(), Token: "good", Now: c.Now, Sleep: c.Sleep})
	if err != nil {
		t.Fatal(err)
	}
	return Upsert(t.Context(), api, q)
}

// wantOne fails unless exactly one comment of the bot has our key, and text.
func wantOne(t *testing.T, s *githubtest.Server, q Request, text string) {
	t.Helper()
	var found []string
	for _, c := range s.Comments() {
		if m, ok := ParseMarker(c.Body); ok && m.Key == q.Marker.Key && c.Author != "mallory" {
			found = append(found, c.Body)
		}
	}
	if len(found) != 1 || !strings.Contains(found[0], text) {
		t.Errorf("got %d comments, want one with %q: %q", len(found), text, found)
	}
}

func TestUpsert(t *testing.T) {
	t.Parallel()
	q := request("new text")
	old := q
	old.Marker.Run, old.Marker.Head = "41.1", strings.Repeat("0", 40)
	oldBody := old.Marker.String() + "\nold text\n"
	sameBody := strings.Replace(strings.ReplaceAll(q.Body(DefaultBudget), "42.1", "41.3"), "\n", "\r\n", 1)
	other := q.Marker
	other.Key = Key("octo/shop", "ci", "plan", "b")
	bot := githubtest.Bot
	tests := []struct {
		name      string
		seed      func(*githubtest.Server)
		mutations string // methods, in order
		wrote     bool
	}{
		{"none", func(*githubtest.Server) {}, "POST", true},
		{"identical but for the run", func(s *githubtest.Server) { s.SeedComment(bot, sameBody) }, "", false},
		{"other text", func(s *githubtest.Server) { s.SeedComment(bot, oldBody) }, "PATCH", true},
		{"duplicates", func(s *githubtest.Server) {
			s.SeedComment(bot, oldBody)
			s.SeedComment("octo", "chat")
			s.SeedComment(bot, oldBody)
			s.SeedComment(bot, oldBody)
		}, "PATCH DELETE DELETE", true},
		{"duplicates of an identical one", func(s *githubtest.Server) {
			s.SeedComment(bot, sameBody)
			s.SeedComment(bot, oldBody)
		}, "DELETE", true},
		{"deleted before the update", func(s *githubtest.Server) {
			s.DeleteOnNext("PATCH", s.SeedComment(bot, oldBody))
		}, "PATCH POST", true},
		{"gone before the update", func(s *githubtest.Server) {
			id := s.SeedComment(bot, oldBody)
			s.Queue("PATCH", githubtest.CommentPath(id), githubtest.Response{Status: 410, Before: func() { s.DeleteComment(id) }})
		}, "PATCH POST", true},
		{"marker copied by someone", func(s *githubtest.Server) { s.SeedComment("mallory", sameBody) }, "POST", true},
		{"marker quoted by us", func(s *githubtest.Server) { s.SeedComment(bot, "> "+oldBody+oldBody) }, "POST", true},
		{"another key", func(s *githubtest.Server) { s.SeedComment(bot, other.String()+"\nx") }, "POST", true},
		{"empty comment", func(s *githubtest.Server) { s.SeedComment(bot, "") }, "POST", true},
		{"on page three", func(s *githubtest.Server) {
			for i := range 250 {
				s.SeedComment("octo", fmt.Sprint(i))
			}
			s.SeedComment(bot, oldBody)
		}, "PATCH", true},
		{"Gitea", func(s *githubtest.Server) {
			s.IgnorePaging()
			s.SetUser("ci", true)
			s.SeedComment("ci", oldBody)
			for i := range 120 {
				s.SeedComment("octo", fmt.Sprint(i))
			}
		}, "PATCH", true},
		{"App token that learns its name", func(s *githubtest.Server) {
			s.SetUser("my-app[bot]", false)
			s.SeedComment("my-app[bot]", oldBody)
		}, "POST PATCH DELETE", true},
		{"stored, but the answer was 502", func(s *githubtest.Server) {
			s.Queue("POST", githubtest.CommentsPath, githubtest.Response{Status: 502, Store: true})
		}, "POST", true},
		{"stored, but the connection broke", func(s *githubtest.Server) {
			s.Queue("POST", githubtest.CommentsPath, githubtest.Response{Drop: true, Store: true})
		}, "POST", true},
		{"stored, but the answer was empty", func(s *githubtest.Server) {
			s.Queue("POST", githubtest.CommentsPath, githubtest.Response{Status: 201, Store: true})
		}, "POST", true},
		{"not stored, 502", func(s *githubtest.Server) {
			s.Queue("POST", githubtest.CommentsPath, githubtest.Response{Status: 502})
		}, "POST POST", true},
		{"the pull request can't be read", func(s *githubtest.Server) {
			s.Queue("GET", githubtest.PullPath, githubtest.Response{Status: 403, Body: `{"message":"no"}`})
		}, "POST", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := githubtest.New(t)
			tt.seed(s)
			got, err := upsertOnce(t, s, q)
			if err != nil {
				t.Fatal(err)
			}
			var methods []string
			for _, m := range s.Mutations() {
				methods = append(methods, m.Method)
			}
			if m := strings.Join(methods, " "); m != tt.mutations || got.Wrote != tt.wrote {
				t.Errorf("mutations %q, wrote %v; want %q, %v", m, got.Wrote, tt.mutations, tt.wrote)
			}
			wantOne(t, s, q, "new text")
			if !strings.Contains(got.URL, "#issuecomment-") {
				t.Errorf("URL %q", got.URL)
			}
			before := len(s.Mutations())
			if again, err := upsertOnce(t, s, q); err != nil || again.Wrote && tt.name != "App token that learns its name" {
				t.Errorf("again: %+v, %v", again, err)
			}
			if n := len(s.Mutations()) - before; n != 0 && tt.name != "App token that learns its name" {
				t.Errorf("a second run made %d mutations", n)
			}
		})
	}
}

func TestKnownAuthor(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	s.SetUser("my-app[bot]", false)
	q := request("new text")
	q.Author = "my-app[bot]"
	s.SeedComment(q.Author, q.Marker.String()+"\nold text")
	for _, want := range []int{1, 1} {
		if _, err := upsertOnce(t, s, q); err != nil || len(s.Mutations()) != want {
			t.Errorf("%d mutations, want %d; %v", len(s.Mutations()), want, err)
		}
	}
	wantOne(t, s, q, "new text")
}

func TestForeignMarkerIsNoted(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	q := request("x")
	s.SeedComment("mallory", q.Marker.String())
	got, err := upsertOnce(t, s, q)
	if err != nil || len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "mallory") {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestStale(t *testing.T) {
	t.Parallel()
	q := request("old news")
	newer := q.Marker
	newer.Run = "42.2"
	tests := []struct {
		name string
		seed func(*githubtest.Server)
		want bool // skipped
	}{
		{"head moved on", func(s *githubtest.Server) { s.SetHead(strings.Repeat("f", 40)) }, true},
		{"newer attempt wrote", func(s *githubtest.Server) { s.SeedComment(githubtest.Bot, newer.String()+"\nnews") }, true},
		{"older run wrote", func(s *githubtest.Server) {
			s.SeedComment(githubtest.Bot, strings.Replace(newer.String(), "42.2", "9.9", 1)+"\nnews")
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := githubtest.New(t)
			tt.seed(s)
			got, err := upsertOnce(t, s, q)
			if err != nil || got.Wrote == tt.want || (len(got.Notes) > 0) != tt.want {
				t.Errorf("got %+v, %v", got, err)
			}
			if n := len(s.Mutations()); (n == 0) != tt.want {
				t.Errorf("%d mutations", n)
			}
		})
	}
}

func TestTwoRunsAtOnce(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"GET", "POST"} {
		t.Run("after both "+path, func(t *testing.T) {
			t.Parallel()
			s := githubtest.New(t)
			var barrier, runs sync.WaitGroup
			barrier.Add(2)
			meet := githubtest.Response{Pass: true, Before: func() { barrier.Done(); barrier.Wait() }}
			s.Queue(path, githubtest.CommentsPath, meet, meet)
			for range 2 {
				runs.Go(func() {
					if _, err := upsertOnce(t, s, request("text")); err != nil {
						t.Error(err)
					}
				})
			}
			runs.Wait()
			wantOne(t, s, request(""), "text")
		})
	}
}

func TestTooLong(t *testing.T) {
	t.Parallel()
	q := request(strings.Repeat("ä", 60_000))
	tests := []struct {
		name         string
		bytes, runes int
		want         int // most bytes stored
	}{
		{"fits", 65_000, 0, 65_000},
		{"half", 40_000, 0, 32_500},
		{"characters", 0, 20_000, 32_500},
		{"summary", 1_000, 0, 1_000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := githubtest.New(t)
			s.LimitBody(tt.bytes, tt.runes)
			if _, err := upsertOnce(t, s, q); err != nil {
				t.Fatal(err)
			}
			if n := len(s.Comments()[0].Body); n > tt.want || n < tt.want-250 {
				t.Errorf("stored %d bytes, want about %d", n, tt.want)
			}
			before := len(s.Mutations())
			if _, err := upsertOnce(t, s, q); err != nil || len(s.Mutations()) != before {
				t.Errorf("a second run wrote again: %v", err)
			}
		})
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	post := func(status int, body string) func(*githubtest.Server) {
		return func(s *githubtest.Server) {
			s.Queue("POST", githubtest.CommentsPath, githubtest.Response{Status: status, Body: body})
		}
	}
	tests := []struct {
		name  string
		seed  func(*githubtest.Server)
		cause Cause
		hint  string
	}{
		{"read-only token", func(s *githubtest.Server) { s.DenyWrites() }, NoPermission, "pull-requests: write"},
		{"bad token", func(s *githubtest.Server) { s.SetToken("better") }, BadToken, "token"},
		{"locked", post(403, `{"message":"Unable to create comment because issue is locked."}`), Locked, "unlock"},
		{"archived", post(403, `{"message":"Repository was archived so is read-only."}`), Locked, "archived"},
		{"archived on Gitea", post(423, ``), Locked, "archived"},
		{"deleted", post(410, `{}`), Gone, "pull request exists"},
		{"cap", post(403, `{"message":"Commenting is disabled on issues with more than 2500 comments"}`), Refused, ""},
		{"other 422", post(422, `{"message":"Validation Failed"}`), Refused, ""},
		{"always broken", func(s *githubtest.Server) {
			r := githubtest.Response{Status: 503, Body: "<html>"}
			s.Queue("POST", githubtest.CommentsPath, r, r, r)
		}, Refused, ""},
		{"HTML for a list", func(s *githubtest.Server) {
			s.Queue("GET", githubtest.CommentsPath, githubtest.Response{Status: 200, Body: "<html>"})
		}, Refused, ""},
		{"truncated JSON", func(s *githubtest.Server) {
			s.Queue("GET", githubtest.CommentsPath, githubtest.Response{Status: 200, Body: `[{"id":`})
		}, Refused, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := githubtest.New(t)
			tt.seed(s)
			got, err := upsertOnce(t, s, request("x"))
			var p *Problem
			if !errors.As(err, &p) || p.Cause != tt.cause {
				t.Fatalf("got %v, want a problem with cause %q", err, tt.cause)
			}
			if hint := fault.HintOf(err); !strings.Contains(hint, tt.hint) || (hint == "") != (tt.hint == "") {
				t.Errorf("hint %q, want %q in it", hint, tt.hint)
			}
			if got.Wrote || strings.Contains(err.Error(), "good") {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}
