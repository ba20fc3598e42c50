package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// tries is how often a request is made before it fails for good.
const tries = 3

// download names one file: the same URL may hold something else for another
// login.
type download struct{ address, loginURL string }

// fetch gives a local file with the content of a URL: from a mirror's
// directory, or downloaded once with a login. A mirror gets its own login, not
// that of what it stands in for. Content of more than limit bytes is an error.
func (f *Fetcher) fetch(ctx context.Context, address string, login argocd.Credential, limit int64) (string, error) {
	from, err := f.options.Mirrors.locate(address)
	if err != nil {
		return "", err
	}
	if from.file != "" {
		return checkLocal(from.file, limit)
	}
	if from.url != address {
		login, _ = f.options.Credentials.HelmFile(from.url)
	}
	if err := knownLogin(from.url, login); err != nil {
		return "", err
	}
	return f.downloads.do(ctx, download{from.url, login.URL}, func(ctx context.Context) (string, error) {
		return f.download(ctx, from.url, login, limit)
	})
}

func checkLocal(file string, limit int64) (string, error) {
	info, err := os.Stat(file)
	if err != nil {
		return "", fmt.Errorf("reading the mirror: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() > limit {
		return "", fmt.Errorf("reading the mirror: expected %s to be a file of at most %d MiB", file, limit>>20)
	}
	return file, nil
}

// retryable marks a failure that another try may not meet.
type retryable struct{ err error }

func (r *retryable) Error() string { return r.err.Error() }
func (r *retryable) Unwrap() error { return r.err }

// download tries up to three times, one second and then two apart.
func (f *Fetcher) download(ctx context.Context, address string, login argocd.Credential, limit int64) (string, error) {
	for try := 1; ; try++ {
		file, err := f.get(ctx, address, login, limit)
		var again *retryable
		if err == nil || !errors.As(err, &again) || try == tries {
			return file, withAddress(err, address)
		}
		if slept := f.options.Sleep(ctx, time.Duration(1<<(try-1))*time.Second); slept != nil {
			return "", withAddress(slept, address)
		}
	}
}

// withAddress names the URL, less a password in it.
func withAddress(err error, address string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("downloading %s: %w", redact(address), err)
}

func redact(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return "a URL that cannot be parsed"
	}
	return parsed.Redacted()
}

// get makes one request and writes the body to a file in Scratch.
func (f *Fetcher) get(ctx context.Context, address string, login argocd.Credential, limit int64) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", errors.New("expected a URL")
	}
	request.Header.Set("User-Agent", "argoplan")
	if header := authorization(login); header != "" {
		request.Header.Set("Authorization", header)
	}
	last := f.lastAnswer(address, login)
	if last.etag != "" {
		request.Header.Set("If-None-Match", last.etag)
	}
	client, err := f.client(login)
	if err != nil {
		return "", err
	}
	response, err := client.Do(request)
	if err != nil {
		return "", connectError(err)
	}
	defer response.Body.Close()
	if last.etag != "" && response.StatusCode == http.StatusNotModified {
		return f.save(bytes.NewReader(last.body), limit)
	}
	if err := checkStatus(response.StatusCode); err != nil {
		return "", err
	}
	file, err := f.save(response.Body, limit)
	if err == nil {
		f.keepAnswer(address, login, response.Header.Get("ETag"), file)
	}
	return file, err
}

func (f *Fetcher) save(body io.Reader, limit int64) (string, error) {
	file, err := os.CreateTemp(f.options.Scratch, "download-")
	if err != nil {
		return "", fmt.Errorf("making a file: %w", err)
	}
	size, err := io.Copy(file, io.LimitReader(body, limit+1))
	if closeErr := file.Close(); err == nil && closeErr != nil {
		return "", closeErr
	}
	if err != nil {
		return "", &retryable{fmt.Errorf("the answer broke off after %d bytes: %w", size, err)}
	}
	if size > limit {
		return "", fault.WithHint(fmt.Errorf("expected at most %d MiB, found more", limit>>20), "A mirror that holds only what is used can stand in for it: see the input mirrors.")
	}
	return file.Name(), nil
}

// connectError says why there was no answer. A host that doesn't exist won't
// exist a second later.
func connectError(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return fault.WithHint(fmt.Errorf("the host %s is unknown: %w", dns.Name, err),
			"Check repoURL, and whether this machine may reach the host; a mirror can stand in for it.")
	}
	if refused := refusal(err); refused != nil {
		return refused
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	return &retryable{err}
}

// checkStatus gives nil for 200.
func checkStatus(status int) error {
	err := fmt.Errorf("expected status 200, found %d %s", status, http.StatusText(status))
	switch {
	case status == http.StatusOK:
		return nil
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return fault.WithHint(err, loginHint+" A mirror can stand in for it.")
	case status == http.StatusNotFound:
		return fault.WithHint(err, "Check the address; a Helm repository serves an index.yaml below its repoURL.")
	case status >= 500, status == http.StatusTooManyRequests:
		return &retryable{err}
	}
	return err
}
