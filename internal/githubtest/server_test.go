package githubtest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

func send(t *testing.T, method, url, body string) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error(), nil
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text), resp.Header
}

func TestCommentLives(t *testing.T) {
	t.Parallel()
	s := New(t)
	steps := []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"POST", CommentsPath, `{"body":"one"}`, 201, `"id":1`},
		{"GET", CommentsPath, "", 200, `"body":"one"`},
		{"PATCH", CommentPath(1), `{"body":"two"}`, 200, `"body":"two"`},
		{"GET", "/api/v3" + CommentPath(1), "", 200, Bot},
		{"GET", "/api/v1" + PullPath, "", 200, Head},
		{"POST", CommentsPath, `{"body":""}`, 422, "blank"},
		{"DELETE", CommentPath(1), "", 204, ""},
		{"DELETE", CommentPath(1), "", 404, "Not Found"},
		{"GET", UserPath, "", 403, "not accessible"},
	}
	for _, st := range steps {
		status, text, _ := send(t, st.method, s.URL()+st.path, st.body)
		if status != st.status || !strings.Contains(text, st.want) {
			t.Errorf("%s %s: got %d %s, want %d with %s", st.method, st.path, status, text, st.status, st.want)
		}
	}
	if got := len(s.Mutations()); got != 5 {
		t.Errorf("%d mutations, want 5", got)
	}
	if got := s.Requests()[0]; got.Method != "POST" || got.Body != `{"body":"one"}` {
		t.Errorf("first request is %+v", got)
	}
}

func TestPagesAreLinked(t *testing.T) {
	t.Parallel()
	s := New(t)
	for i := range 5 {
		s.SeedComment("octo", fmt.Sprint("c", i))
	}
	_, text, header := send(t, "GET", s.URL()+CommentsPath+"?per_page=2&page=2", "")
	if !strings.Contains(text, "c2") || strings.Contains(text, "c4") || !strings.Contains(header.Get("Link"), "page=3&") {
		t.Errorf("got %s, Link %s", text, header.Get("Link"))
	}
	_, _, header = send(t, "GET", s.URL()+CommentsPath+"?per_page=2&page=3", "")
	if header.Get("Link") != "" {
		t.Errorf("the last page links to %s", header.Get("Link"))
	}
	s.IgnorePaging()
	_, text, header = send(t, "GET", s.URL()+CommentsPath+"?per_page=2&page=9", "")
	if !strings.Contains(text, "c0") || !strings.Contains(text, "c4") || header.Get("Link") != "" {
		t.Errorf("without paging: got %s", text)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := New(t)
	foreign := s.SeedComment("octo", "mine")
	if status, _, _ := send(t, "PATCH", s.URL()+CommentPath(foreign), `{"body":"x"}`); status != 403 {
		t.Errorf("a foreign comment was changed: %d", status)
	}
	s.LimitBody(10, 3)
	if status, _, _ := send(t, "POST", s.URL()+CommentsPath, `{"body":"äöüß"}`); status != 422 {
		t.Errorf("4 characters of 3: %d", status)
	}
	s.DenyWrites()
	if status, _, _ := send(t, "POST", s.URL()+CommentsPath, `{"body":"x"}`); status != 403 {
		t.Errorf("read-only token: %d", status)
	}
	s.SetToken("good")
	if status, _, _ := send(t, "GET", s.URL()+PullPath, ""); status != 401 {
		t.Errorf("no token: %d", status)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	s := New(t)
	s.Queue("POST", CommentsPath, Response{Status: 502, Store: true, Header: map[string]string{"Retry-After": "2"}}, Response{Drop: true, Store: true})
	if status, _, header := send(t, "POST", s.URL()+CommentsPath, `{"body":"a"}`); status != 502 || header.Get("Retry-After") != "2" {
		t.Errorf("got %d %v", status, header)
	}
	if status, text, _ := send(t, "POST", s.URL()+CommentsPath, `{"body":"b"}`); status != 0 {
		t.Errorf("got %d %s, want no answer", status, text)
	}
	if got := s.Comments(); len(got) != 2 || got[1].Body != "b" {
		t.Errorf("stored %v", got)
	}
	s.DeleteOnNext("PATCH", 1)
	if status, _, _ := send(t, "PATCH", s.URL()+CommentPath(1), `{"body":"c"}`); status != 404 {
		t.Errorf("got %d, want 404", status)
	}
}

func TestCloseReports(t *testing.T) {
	t.Parallel()
	s := Start()
	send(t, "GET", s.URL()+"/rate_limit", "")
	s.Queue("GET", "/repos/*/*/pulls", Response{Status: 200})
	err := s.Close()
	for _, want := range []string{"no route for GET /rate_limit", "queued and not used: GET /repos/*/*/pulls"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	if err := Start().Close(); err != nil {
		t.Errorf("an unused server reports %v", err)
	}
}
