package action

import (
	"context"
	"errors"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/argoplan/argoplan/internal/comment"
	"github.com/argoplan/argoplan/internal/githubtest"
)

// publishFaults lists them.
func publishFaults() []mishap {
	return slices.Concat(refusals(), rateLimits(), brokenServers(), brokenAnswers(), redirects(), brokenNetworks(), races())
}

func answer(status int, body string, header ...string) githubtest.Response {
	r := githubtest.Response{Status: status, Body: body, Header: map[string]string{}}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header[header[i]] = header[i+1]
	}
	return r
}

// refusals are answers that stay the same however often one asks.
func refusals() []mishap {
	post := func(status int, message string) func(*bench) {
		return func(b *bench) { b.queue("POST", answer(status, `{"message":"`+message+`"}`)) }
	}
	return []mishap{
		{"401", func(b *bench) { b.SetToken("another") }, "bad token", 0, ""},
		{"401 once the token has expired", post(401, "Bad credentials"), "bad token", 0, "POST"},
		{"403 of a read-only token", func(b *bench) { b.DenyWrites() }, "pull-requests: write", 0, "POST"},
		{"403 of a fork's token", func(b *bench) {
			b.DenyWrites()
			b.run.event.PullRequest.Head.Repo.FullName = "eve/shop"
		}, "from a fork, whose runs have a read-only token", 0, "POST"},
		{"403 on the list", func(b *bench) { b.queue("GET", answer(403, `{"message":"Resource not accessible by integration"}`)) }, "no permission", 0, ""},
		{"403 locked", post(403, "Unable to create comment because issue is locked."), "unlock", 0, "POST"},
		{"403 archived", post(403, "Repository was archived so is read-only."), "archived", 0, "POST"},
		{"403 too many comments", post(403, "Commenting is disabled on issues with more than 2500 comments"), "2500", 0, "POST"},
		{"403 organization's rules", post(403, "Resource protected by organization SAML enforcement."), "no permission", 0, "POST"},
		{"404 pull request deleted", post(404, "Not Found"), "pull request exists", 0, "POST"},
		{"404 repository gone", func(b *bench) { b.queue("GET", answer(404, `{"message":"Not Found"}`)) }, "gone", 0, ""},
		{"410", post(410, "This issue was deleted"), "pull request exists", 0, "POST"},
		{"422 too long", func(b *bench) { b.LimitBody(1000, 0) }, "", 0, ""},
		{"422 always too long", func(b *bench) { b.LimitBody(10, 0) }, "too long", 0, "POST POST POST"},
		{"422 other", post(422, "Validation Failed"), "::warning", 0, "POST"},
		{"413", func(b *bench) {
			b.queue("POST", answer(413, "<html>Request Entity Too Large"))
		}, "", 0, "POST POST"},
		{"423 on Gitea", post(423, ""), "archived", 0, "POST"},
		{"451", post(451, "Repository unavailable due to DMCA takedown."), "::warning", 0, "POST"},
		{"418", post(418, "short and stout"), "::warning", 0, "POST"},
	}
}

// rateLimits are the two limits, in the forms that GitHub, its enterprise
// server and proxies give them.
func rateLimits() []mishap {
	const secondary = `{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}`
	once := func(status int, body string, header ...string) func(*bench) {
		return func(b *bench) { b.queue("POST", answer(status, body, header...)) }
	}
	list := func(status int, body string, header ...string) func(*bench) {
		return func(b *bench) { b.queue("GET", answer(status, body, header...)) }
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	in := func(d time.Duration) string { return at.Add(d).Format(http.TimeFormat) }
	spent := func(unix string) []string { return []string{"X-RateLimit-Remaining", "0", "X-RateLimit-Reset", unix} }
	return []mishap{
		{"403 spent, reset in 30 s", once(403, `{"message":"API rate limit exceeded"}`, spent("1767323075")...), "", 31 * time.Second, "POST POST"},
		{"403 spent, reset in an hour", once(403, `{"message":"API rate limit exceeded"}`, spent("1767326645")...), "publish-timeout", 0, "POST"},
		{"403 spent, reset long ago", once(403, "", spent("1")...), "", time.Second, "POST POST"},
		{"403 spent, reset is no number", once(403, "", spent("soon")...), "", time.Minute, "POST POST"},
		{"403 spent, on the list", list(403, "", spent("1767323075")...), "", 31 * time.Second, "POST"},
		{"403 secondary, Retry-After", once(403, secondary, "Retry-After", "7"), "", 7 * time.Second, "POST POST"},
		{"403 secondary, no header", once(403, secondary), "", time.Minute, "POST POST"},
		{"403 secondary, by its page", once(403, `{"message":"Forbidden","documentation_url":"https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits"}`), "", time.Minute, "POST POST"},
		{"403 secondary, by its old page", once(403, `{"message":"x","documentation_url":"https://developer.github.com/v3/#abuse-rate-limits"}`), "", time.Minute, "POST POST"},
		{"403 abuse", once(403, `{"message":"You have triggered an abuse detection mechanism."}`), "", time.Minute, "POST POST"},
		{"403 secondary, forever", func(b *bench) { b.queue("POST", answer(403, secondary), answer(403, secondary)) }, "rate limit holds", time.Minute, "POST POST"},
		{"429, 2 s", once(429, "", "Retry-After", "2"), "", 2 * time.Second, "POST POST"},
		{"429, a date", once(429, "", "Retry-After", in(20*time.Second)), "", 20 * time.Second, "POST POST"},
		{"429, a date that is past", once(429, "", "Retry-After", in(-time.Hour)), "", time.Second, "POST POST"},
		{"429, negative", once(429, "", "Retry-After", "-2"), "", time.Minute, "POST POST"},
		{"429, a billion", once(429, "", "Retry-After", "1000000000"), "publish-timeout", 0, "POST"},
		{"429, beyond all numbers", once(429, "", "Retry-After", "99999999999999999999"), "", time.Minute, "POST POST"},
		{"429, no header", once(429, "<html>Too many requests"), "", time.Minute, "POST POST"},
		{"429, on the list", list(429, "", "Retry-After", "2"), "", 2 * time.Second, "POST"},
		{"429, when asked who we are", func(b *bench) {
			b.Queue("GET", githubtest.UserPath, answer(429, "", "Retry-After", "2"))
		}, "", 2 * time.Second, "POST"},
		{"the last request of the hour", func(b *bench) {
			b.Queue("GET", githubtest.UserPath, answer(200, `{"login":"`+githubtest.Bot+`"}`, spent("9999999999")...))
		}, "", 0, "POST"},
	}
}

// brokenServers answer with their own failure. A POST isn't sent again before
// the list shows that it was lost.
func brokenServers() []mishap {
	var all []mishap
	for _, status := range []struct{ code, text string }{{"500", "x"}, {"502", "<html>"}, {"503", ""}, {"504", "{"}} {
		code := int(number(status.code))
		all = append(all,
			mishap{status.code + " once", func(b *bench) { b.queue("GET", answer(code, status.text)) }, "", time.Second, "POST"},
			mishap{status.code + " always", func(b *bench) {
				b.queue("GET", answer(code, status.text), answer(code, status.text), answer(code, status.text), answer(code, status.text))
			}, "::warning", 4 * time.Second, ""},
			mishap{status.code + " on POST, lost", func(b *bench) { b.queue("POST", answer(code, status.text)) }, "", 0, "POST POST"},
			mishap{status.code + " on POST, stored", func(b *bench) {
				b.queue("POST", githubtest.Response{Status: code, Body: status.text, Store: true})
			}, "", 0, "POST"},
		)
	}
	five := func(s int) githubtest.Response { return answer(s, "") }
	return append(all,
		mishap{"5xx on every POST", func(b *bench) { b.queue("POST", five(502), five(500), five(503)) }, "::warning", 0, "POST POST POST"},
		mishap{"5xx on POST, then on the list", func(b *bench) {
			b.queue("POST", githubtest.Response{Status: 502, Store: true,
				Before: func() { b.queue("GET", five(500), five(500), five(500), five(500)) }})
		}, "::warning", 4 * time.Second, "POST"},
		mishap{"5xx on PATCH", func(b *bench) {
			b.Queue("PATCH", githubtest.CommentPath(b.earlier("", "1.1")), five(502))
		}, "", time.Second, "PATCH PATCH"},
		mishap{"520 of a proxy", func(b *bench) { b.queue("POST", answer(520, "<html>")) }, "", 0, "POST POST"},
	)
}

// brokenAnswers come with a good status.
func brokenAnswers() []mishap {
	list := func(body string) func(*bench) { return func(b *bench) { b.queue("GET", answer(200, body)) } }
	post := func(body string) func(*bench) {
		return func(b *bench) { b.queue("POST", githubtest.Response{Status: 201, Body: body, Store: true}) }
	}
	huge := answer(200, "["+strings.Repeat(" ", 11<<20)+"]")
	return []mishap{
		{"200 with HTML", list("<html>Sign in"), "::warning", 0, ""},
		{"200 with half of a list", list(`[{"id":1,`), "::warning", 0, ""},
		{"200 with an object for a list", list(`{"message":"hi"}`), "::warning", 0, ""},
		{"200 with nulls", list(`[null,{"user":null,"body":null}]`), "", 0, "POST"},
		{"an empty body for a list, once", list(""), "", time.Second, "POST"},
		{"an empty body for a list", func(b *bench) {
			b.earlier(githubtest.Head, "1.1")
			b.queue("GET", answer(200, ""), answer(200, ""), answer(200, ""), answer(200, ""))
		}, "expected JSON", 0, ""},
		{"an answer of 11 MiB", func(b *bench) { b.queue("GET", huge, huge, huge, huge) }, "at most", 0, ""},
		{"an answer that breaks off", func(b *bench) { b.queue("GET", answer(200, "[", "Content-Length", "100")) }, "", time.Second, "POST"},
		{"201 with HTML", post("<html>"), "", 0, "POST"},
		{"201 with half of an object", post(`{"id":1,`), "", 0, "POST"},
		{"201 with nothing", post(""), "", 0, "POST"},
		{"201 with null", post("null"), "", 0, "POST"},
		{"a login that is empty", func(b *bench) { b.Queue("GET", githubtest.UserPath, answer(200, `{"login":""}`)) }, "", 0, "POST"},
		{"a page that links to itself", func(b *bench) {
			b.queue("GET", answer(200, `[{"id":1,"body":"x","user":{"login":"x"}}]`, "Link", "<"+b.URL()+githubtest.CommentsPath+`?page=1>; rel="next"`))
		}, "", 0, "POST"},
	}
}

// redirects keep method and token on the API's host, and nowhere else.
func redirects() []mishap {
	to := func(b *bench, method string, status int, location string) {
		b.queue(method, answer(status, "", "Location", location+githubtest.CommentsPath))
	}
	var all []mishap
	for _, status := range []int{301, 302, 307, 308} {
		name := http.StatusText(status) + " on this host, "
		all = append(all,
			mishap{name + "GET", func(b *bench) { to(b, "GET", status, b.URL()+"/api/v3") }, "", 0, "POST"},
			mishap{name + "POST", func(b *bench) {
				to(b, "POST", status, b.URL()+"/api/v3")
				b.t.Cleanup(func() { staysPost(b) })
			}, "", 0, "POST POST"})
	}
	return append(all,
		mishap{"GET redirected to another host", func(b *bench) { to(b, "GET", 302, elsewhere(b.t)) }, "", 0, "POST"},
		mishap{"POST redirected to another host", func(b *bench) {
			host := elsewhere(b.t)
			to(b, "POST", 307, host)
			to(b, "POST", 307, host)
			to(b, "POST", 307, host)
		}, "another host", 0, "POST POST POST"},
		mishap{"redirects without end", func(b *bench) {
			for range 5 {
				to(b, "GET", 302, b.URL())
			}
		}, "5 redirects", 0, ""},
		mishap{"a redirect to nowhere", func(b *bench) { b.queue("GET", answer(302, "")) }, "::warning", 0, ""},
	)
}

// staysPost fails if a redirect made a GET of the POST.
func staysPost(b *bench) {
	all := b.Requests()
	i := slices.IndexFunc(all, func(r githubtest.Request) bool { return r.Method == http.MethodPost })
	if i < 0 || i+1 == len(all) || all[i+1].Method != http.MethodPost || all[i+1].Body != all[i].Body {
		b.t.Errorf("the POST was not followed by itself: %v", all)
	}
}

// elsewhere is another host, which must never see the token.
func elsewhere(t *testing.T) string {
	s := githubtest.New(t)
	t.Cleanup(func() {
		for _, r := range s.Requests() {
			if r.Authorization != "" || r.Method != http.MethodGet {
				t.Errorf("another host got %s %s with %q", r.Method, r.Path, r.Authorization)
			}
		}
	})
	return strings.Replace(s.URL(), "127.0.0.1", "localhost", 1)
}

// roundTripper is a network of one function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// brokenNetworks lose what was sent, or what was answered.
func brokenNetworks() []mishap {
	gone := githubtest.Response{Drop: true}
	return []mishap{
		{"connection reset after the POST was stored", func(b *bench) { b.queue("POST", githubtest.Response{Drop: true, Store: true}) }, "", 0, "POST"},
		{"connection reset before the POST was stored", func(b *bench) { b.queue("POST", gone) }, "", 0, "POST POST"},
		{"connection reset on every POST", func(b *bench) { b.queue("POST", gone, gone, gone) }, "::warning", 0, "POST POST POST"},
		{"connection reset on PATCH", func(b *bench) { b.Queue("PATCH", githubtest.CommentPath(b.earlier("", "1.1")), gone) }, "", time.Second, "PATCH PATCH"},
		{"name not resolved", func(b *bench) {
			b.run.api.Next = roundTripper(func(*http.Request) (*http.Response, error) {
				return nil, &net.DNSError{Err: "no such host", Name: "api.github.com", IsNotFound: true}
			})
		}, "no such host", 4 * time.Second, ""},
		{"certificate of nobody", func(b *bench) {
			s := httptest.NewUnstartedServer(http.NotFoundHandler())
			s.Config.ErrorLog = quiet()
			s.StartTLS()
			b.t.Cleanup(s.Close)
			b.run.env.apiURL = s.URL
		}, "certificate", 0, ""},
		{"proxy that refuses", func(b *bench) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) }))
			b.t.Cleanup(s.Close)
			proxy, err := url.Parse(s.URL)
			if err != nil {
				b.t.Fatal(err)
			}
			b.run.api.Next = &http.Transport{Proxy: http.ProxyURL(proxy)}
		}, "407", 0, ""},
		{"nobody listens", func(b *bench) {
			s := httptest.NewServer(http.NotFoundHandler())
			b.run.env.apiURL = s.URL
			s.Close()
		}, "refused", 0, ""},
		{"an answer of one byte a second", func(b *bench) { b.run.env.apiURL = trickle(b.t); b.run.in.publishWait = 100 * time.Millisecond }, "publish-timeout", 0, ""},
		{"no time at all", func(b *bench) { b.run.in.publishWait = 1 }, "publish-timeout", 0, ""},
		{"an API URL that is none", func(b *bench) { b.run.env.apiURL = "ftp://api" }, "GITHUB_API_URL", 0, ""},
		{"a repository that is none", func(b *bench) {
			b.run.env.repository, b.run.event.Repository.FullName = "shop", ""
		}, "owner/name", 0, ""},
		{"stopped before publishing", func(b *bench) {
			ctx, cancel := context.WithCancelCause(b.ctx)
			cancel(errors.New("interrupt"))
			b.ctx = ctx
		}, "the run was stopped", 0, ""},
		{"stopped while it waits", func(b *bench) {
			ctx, cancel := context.WithCancel(b.ctx)
			b.ctx = ctx
			b.queue("GET", githubtest.Response{Status: 429, Before: cancel})
		}, "gave up", 0, ""},
	}
}

// trickle answers each request without end.
func trickle(t *testing.T) string {
	done := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for {
			if _, err := w.Write([]byte(" ")); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush() // the client gives up in between
			select {
			case <-done:
				return
			case <-r.Context().Done():
				return
			case <-time.After(time.Second):
			}
		}
	}))
	t.Cleanup(func() { close(done); s.Close() })
	return s.URL
}

// races are what others do between our requests.
func races() []mishap {
	old := strings.Repeat("0", 40)
	return []mishap{
		{"comment deleted between list and PATCH", func(b *bench) { b.DeleteOnNext("PATCH", b.earlier(old, "1.1")) }, "", 0, "PATCH POST"},
		{"comment gone for good", func(b *bench) {
			id := b.earlier(old, "1.1")
			b.Queue("PATCH", githubtest.CommentPath(id), githubtest.Response{Status: 410, Before: func() { b.DeleteComment(id) }})
		}, "", 0, "PATCH POST"},
		{"comment edited by a person", func(b *bench) { b.earlier(old, "1.1") }, "", 0, "PATCH"},
		{"comment twice", func(b *bench) { b.earlier(old, "1.1"); b.earlier(old, "1.2") }, "", 0, "PATCH DELETE"},
		{"a duplicate that is deleted first", func(b *bench) {
			b.earlier(old, "1.1")
			b.DeleteOnNext("DELETE", b.earlier(old, "1.2"))
		}, "", 0, "PATCH DELETE"},
		{"marker forged by somebody", func(b *bench) {
			m := comment.Marker{Key: comment.Key("octo/shop", "ci", "diff", ""), Head: githubtest.Head, Run: "99.1"}
			b.SeedComment("mallory", m.String())
		}, "", 0, "POST"},
		{"a newer run of the same head wrote", func(b *bench) { b.earlier(githubtest.Head, "43.1") }, "newer than this one", 0, ""},
		{"the head moved on", func(b *bench) { b.SetHead(old) }, "by now", 0, ""},
		{"another run posts at the same time", func(b *bench) {
			b.queue("POST", githubtest.Response{Pass: true, Before: func() { b.earlier(githubtest.Head, "41.1") }})
		}, "", 0, "POST PATCH DELETE"},
		{"two runs of the same commit", func(b *bench) {
			other, log := newBench(b.t)
			other.run.env.apiURL = b.URL()
			other.run.env.runID = 41
			if status := other.run.deliver(b.ctx, b.t.Output()); status != exitDone {
				b.t.Errorf("the other run ended with %d\n%s", status, log)
			}
		}, "", 0, "POST"},
	}
}

// quiet is for servers whose clients break off.
func quiet() *stdlog.Logger { return stdlog.New(io.Discard, "", 0) }
