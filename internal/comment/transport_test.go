package comment

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/argoplan/argoplan/internal/githubtest"
)

func TestRateLimits(t *testing.T) {
	t.Parallel()
	start := newClock().Now()
	header := func(kv ...string) map[string]string {
		h := map[string]string{}
		for i := 0; i < len(kv); i += 2 {
			h[kv[i]] = kv[i+1]
		}
		return h
	}
	reset := func(d time.Duration) map[string]string {
		return header("X-RateLimit-Remaining", "0", "X-RateLimit-Reset", strconv.FormatInt(start.Add(d).Unix(), 10))
	}
	const secondary = `{"message":"You have exceeded a secondary rate limit. Please wait."}`
	tests := []struct {
		name   string
		status int
		header map[string]string
		body   string
		wait   time.Duration // 0: gives up
	}{
		{"429 seconds", 429, header("Retry-After", "2"), "", 2 * time.Second},
		{"429 date", 429, header("Retry-After", start.Add(30*time.Second).Format(http.TimeFormat)), "", 30 * time.Second},
		{"429 negative", 429, header("Retry-After", "-5"), "", time.Minute},
		{"429 nonsense", 429, header("Retry-After", "soon"), "", time.Minute},
		{"429 no header", 429, nil, "", time.Minute},
		{"429 far too long", 429, header("Retry-After", "1000000000"), "", 0},
		{"429 longer than a Duration", 429, header("Retry-After", "9223372036854775807"), "", 0},
		{"403 primary soon", 403, reset(30 * time.Second), "", 31 * time.Second},
		{"403 primary late", 403, reset(time.Hour), "", 0},
		{"403 primary past", 403, reset(-time.Hour), "", time.Second},
		{"403 secondary", 403, nil, secondary, time.Minute},
		{"403 secondary with time", 403, header("Retry-After", "7"), secondary, 7 * time.Second},
	}
	for _, tt := range tests {
		for _, method := range []string{"GET", "POST"} {
			t.Run(tt.name+" "+method, func(t *testing.T) {
				t.Parallel()
				s, c := githubtest.New(t), newClock()
				s.Queue(method, githubtest.CommentsPath, githubtest.Response{Status: tt.status, Header: tt.header, Body: tt.body})
				api, err := NewClient(ClientOptions{BaseURL: s.URL(), Now: c.Now, Sleep: c.Sleep})
				if err != nil {
					t.Fatal(err)
				}
				_, err = Upsert(t.Context(), api, request("x"))
				if tt.wait == 0 {
					var p *Problem
					if !errors.As(err, &p) || p.Cause != GaveUp || len(s.Comments()) != 0 {
						t.Errorf("got %v, want to give up", err)
					}
					return
				}
				if err != nil || !slices.Contains(c.slept, tt.wait) {
					t.Errorf("got %v after sleeping %v, want %v", err, c.slept, tt.wait)
				}
				wantOne(t, s, request("x"), "x")
			})
		}
	}
}

func TestGivesUpWhenLimitedForever(t *testing.T) {
	t.Parallel()
	s, c := githubtest.New(t), newClock()
	r := githubtest.Response{Status: 429}
	s.Queue("GET", githubtest.UserPath, r, r) // 60 s, then 120 s more is too late
	api, err := NewClient(ClientOptions{BaseURL: s.URL(), Now: c.Now, Sleep: c.Sleep})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Upsert(t.Context(), api, request("x"))
	var p *Problem
	if !errors.As(err, &p) || p.Cause != GaveUp {
		t.Errorf("got %v", err)
	}
}

func TestServerErrorsAreRetried(t *testing.T) {
	t.Parallel()
	for _, status := range []int{500, 502, 503, 504} {
		for _, times := range []int{1, attempts} {
			t.Run(fmt.Sprint(status, "x", times), func(t *testing.T) {
				t.Parallel()
				s := githubtest.New(t)
				for range times {
					s.Queue("GET", githubtest.CommentsPath, githubtest.Response{Status: status})
				}
				_, err := upsertOnce(t, s, request("x"))
				if (err == nil) != (times < attempts) {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

// TestSpentQuotaOnSuccess shows go-github's own guard off: it would answer the
// next request by itself with a 403.
func TestSpentQuotaOnSuccess(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	s.Queue("GET", githubtest.UserPath, githubtest.Response{Status: 200, Body: `{"login":"ci"}`, Header: map[string]string{
		"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9999999999"}})
	if _, err := upsertOnce(t, s, request("x")); err != nil {
		t.Error(err)
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	elsewhere, other := githubtest.New(t), githubtest.New(t)
	other.SeedComment("octo", "hello")
	_, port, _ := strings.Cut(strings.TrimPrefix(other.URL(), "http://"), ":")
	foreign := "http://localhost:" + port // another host, on the loopback too
	tests := []struct {
		name, method string
		status       int
		to           string
		ok           bool
	}{
		{"renamed repository", "GET", 301, "", true},
		{"renamed repository, POST", "POST", 301, "", true},
		{"moved for now, POST", "POST", 307, "", true},
		{"another host", "GET", 302, foreign, true},
		{"another host, POST", "POST", 307, foreign, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := githubtest.New(t)
			to := tt.to
			if to == "" {
				to = s.URL() + "/api/v3"
			}
			r := githubtest.Response{Status: tt.status, Header: map[string]string{"Location": to + githubtest.CommentsPath}}
			s.Queue(tt.method, githubtest.CommentsPath, r)
			if !tt.ok {
				s.Queue(tt.method, githubtest.CommentsPath, r, r)
			}
			_, err := upsertOnce(t, s, request("x"))
			if (err == nil) != tt.ok {
				t.Errorf("got %v", err)
			}
			if tt.ok {
				wantOne(t, s, request("x"), "x")
			}
			log := s.Requests()
			for i, q := range log {
				if q.Method == "POST" && tt.to == "" && tt.method == "POST" && log[i+1].Method != "POST" {
					t.Errorf("a %d made a %s of a POST", tt.status, log[i+1].Method)
				}
				if q.Method == "POST" {
					tt.method = "" // only the first was redirected
				}
				if q.Authorization != "Bearer good" {
					t.Errorf("%s %s carried %q", q.Method, q.Path, q.Authorization)
				}
			}
		})
	}
	t.Cleanup(func() {
		for _, q := range append(other.Requests(), elsewhere.Requests()...) {
			if q.Authorization != "" || q.Method != "GET" {
				t.Errorf("another host got %s %s with %q", q.Method, q.Path, q.Authorization)
			}
		}
	})
}

func TestHugeAnswer(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	r := githubtest.Response{Status: 200, Body: "[" + strings.Repeat(" ", responseCap) + "]"}
	s.Queue("GET", githubtest.CommentsPath, r, r, r, r)
	_, err := upsertOnce(t, s, request("x"))
	if err == nil || !strings.Contains(err.Error(), "at most") {
		t.Errorf("got %v", err)
	}
}

func TestSlowAnswer(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		<-done
	}))
	t.Cleanup(func() { close(done); slow.Close() })
	api, err := NewClient(ClientOptions{BaseURL: slow.URL, Timeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Upsert(t.Context(), api, request("x"))
	var p *Problem
	if !errors.As(err, &p) || p.Cause != GaveUp {
		t.Errorf("got %v", err)
	}
}

func TestBaseURL(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://api.github.com":      "https://api.github.com/",
		"https://ghe.example/api/v3":  "https://ghe.example/api/v3/",
		"https://api.x.ghe.com/":      "https://api.x.ghe.com/",
		"https://gitea.test/api/v1":   "https://gitea.test/api/v1/",
		"":                            "",
		"api.github.com":              "",
		"ftp://api.github.com":        "",
		"https://host with space/api": "",
	} {
		api, err := NewClient(ClientOptions{BaseURL: in})
		switch {
		case want == "" && err == nil:
			t.Errorf("%q was taken", in)
		case want != "" && (err != nil || api.BaseURL.String() != want):
			t.Errorf("%q: got %v, %v", in, api.BaseURL, err)
		}
	}
}
