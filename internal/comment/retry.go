package comment

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// gaveUp says that an answer would have come too late.
type gaveUp struct {
	reason  string
	wait    time.Duration
	timeout time.Duration
}

func (g *gaveUp) Error() string {
	if g.wait == 0 {
		return fmt.Sprintf("%s of the %v for publishing", g.reason, g.timeout)
	}
	return fmt.Sprintf("%s; waiting %v more exceeds the %v for publishing", g.reason, g.wait, g.timeout)
}

// describe names what went wrong, for gaveUp.
func describe(resp *http.Response, err error) string {
	if err != nil {
		return err.Error()
	}
	if rateLimited(resp) {
		return fmt.Sprintf("GitHub's rate limit holds (status %d)", resp.StatusCode)
	}
	return fmt.Sprintf("GitHub answered with status %d", resp.StatusCode)
}

// idempotent is true for what may be sent twice. A PATCH of ours replaces a
// whole body, so it counts; a POST makes a second comment.
func idempotent(method string) bool { return method != http.MethodPost }

// transient is true for an outcome that may be another one next time.
func transient(resp *http.Response, err error) bool {
	var g *gaveUp
	if err != nil {
		return !errors.As(err, &g)
	}
	switch resp.StatusCode {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// rateLimited is true for the primary and the secondary limit, whichever of
// their headers and texts an answer has.
func rateLimited(resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		return true
	case http.StatusForbidden:
	default:
		return false
	}
	if resp.Header.Get("Retry-After") != "" || resp.Header.Get("X-RateLimit-Remaining") == "0" {
		return true
	}
	text := strings.ToLower(peek(resp))
	return strings.Contains(text, "rate limit") || strings.Contains(text, "rate-limit") || strings.Contains(text, "abuse detection")
}

// peek reads the answer's body and puts it back.
func peek(resp *http.Response) string {
	body, err := io.ReadAll(resp.Body) // in memory since transport.once
	if err != nil {
		return ""
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return string(body)
}

// leastWait is what GitHub asks for where an answer names no time.
const leastWait = time.Minute

// rateWait says how long to wait, by GitHub's best practices: Retry-After, in
// seconds or as a date; else until the limit is reset; else a minute, doubled
// each time.
func rateWait(resp *http.Response, now time.Time, before int) time.Duration {
	if s := resp.Header.Get("Retry-After"); s != "" {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil && n >= 0 {
			return seconds(n)
		}
		if at, err := http.ParseTime(s); err == nil {
			return max(at.Sub(now), time.Second)
		}
		return leastWait
	}
	if resp.Header.Get("X-RateLimit-Remaining") == "0" {
		if n, err := strconv.ParseInt(resp.Header.Get("X-RateLimit-Reset"), 10, 64); err == nil {
			return max(seconds(n-now.Unix()), 0) + time.Second
		}
	}
	return leastWait << min(before, 10)
}

// seconds bounds n, which a server chose, to what a Duration can hold.
func seconds(n int64) time.Duration {
	const most = 1 << 30
	return time.Duration(min(n, most)) * time.Second
}
