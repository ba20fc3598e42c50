package githubtest

import (
	"net/http"
	"path"
	"strconv"
)

// Response is one answer in place of the usual one.
type Response struct {
	Status int
	Header map[string]string
	Body   string
	// Before runs first, such as to delete a comment or to wait at a barrier.
	Before func()
	// Store does what the request asks for before the answer is given.
	Store bool
	// Pass gives the usual answer; Status, Header and Body don't matter.
	Pass bool
	// Drop closes the connection without an answer.
	Drop bool
}

type fault struct {
	method, pattern string
	response        Response
}

// Queue answers the next request that fits with response. The pattern is of
// path.Match; the first fault that fits is used, once. It also serves routes
// that the server doesn't have.
func (s *Server) Queue(method, pattern string, responses ...Response) {
	s.set(func() {
		for _, r := range responses {
			s.queue = append(s.queue, &fault{method, pattern, r})
		}
	})
}

// DeleteOnNext deletes the comment just before the next request of method to
// it is served.
func (s *Server) DeleteOnNext(method string, id int64) {
	s.Queue(method, CommentPath(id), Response{Pass: true, Before: func() { s.DeleteComment(id) }})
}

// The paths of the fake's routes.
const (
	UserPath     = "/user"
	PullsPath    = "/repos/" + Owner + "/" + Repo + "/pulls"
	PullPath     = "/repos/" + Owner + "/" + Repo + "/pulls/7"
	CommentsPath = "/repos/" + Owner + "/" + Repo + "/issues/7/comments"
)

// CommentPath is the path of one comment.
func CommentPath(id int64) string {
	return "/repos/" + Owner + "/" + Repo + "/issues/comments/" + strconv.FormatInt(id, 10)
}

// take gives the first fault that fits, and forgets it.
func (s *Server) take(method, p string) *Response {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.queue {
		if ok, err := path.Match(f.pattern, p); err == nil && ok && f.method == method {
			s.queue = append(s.queue[:i:i], s.queue[i+1:]...)
			return &f.response
		}
	}
	return nil
}

// answer writes a queued response.
func (f *Response) answer(w http.ResponseWriter) {
	if f.Drop {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = conn.Close() // closing is the answer
		}
		return
	}
	for k, v := range f.Header {
		w.Header().Set(k, v)
	}
	w.WriteHeader(f.Status)
	_, _ = w.Write([]byte(f.Body)) // the client may be gone
}
