package source

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/git"
	"github.com/argoplan/argoplan/internal/network"
)

// admit checks the server of a URL that a source, a chart or a kustomization
// names. What a known server points to is checked by its address alone: charts
// and layers are often kept elsewhere.
func (f *Fetcher) admit(address string) error {
	if !strings.Contains(address, "://") {
		address = "oci://" + address
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return errors.New("expected a URL")
	}
	return withRefusalHint(f.options.Guard.Admit(parsed.Hostname()))
}

// refusal finds the guard's answer in an error; nil if there is none.
func refusal(err error) error {
	var refused *network.RefusedError
	if errors.As(err, &refused) {
		return withRefusalHint(refused)
	}
	return nil
}

func withRefusalHint(err error) error {
	if err == nil {
		return nil
	}
	return fault.WithHint(err, "Name the host in the input allowed-hosts if runs may ask it.")
}

// pinned checks the server that git would connect to, and binds git to the
// addresses that were checked. ssh speaks to no other service than ssh, and its
// configuration may know names of its own: it is checked and not bound.
func (f *Fetcher) pinned(ctx context.Context, u gitURL) ([]git.Setting, error) {
	host, port := u.server()
	addresses, err := f.options.Guard.Resolve(ctx, host)
	var unknown *net.DNSError
	switch isUnknown := errors.As(err, &unknown); {
	case u.scheme == "ssh" && (err == nil || isUnknown):
		return nil, nil
	case isUnknown:
		return nil, fault.WithHint(fmt.Errorf("the host %s is unknown", host),
			"Check repoURL, and whether this machine may reach the host.")
	case err != nil:
		return nil, withRefusalHint(err)
	}
	// git would follow to a host that nobody has checked.
	settings := []git.Setting{{Key: "http.followRedirects", Value: "false"}}
	if len(addresses) > 0 {
		settings = append(settings, git.Setting{Key: "http.curloptResolve", Value: host + ":" + port + ":" + joined(addresses)})
	}
	return settings, nil
}

func joined(addresses []netip.Addr) string {
	list := make([]string, len(addresses))
	for i, a := range addresses {
		if list[i] = a.Unmap().String(); a.Unmap().Is6() {
			list[i] = "[" + list[i] + "]"
		}
	}
	return strings.Join(list, ",")
}

// server gives host and port; none for a file.
func (u gitURL) server() (host, port string) {
	if !strings.Contains(u.address, "://") {
		host, _, _ = strings.Cut(u.address, ":")
		return host[strings.LastIndex(host, "@")+1:], "22"
	}
	parsed, err := url.Parse(u.address)
	if err != nil {
		return "", ""
	}
	port = parsed.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80", "ssh": "22"}[parsed.Scheme]
	}
	return parsed.Hostname(), port
}
