package comment

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"
)

const (
	requestTimeout = 30 * time.Second
	responseCap    = 10 << 20
	// DefaultTimeout bounds all waiting for GitHub in one run.
	DefaultTimeout = 120 * time.Second
	// attempts bounds how often one request is sent after errors of the
	// server or the network. Rate limits are bounded by time alone.
	attempts = 4
)

// ClientOptions says how to reach the API.
type ClientOptions struct {
	// BaseURL is GITHUB_API_URL, such as https://api.github.com,
	// https://ghe.example/api/v3 or https://gitea.example/api/v1.
	BaseURL string
	Token   string
	// Timeout bounds the whole publishing; 0 is DefaultTimeout.
	Timeout time.Duration
	// Next sends a request; nil is http.DefaultTransport.
	Next http.RoundTripper
	// Now and Sleep are the clock; nil is the real one. Sleep ends early, with
	// an error, when the context does.
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
}

// NewClient makes a client of the REST API that does what go-github v60 leaves
// open: it has timeouts, bounds answers, keeps the token on its host, waits for
// rate limits of every kind and retries what is safe to send twice.
func NewClient(o ClientOptions) (*github.Client, error) {
	base, err := url.Parse(strings.TrimSuffix(o.BaseURL, "/") + "/")
	if err != nil {
		return nil, fmt.Errorf("reading the API's URL: %w", err)
	}
	if base.Host == "" || (base.Scheme != "https" && base.Scheme != "http") {
		return nil, fmt.Errorf("reading the API's URL: want https://host/path, got %q", o.BaseURL)
	}
	t := &transport{ClientOptions: o, base: base}
	if t.Next == nil {
		t.Next = http.DefaultTransport
	}
	if t.Now == nil {
		t.Now = time.Now
	}
	if t.Sleep == nil {
		t.Sleep = sleep
	}
	if t.Timeout == 0 {
		t.Timeout = DefaultTimeout
	}
	t.deadline = t.Now().Add(t.Timeout)
	api := github.NewClient(&http.Client{Transport: t, CheckRedirect: checkRedirect})
	api.BaseURL = base
	return api, nil
}

// checkRedirect keeps what we send on the host it was meant for; only reading
// may follow to another one, and the token stays behind.
func checkRedirect(r *http.Request, via []*http.Request) error {
	if len(via) >= 5 {
		return errors.New("more than 5 redirects")
	}
	if r.Method != http.MethodGet && r.URL.Host != via[0].URL.Host {
		return fmt.Errorf("%s was redirected to another host, %s", r.Method, r.URL.Host)
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// transport serves one run, whose requests are serial.
type transport struct {
	ClientOptions
	base     *url.URL
	deadline time.Time
	wrote    time.Time // when the last mutation was answered
}

// RoundTrip sends r until there is an answer to give, within the deadline.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := t.spaceOut(r); err != nil {
		return nil, err
	}
	for attempt, limited := 1, 0; ; attempt++ {
		resp, err := t.once(r)
		wait, again := time.Duration(0), false
		if err == nil && rateLimited(resp) {
			wait, again = rateWait(resp, t.Now(), limited), true
			limited++
			attempt-- // it was refused, not tried
		} else if attempt < attempts && idempotent(r.Method) {
			wait, again = time.Second<<(attempt-1), transient(resp, err)
		}
		if !again || r.Context().Err() != nil {
			return forgetLimits(resp), err
		}
		if t.Now().Add(wait).After(t.deadline) {
			return nil, &gaveUp{reason: describe(resp, err), wait: wait, timeout: t.Timeout}
		}
		if err := t.Sleep(r.Context(), wait); err != nil {
			return nil, err
		}
	}
}

// spaceOut leaves a second between mutations, as GitHub asks for.
func (t *transport) spaceOut(r *http.Request) error {
	if r.Method == http.MethodGet {
		return nil
	}
	if wait := time.Second - t.Now().Sub(t.wrote); wait > 0 {
		return t.Sleep(r.Context(), wait)
	}
	return nil
}

// once sends r and reads the whole answer, so that the timeout covers it.
func (t *transport) once(r *http.Request) (*http.Response, error) {
	limit := min(requestTimeout, t.deadline.Sub(t.Now()))
	if limit <= 0 {
		return nil, &gaveUp{reason: "no time is left", timeout: t.Timeout}
	}
	ctx, cancel := context.WithTimeout(r.Context(), limit)
	defer cancel()
	out, err := t.outgoing(ctx, r)
	if err != nil {
		return nil, err
	}
	resp, err := t.Next.RoundTrip(out)
	if r.Method != http.MethodGet {
		t.wrote = t.Now()
	}
	if err != nil {
		return nil, fmt.Errorf("sending the request: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, responseCap+1))
	if err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	if len(body) > responseCap {
		return nil, fmt.Errorf("reading the answer: want at most %d bytes, got more", responseCap)
	}
	if r.Method == http.MethodGet && resp.StatusCode == http.StatusOK && len(body) == 0 {
		// go-github would take it for an empty list, and we the comment for new.
		return nil, errors.New("reading the answer: expected JSON, found an empty body")
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	keepMethod(r.Method, resp)
	return resp, nil
}

// outgoing copies r with a fresh body, and with the token if r stays on the
// API's own host.
func (t *transport) outgoing(ctx context.Context, r *http.Request) (*http.Request, error) {
	out := r.Clone(ctx)
	if r.GetBody != nil {
		body, err := r.GetBody()
		if err != nil {
			return nil, fmt.Errorf("reading the request's body: %w", err)
		}
		out.Body = body
	}
	out.Header.Del("Authorization")
	if t.Token != "" && r.URL.Host == t.base.Host && r.URL.Scheme == t.base.Scheme {
		out.Header.Set("Authorization", "Bearer "+t.Token)
	}
	return out, nil
}

// keepMethod turns the redirects at which net/http would make a GET of every
// method into those at which it doesn't: GitHub answers 301 for a repository
// that was renamed.
func keepMethod(method string, resp *http.Response) {
	if method == http.MethodGet {
		return
	}
	switch resp.StatusCode {
	case http.StatusMovedPermanently:
		resp.StatusCode = http.StatusPermanentRedirect
	case http.StatusFound:
		resp.StatusCode = http.StatusTemporaryRedirect
	}
}

// forgetLimits keeps go-github from answering by itself, with a made up 403,
// until a limit is reset: waiting is the transport's work.
func forgetLimits(resp *http.Response) *http.Response {
	if resp != nil {
		resp.Header.Del("X-RateLimit-Remaining")
		resp.Header.Del("X-RateLimit-Reset")
		resp.Header.Del("Retry-After")
	}
	return resp
}
