package githubtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// serve logs a request and answers it.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	p := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/api/v3"), "/api/v1")
	s.set(func() {
		if err != nil {
			s.problems = append(s.problems, fmt.Errorf("reading the body of %s %s: %w", r.Method, p, err))
		}
		s.requests = append(s.requests, Request{r.Method, p, r.URL.RawQuery, string(body), r.Header.Get("Authorization")})
	})
	f := s.take(r.Method, p)
	if f != nil && f.Before != nil {
		f.Before()
	}
	switch {
	case f == nil || f.Pass:
		s.route(w, r, p, body)
	case f.Store:
		s.route(httptest.NewRecorder(), r, p, body)
		fallthrough
	default:
		f.answer(w)
	}
}

// route finds what p means. Everything after it runs under the lock.
func (s *Server) route(w http.ResponseWriter, r *http.Request, p string, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != "" && r.Header.Get("Authorization") != "Bearer "+s.token {
		refuse(w, http.StatusUnauthorized, "Bad credentials")
		return
	}
	comment, one := strings.CutPrefix(p, strings.TrimSuffix(CommentPath(0), "0"))
	switch {
	case p == UserPath && r.Method == http.MethodGet:
		s.user(w)
	case p == PullPath && r.Method == http.MethodGet:
		reply(w, http.StatusOK, map[string]any{"number": Number, "state": "open", "head": map[string]any{"sha": s.head}})
	case p == CommentsPath && r.Method == http.MethodGet:
		s.list(w, r)
	case p == CommentsPath && r.Method == http.MethodPost:
		s.create(w, body)
	case one && slices.Contains([]string{http.MethodGet, http.MethodPatch, http.MethodDelete}, r.Method):
		s.one(w, r.Method, comment, body)
	default:
		s.problems = append(s.problems, fmt.Errorf("no route for %s %s", r.Method, p))
		refuse(w, http.StatusNotFound, "Not Found")
	}
}

func (s *Server) user(w http.ResponseWriter) {
	if !s.knowsMe {
		refuse(w, http.StatusForbidden, "Resource not accessible by integration")
		return
	}
	reply(w, http.StatusOK, map[string]any{"login": s.login})
}

// list serves pages as GitHub does: 30 comments each unless asked, at most
// 100, with a Link header while there is more.
func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	page, size := number(r, "page", 1), min(number(r, "per_page", 30), 100)
	from, to := (page-1)*size, page*size
	if s.plain {
		from, to = 0, len(s.comments)
	}
	from, to = min(from, len(s.comments)), min(to, len(s.comments))
	if to < len(s.comments) && !s.plain {
		w.Header().Set("Link", fmt.Sprintf(`<%s%s?per_page=%d&page=%d>; rel="next"`, s.http.URL, CommentsPath, size, page+1))
	}
	all := []any{}
	for _, c := range s.comments[from:to] {
		all = append(all, s.show(c))
	}
	reply(w, http.StatusOK, all)
}

func (s *Server) create(w http.ResponseWriter, body []byte) {
	if text, ok := s.accept(w, body); ok {
		reply(w, http.StatusCreated, s.show(s.add(s.login, text)))
	}
}

// one serves a single comment, which only its author may change.
func (s *Server) one(w http.ResponseWriter, method, id string, body []byte) {
	i := slices.IndexFunc(s.comments, func(c *Comment) bool { return strconv.FormatInt(c.ID, 10) == id })
	switch {
	case i < 0:
		refuse(w, http.StatusNotFound, "Not Found")
	case method == http.MethodGet:
		reply(w, http.StatusOK, s.show(s.comments[i]))
	case s.denied || s.comments[i].Author != s.login:
		refuse(w, http.StatusForbidden, "Resource not accessible by integration")
	case method == http.MethodDelete:
		s.remove(s.comments[i].ID)
		w.WriteHeader(http.StatusNoContent)
	default:
		if text, ok := s.accept(w, body); ok {
			s.comments[i].Body = text
			reply(w, http.StatusOK, s.show(s.comments[i]))
		}
	}
}

// accept reads the text of a comment, or answers why not.
func (s *Server) accept(w http.ResponseWriter, body []byte) (string, bool) {
	var in struct{ Body string }
	switch err := json.Unmarshal(body, &in); {
	case s.denied:
		refuse(w, http.StatusForbidden, "Resource not accessible by integration")
	case err != nil:
		refuse(w, http.StatusBadRequest, "Problems parsing JSON")
	case in.Body == "":
		refuse(w, http.StatusUnprocessableEntity, "Validation Failed: body can't be blank")
	case s.maxBytes > 0 && len(in.Body) > s.maxBytes, s.maxRunes > 0 && utf8.RuneCountInString(in.Body) > s.maxRunes:
		refuse(w, http.StatusUnprocessableEntity, "Body is too long (maximum is 65536 characters)")
	default:
		return in.Body, true
	}
	return "", false
}

func (s *Server) add(author, body string) *Comment {
	c := &Comment{ID: s.nextID, Author: author, Body: body}
	s.nextID++
	s.comments = append(s.comments, c)
	return c
}

func (s *Server) remove(id int64) {
	s.comments = slices.DeleteFunc(s.comments, func(c *Comment) bool { return c.ID == id })
}

func (s *Server) show(c *Comment) any {
	return map[string]any{"id": c.ID, "body": c.Body, "user": map[string]any{"login": c.Author},
		"html_url": fmt.Sprintf("https://github.com/%s/%s/pull/%d#issuecomment-%d", Owner, Repo, Number, c.ID)}
}

func number(r *http.Request, name string, otherwise int) int {
	if n, err := strconv.Atoi(r.URL.Query().Get(name)); err == nil && n > 0 {
		return n
	}
	return otherwise
}

func refuse(w http.ResponseWriter, status int, message string) {
	reply(w, status, map[string]any{"message": message})
}

func reply(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the client may be gone
}
