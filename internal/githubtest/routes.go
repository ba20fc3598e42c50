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

// serve logs a request, holds it against GitHub's description, and answers it.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	p := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/api/v3"), "/api/v1")
	if err != nil {
		err = fmt.Errorf("reading the body of %s %s: %w", r.Method, p, err)
	}
	x, wrong := asked(r, p, body)
	s.set(func() {
		s.requests = append(s.requests, Request{r.Method, p, r.URL.RawQuery, string(body), r.Header.Get("Authorization")})
		s.problem(err, wrong)
	})
	f := s.take(r.Method, p)
	if f != nil && f.Before != nil {
		f.Before()
	}
	switch {
	case f == nil || f.Pass:
		s.usual(w, r, p, body, x)
	case f.Store:
		s.usual(httptest.NewRecorder(), r, p, body, x)
		fallthrough
	default:
		f.answer(w)
	}
}

// usual gives the answer of GitHub in good health, held against the
// description, too.
func (s *Server) usual(w http.ResponseWriter, r *http.Request, p string, body []byte, x *exchange) {
	answer := httptest.NewRecorder()
	s.route(answer, r, p, body)
	if x != nil {
		wrong := x.answered(answer.Code, answer.Header(), answer.Body.Bytes())
		s.set(func() { s.problem(wrong) })
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // the client may be gone
}

// problem notes errors for Close.
func (s *Server) problem(errs ...error) {
	for _, err := range errs {
		if err != nil {
			s.problems = append(s.problems, err)
		}
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
	parts := strings.Split(strings.TrimPrefix(p, "/repos/"+Owner+"/"+Repo+"/"), "/")
	get := r.Method == http.MethodGet
	switch {
	case p == UserPath && get:
		s.user(w)
	case parts[0] == "collaborators" && len(parts) == 3 && get:
		s.permission(w, parts[1])
	case parts[0] == "pulls" && len(parts) == 1 && get:
		s.listPulls(w, r, func(q *Pull) bool { return r.URL.Query().Get("state") == "all" || q.State == "open" })
	case parts[0] == "commits" && len(parts) == 3 && get:
		s.listPulls(w, r, func(q *Pull) bool { return !s.unlinked && q.Head == parts[1] })
	case parts[0] == "pulls" && len(parts) == 2 && get:
		s.pull(w, parts[1])
	case parts[0] == "issues" && len(parts) == 3 && parts[1] == "comments":
		s.one(w, r.Method, parts[2], body)
	case parts[0] == "issues" && len(parts) == 3 && parts[2] == "comments":
		s.comment(w, r, parts[1], body)
	default:
		s.problem(fmt.Errorf("no route for %s %s", r.Method, p))
		refuse(w, http.StatusNotFound, "Not Found")
	}
}

// comment serves the comments of one pull request.
func (s *Server) comment(w http.ResponseWriter, r *http.Request, number string, body []byte) {
	i := slices.IndexFunc(s.pulls, func(p *Pull) bool { return strconv.Itoa(p.Number) == number })
	switch {
	case i < 0:
		refuse(w, http.StatusNotFound, "Not Found")
	case r.Method == http.MethodGet:
		var all []*Comment
		for _, c := range s.comments {
			if c.Number == s.pulls[i].Number {
				all = append(all, c)
			}
		}
		s.list(w, r, len(all), func(i int) any { return s.show(all[i]) })
	default:
		s.create(w, s.pulls[i].Number, body)
	}
}

// list serves pages as GitHub does: 30 entries each unless asked, at most 100,
// with a Link header while there is more.
func (s *Server) list(w http.ResponseWriter, r *http.Request, n int, show func(i int) any) {
	page, size := number(r, "page", 1), min(number(r, "per_page", 30), 100)
	from, to := (page-1)*size, page*size
	if s.plain {
		from, to = 0, n
	}
	from, to = min(from, n), min(to, n)
	if to < n && !s.plain {
		next := *r.URL
		query := next.Query()
		query.Set("page", strconv.Itoa(page+1))
		next.RawQuery = query.Encode()
		w.Header().Set("Link", fmt.Sprintf(`<%s%s>; rel="next"`, s.http.URL, next.String()))
	}
	all := []any{}
	for i := from; i < to; i++ {
		all = append(all, show(i))
	}
	reply(w, http.StatusOK, all)
}

func (s *Server) create(w http.ResponseWriter, number int, body []byte) {
	if text, ok := s.accept(w, body); ok {
		reply(w, http.StatusCreated, s.show(s.add(number, s.login, text)))
	}
}

// one serves a single comment, which its author may change, and who may write.
func (s *Server) one(w http.ResponseWriter, method, id string, body []byte) {
	i := slices.IndexFunc(s.comments, func(c *Comment) bool { return strconv.FormatInt(c.ID, 10) == id })
	switch {
	case i < 0:
		refuse(w, http.StatusNotFound, "Not Found")
	case method == http.MethodGet:
		reply(w, http.StatusOK, s.show(s.comments[i]))
	case s.denied || s.comments[i].Author != s.login && !s.mayEdit():
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
		invalid(w, "Validation Failed: body can't be blank")
	case s.maxBytes > 0 && len(in.Body) > s.maxBytes, s.maxRunes > 0 && utf8.RuneCountInString(in.Body) > s.maxRunes:
		invalid(w, "Body is too long (maximum is 65536 characters)")
	default:
		return in.Body, true
	}
	return "", false
}

func (s *Server) add(number int, author, body string) *Comment {
	c := &Comment{ID: s.nextID, Number: number, Author: author, Body: body}
	s.nextID++
	s.comments = append(s.comments, c)
	return c
}

func (s *Server) remove(id int64) {
	s.comments = slices.DeleteFunc(s.comments, func(c *Comment) bool { return c.ID == id })
}

func (s *Server) show(c *Comment) any {
	return sample("issue-comment", map[string]any{
		"id": c.ID, "body": c.Body, "user": sample("simple-user", map[string]any{"login": c.Author}),
		"html_url": fmt.Sprintf("https://github.com/%s/%s/pull/%d#issuecomment-%d", Owner, Repo, c.Number, c.ID),
	})
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

// invalid is GitHub's answer to a body that it can't store.
func invalid(w http.ResponseWriter, message string) {
	reply(w, http.StatusUnprocessableEntity, map[string]any{"message": message, "documentation_url": "https://docs.github.com/rest"})
}

func reply(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the client may be gone
}
