package githubtest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestWrongRequests sends what GitHub would not understand: the fake says so.
func TestWrongRequests(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ method, path, body, want string }{
		"not JSON":          {"POST", CommentsPath, "{", "request body"},
		"no body":           {"POST", CommentsPath, "{}", `property "body" is missing`},
		"body is a number":  {"PATCH", CommentPath(1), `{"body":1}`, "value must be a string"},
		"unknown method":    {"PUT", CommentsPath, "", "GitHub describes no PUT"},
		"unknown path":      {"GET", "/repos/octo/shop/issues", "", "GitHub describes no GET"},
		"unknown parameter": {"GET", CommentsPath + "?perPage=3", "", `no parameter "perPage"`},
		"page is a word":    {"GET", CommentsPath + "?page=two", "", "page"},
		"state is unknown":  {"GET", PullsPath + "?state=opened", "", "state"},
		"number is a word":  {"GET", "/repos/octo/shop/pulls/seven", "", "pull_number"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := Start()
			s.SeedComment(Bot, "x")
			send(t, test.method, s.URL()+test.path, test.body)
			if err := s.Close(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

// TestWrongAnswers has answers that GitHub would never give.
func TestWrongAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status     int
		body, want string
	}{
		"a field is missing": {201, `{"id":1,"body":"x"}`, "not as GitHub describes it"},
		"unknown status":     {204, "", "describes no such status"},
		"an error's form":    {401, `{"message":1}`, "GitHub's form"},
		"an error as text":   {500, "oops", "GitHub's form"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodPost, CommentsPath, nil)
			r.Header.Set("Content-Type", "application/json")
			x, err := asked(r, CommentsPath, []byte(`{"body":"x"}`))
			if err != nil {
				t.Fatal(err)
			}
			err = x.answered(test.status, http.Header{"Content-Type": {"application/json"}}, []byte(test.body))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

// TestPulls asks for pull requests in each way that there is.
func TestPulls(t *testing.T) {
	t.Parallel()
	s := New(t)
	fork := strings.Repeat("f", 40)
	s.SetPulls(Pull{Number: 7, Head: Head, HeadRef: "a", HeadRepo: "octo/shop", BaseRef: "main"},
		Pull{Number: 8, Head: fork, HeadRef: "b", HeadRepo: "-", BaseRef: "main"},
		Pull{Number: 9, State: "closed", Head: fork, HeadRef: "b", HeadRepo: "eve/shop", BaseRef: "main"})
	for path, want := range map[string][]int{
		PullsPath:                {7, 8},
		PullsPath + "?state=all": {7, 8, 9},
		"/repos/octo/shop/commits/" + fork + "/pulls": {8, 9},
		"/repos/octo/shop/pulls/9":                    {9},
	} {
		status, text, _ := send(t, "GET", s.URL()+path, "")
		for number := 7; number < 10; number++ {
			has := strings.Contains(text, `"number":`+string(rune('0'+number)))
			wanted := false
			for _, n := range want {
				wanted = wanted || n == number
			}
			if status != 200 || has != wanted {
				t.Errorf("%s: %d, pull request %d: %v, want %v", path, status, number, has, wanted)
			}
		}
	}
	s.UnlinkCommits()
	if _, text, _ := send(t, "GET", s.URL()+"/repos/octo/shop/commits/"+fork+"/pulls", ""); strings.TrimSpace(text) != "[]" {
		t.Errorf("got %s", text)
	}
}
