// Package githubtest is an in-process fake of the part of GitHub's REST API
// that argoplan uses: one pull request of one repository and its comments. It
// is for tests. A request that it doesn't know, and a fault that was queued
// and not used, fail the test.
package githubtest

import (
	"errors"
	"fmt"
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
	head     string
	login    string
	knowsMe  bool
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

// Comment is a comment on the pull request.
type Comment struct {
	ID     int64
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
	s := &Server{head: Head, login: Bot, maxBytes: 262_144, nextID: 1}
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
func (s *Server) SetHead(sha string) { s.set(func() { s.head = sha }) }

// SetUser makes login the author of what the token writes. If the token may
// ask who it is, GET /user gives login; else, as for GITHUB_TOKEN, 403.
func (s *Server) SetUser(login string, mayAsk bool) {
	s.set(func() { s.login, s.knowsMe = login, mayAsk })
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
	return s.add(author, body).ID
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
