// Package githubtest is an in-process fake of the part of GitHub's REST API
// that argoplan uses: the pull requests of one repository and their comments. It
// is for tests. What fails the test: a request or an answer that is not as
// GitHub's own OpenAPI description has it, a request that the fake doesn't know,
// and a fault that was queued and not used.
package githubtest

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// The pull request that a new Server has.
const (
	Owner  = "octo"
	Repo   = "shop"
	Number = 7
	Head   = "deadbee0deadbee0deadbee0deadbee0deadbee0"
	Bot    = "github-actions[bot]"
)

// Server is the fake. Its methods may be called while it serves.
type Server struct {
	http *httptest.Server

	mu       sync.Mutex
	pulls    []*Pull
	unlinked bool // commits don't name their pull requests
	login    string
	knowsMe  bool
	levels   map[string]string // as Gitea: what users may do
	token    string
	denied   bool
	plain    bool // no paging, as Gitea
	maxBytes int
	maxRunes int
	nextID   int64
	comments []*Comment
	requests []Request
	queue    []*fault
	problems []error
}

// Pull is a pull request.
type Pull struct {
	Number   int
	State    string // "open" if empty
	Head     string // SHA
	HeadRef  string
	HeadRepo string // owner/name; "-" if it was deleted
	BaseRef  string
}

// Comment is a comment on a pull request.
type Comment struct {
	ID     int64
	Number int // the pull request's
	Author string
	Body   string
}

// Request is a request as it was received.
type Request struct {
	Method string
	Path   string // without query
	Query  string
	Body   string
	// Authorization is the header, to see which token went where.
	Authorization string
}

// New starts a server that ends with t and reports to it.
func New(t testing.TB) *Server {
	t.Helper()
	s := Start()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("fake GitHub: %v", err)
		}
	})
	return s
}

// Start starts a server for callers without a testing.TB, such as a script's
// setup. They must check what Close gives.
func Start() *Server {
	s := &Server{login: Bot, maxBytes: 262_144, nextID: 1,
		pulls: []*Pull{{Number: Number, State: "open", Head: Head, HeadRef: "feature", HeadRepo: Owner + "/" + Repo, BaseRef: "main"}}}
	s.http = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// Close stops the server. Its error names the requests that the server didn't
// know and the faults that were not used.
func (s *Server) Close() error {
	s.http.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	problems := s.problems
	for _, f := range s.queue {
		problems = append(problems, fmt.Errorf("queued and not used: %s %s", f.method, f.pattern))
	}
	s.queue, s.problems = nil, nil
	return errors.Join(problems...)
}

// URL is what GITHUB_API_URL holds: no slash at its end. Paths may also begin
// with /api/v3, as on GitHub Enterprise Server, or /api/v1, as on Gitea.
func (s *Server) URL() string { return s.http.URL }

// SetHead moves the head of the pull request.
func (s *Server) SetHead(sha string) { s.set(func() { s.pulls[0].Head = sha }) }

// SetPulls replaces all pull requests.
func (s *Server) SetPulls(pulls ...Pull) {
	s.set(func() {
		s.pulls = nil
		for _, p := range pulls {
			if p.State == "" {
				p.State = "open"
			}
			s.pulls = append(s.pulls, &p)
		}
	})
}

// UnlinkCommits makes commits name no pull requests, as GitHub does for most
// commits of a fork.
func (s *Server) UnlinkCommits() { s.set(func() { s.unlinked = true }) }

// SetUser makes login the author of what the token writes. If the token may
// ask who it is, GET /user gives login; else, as for GITHUB_TOKEN, 403.
func (s *Server) SetUser(login string, mayAsk bool) {
	s.set(func() { s.login, s.knowsMe = login, mayAsk })
}

// LimitToken makes the server treat the token as Gitea does one without read:user:
// GET /user gives 403, and a permission is told only to the user whose it is, and
// to an administrator. levels has what users may do, such as "write" or "admin";
// anybody else may "read".
func (s *Server) LimitToken(levels map[string]string) {
	s.set(func() {
		s.knowsMe, s.levels = false, map[string]string{}
		maps.Copy(s.levels, levels)
	})
}

// SetToken refuses every other token with 401. "" takes any.
func (s *Server) SetToken(token string) { s.set(func() { s.token = token }) }

// DenyWrites answers mutations as for a read-only token.
func (s *Server) DenyWrites() { s.set(func() { s.denied = true }) }

// IgnorePaging gives all comments for every page, without a Link header.
func (s *Server) IgnorePaging() { s.set(func() { s.plain = true }) }

// LimitBody refuses a body of more bytes, or more characters, with 422. Zero
// is no limit; a new Server takes 262,144 bytes.
func (s *Server) LimitBody(bytes, runes int) { s.set(func() { s.maxBytes, s.maxRunes = bytes, runes }) }

// SeedComment adds a comment without a request, and gives its ID.
func (s *Server) SeedComment(author, body string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.add(Number, author, body).ID
}

// DeleteComment removes a comment without a request.
func (s *Server) DeleteComment(id int64) { s.set(func() { s.remove(id) }) }

// Comments gives a copy of the comments, oldest first.
func (s *Server) Comments() []Comment {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Comment
	for _, c := range s.comments {
		all = append(all, *c)
	}
	return all
}

// Requests gives all requests received, in order.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Mutations gives the requests that are not a GET.
func (s *Server) Mutations() []Request {
	var all []Request
	for _, r := range s.Requests() {
		if r.Method != http.MethodGet {
			all = append(all, r)
		}
	}
	return all
}

func (s *Server) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}
