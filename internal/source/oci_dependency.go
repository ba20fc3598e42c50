package source

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"

	"helm.sh/helm/v3/pkg/getter"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/retry"
)

// Registry lets Helm list the tags of chart dependencies in OCI registries, with
// the logins of the options alone. It belongs to no version of Helm.
func (f *Fetcher) Registry() *auth.Client {
	transport := &http.Client{Transport: retry.NewTransport(registryTransport{f}), Timeout: f.options.Client.Timeout}
	return &auth.Client{Client: transport, Cache: auth.NewCache(), Credential: f.registryLogin}
}

// registryLogin finds a login by the host alone.
func (f *Fetcher) registryLogin(_ context.Context, host string) (auth.Credential, error) {
	login, ok := f.options.Credentials.OCI(registryName(host))
	if !ok || login.Unsupported != "" {
		return auth.EmptyCredential, nil
	}
	return registryLogin(login), nil
}

// registryName is what references call a host.
func registryName(host string) string {
	if host == "registry-1.docker.io" {
		return "docker.io"
	}
	return host
}

// registryTransport follows the TLS settings of each registry's own Secret.
type registryTransport struct{ fetcher *Fetcher }

// RoundTrip speaks HTTP with a registry that asks for it.
func (t registryTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	login, _ := t.fetcher.options.Credentials.OCI(registryName(request.URL.Host))
	client, err := t.fetcher.client(login)
	if err != nil {
		return nil, err
	}
	base := client.Transport
	if base == nil {
		base = http.DefaultTransport
	}
	if !login.InsecureOCIForceHTTP {
		return base.RoundTrip(request)
	}
	plain := request.Clone(request.Context())
	plain.URL.Scheme = "http"
	response, err := base.RoundTrip(plain)
	if response != nil {
		// oras keeps the login for the server that it asked.
		response.Request = request
	}
	return response, err
}

// ociGetter downloads a chart dependency from oci://host/path:version.
type ociGetter struct{ fetcher *Fetcher }

// Get gives the chart's archive. Helm's options are ignored, as those of
// urlGetter are.
func (g ociGetter) Get(address string, _ ...getter.Option) (*bytes.Buffer, error) {
	i := strings.LastIndex(address, ":")
	if i < strings.LastIndex(address, "/") {
		return nil, fmt.Errorf("expected the version of the chart in %s", redact(address))
	}
	name, version := address[:i], address[i+1:]
	file, err := g.fetcher.downloads.do(context.Background(), download{address: address}, func(ctx context.Context) (string, error) {
		r, err := g.fetcher.registry(name)
		if err != nil {
			return "", err
		}
		return r.chartArchive(ctx, version)
	})
	if err != nil {
		return nil, fmt.Errorf("downloading %s: %w", redact(address), err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return bytes.NewBuffer(content), nil
}
