package source

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// maxRedirects is net/http's own bound.
const maxRedirects = 10

// sameOrigin redirects without the login as soon as a request leaves the
// server that the login is for. net/http itself compares names only: another
// port or a subdomain would get it.
func sameOrigin(checkRedirect func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(request *http.Request, via []*http.Request) error {
		// The header is copied from the first request again at every hop.
		for _, earlier := range slices.Concat(via[1:], []*http.Request{request}) {
			if origin(earlier.URL) != origin(via[0].URL) {
				request.Header.Del("Authorization")
			}
		}
		if checkRedirect != nil {
			return checkRedirect(request, via)
		}
		if len(via) >= maxRedirects {
			return fmt.Errorf("stopped after %d redirects", maxRedirects)
		}
		return nil
	}
}

// origin is scheme, host and port.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	return u.Scheme + "://" + u.Hostname() + ":" + port
}

func isSameOrigin(a, b string) bool {
	one, err := url.Parse(a)
	if err != nil {
		return false
	}
	two, err := url.Parse(b)
	return err == nil && origin(one) == origin(two)
}

// helmLogin chooses the credential of a Helm repository and gives its URL
// without one.
func (f *Fetcher) helmLogin(repoURL string) (string, argocd.Credential, error) {
	login, _ := f.options.Credentials.Helm(repoURL)
	if parsed, err := url.Parse(repoURL); err == nil && parsed.User != nil {
		password, _ := parsed.User.Password()
		login.Username, login.Password = argocd.NewSecret(parsed.User.Username()), argocd.NewSecret(password)
		parsed.User = nil
		repoURL = parsed.String()
		login.URL = repoURL
	}
	return repoURL, login, knownLogin(repoURL, login)
}

func knownLogin(repoURL string, login argocd.Credential) error {
	if login.Unsupported != "" {
		return fault.Skip("the repository %s is reached with %s, which is not supported", redact(repoURL), login.Unsupported)
	}
	return nil
}

// client gives the HTTP client for a login: its own one if the login changes
// how TLS works. Such a client follows no redirect to another server, where
// that doesn't hold.
func (f *Fetcher) client(login argocd.Credential) (*http.Client, error) {
	if !login.Insecure && login.TLSClientCertKey.IsEmpty() {
		return f.options.Client, nil
	}
	transport, err := f.transport()
	if err != nil {
		return nil, err
	}
	if transport.TLSClientConfig == nil {
		transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	transport.TLSClientConfig.InsecureSkipVerify = login.Insecure
	if !login.TLSClientCertKey.IsEmpty() {
		pair, err := tls.X509KeyPair([]byte(login.TLSClientCertData), []byte(login.TLSClientCertKey.Reveal()))
		if err != nil {
			return nil, errors.New("reading tlsClientCertData and tlsClientCertKey: expected a certificate and its key in PEM")
		}
		transport.TLSClientConfig.Certificates = []tls.Certificate{pair}
	}
	transport.DisableKeepAlives = true // one transport for each request
	client := *f.options.Client
	client.Transport = transport
	client.CheckRedirect = func(request *http.Request, via []*http.Request) error {
		if origin(request.URL) != origin(via[0].URL) {
			return fmt.Errorf("expected no redirect to another server, found one to %s: TLS settings of a repository are for that alone", request.URL.Host)
		}
		return f.options.Client.CheckRedirect(request, via)
	}
	return &client, nil
}

// transport copies the transport of the options.
func (f *Fetcher) transport() (*http.Transport, error) {
	base := f.options.Client.Transport
	if base == nil {
		base = http.DefaultTransport
	}
	transport, ok := base.(*http.Transport)
	if !ok {
		return nil, fmt.Errorf("expected an *http.Transport for TLS settings, found %T", base)
	}
	return transport.Clone(), nil
}
