// Package network decides which servers a run may talk to. It looks at the
// addresses that connections are really made to, so neither a name that
// resolves to an inner address, nor a redirect, nor a second answer of a name
// server goes around it.
package network

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Options says what is allowed beyond the public internet and, unless it is
// denied, private networks.
type Options struct {
	// Allowed are hosts that may have any address, also this machine's: names,
	// addresses, or "*.suffix".
	Allowed []string
	// Known are the hosts that a stranger's pull request may name; nil lets it,
	// and everybody else, name any. Only these may have private addresses.
	Known []string
	// DenyPrivate refuses addresses of private networks.
	DenyPrivate bool
	// Proxies are URLs of proxies, which may have any address. What they connect
	// to is theirs to decide, but for addresses that are written as such.
	Proxies []string
	// Resolver is asked for addresses; nil is the machine's.
	Resolver *net.Resolver
}

// Guard refuses connections. Its methods may be called from several goroutines.
type Guard struct {
	options Options
	proxies []string // host:port
}

// New makes a Guard.
func New(o Options) *Guard {
	g := &Guard{options: o}
	for _, p := range o.Proxies {
		if u, err := url.Parse(p); err == nil && u.Host != "" {
			g.proxies = append(g.proxies, hostPort(u))
		}
	}
	return g
}

// RefusedError says which host is refused, and why.
type RefusedError struct{ Host, Why string }

// Error names the host.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("the host %s is refused: %s", e.Host, e.Why)
}

// Admit checks a host that a file of the pull request names, before anything is
// asked of it. An empty host is let through: it is no server.
func (g *Guard) Admit(host string) error {
	switch host = canonical(host); {
	case g == nil, host == "", matches(g.options.Allowed, host):
		return nil
	case g.options.Known != nil && !matches(g.options.Known, host):
		return &RefusedError{host, "no file of the base revision names it, and this pull request is from a fork"}
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return g.check(host, a)
	}
	return nil
}

// Strict says whether only known hosts may be named.
func (g *Guard) Strict() bool { return g != nil && g.options.Known != nil }

// Resolve admits a host and gives its addresses, all of them checked, for a
// program that connects by itself. They are none if the host may have any, or
// if only a proxy could tell them.
func (g *Guard) Resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	host = canonical(host)
	if err := g.Admit(host); err != nil || g == nil || host == "" || matches(g.options.Allowed, host) {
		return nil, err
	}
	addresses, err := g.resolver().LookupNetIP(ctx, "ip", host)
	if err != nil {
		if len(g.proxies) > 0 {
			return nil, nil
		}
		return nil, fmt.Errorf("looking up the host %s: %w", host, err)
	}
	for _, a := range addresses {
		if err := g.check(host, a); err != nil {
			return nil, err
		}
	}
	return addresses, nil
}

func (g *Guard) resolver() *net.Resolver {
	if g.options.Resolver != nil {
		return g.options.Resolver
	}
	return net.DefaultResolver
}

// Transport makes net/http's own transport with the guard in it.
func (g *Guard) Transport() *http.Transport {
	base, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		base = &http.Transport{}
	}
	t := base.Clone()
	t.DialContext = g.dial
	proxy := t.Proxy
	t.Proxy = func(request *http.Request) (*url.URL, error) {
		host := canonical(request.URL.Hostname())
		if a, err := netip.ParseAddr(host); err == nil && !matches(g.options.Allowed, host) {
			if err := g.check(host, a); err != nil {
				return nil, err
			}
		}
		if proxy == nil {
			return nil, nil
		}
		return proxy(request)
	}
	return t
}

// dial connects to a host, if the address that it connects to is allowed.
func (g *Guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	host = canonical(host)
	dialer := net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second, Resolver: g.options.Resolver}
	if !matches(g.options.Allowed, host) && !slices.Contains(g.proxies, address) {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil {
				return &RefusedError{host, "its address can't be read"}
			}
			return g.check(host, to.Addr())
		}
	}
	return dialer.DialContext(ctx, network, address)
}

// canonical is a name without what doesn't change its meaning.
func canonical(host string) string {
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

// matches says whether a list holds a host.
func matches(list []string, host string) bool {
	return slices.ContainsFunc(list, func(entry string) bool {
		if suffix, ok := strings.CutPrefix(entry, "*"); ok && strings.HasPrefix(suffix, ".") {
			return strings.HasSuffix(host, canonical(suffix))
		}
		return canonical(entry) == host
	})
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80", "socks5": "1080"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}
