package network

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		address               string
		ok, private, stranger bool // allowed by default, without private networks, to a host that base doesn't name
	}{
		{"93.184.216.34", true, true, true}, {"2606:2800:220:1::1", true, true, true},
		{"10.0.0.1", true, false, false}, {"172.31.255.255", true, false, false}, {"192.168.1.1", true, false, false},
		{"100.64.0.1", true, false, false}, {"fc00::1", true, false, false}, {"172.32.0.1", true, true, true},
		{"127.0.0.1", false, false, false}, {"127.255.0.9", false, false, false}, {"0.0.0.0", false, false, false}, {"0.1.2.3", false, false, false},
		{"169.254.169.254", false, false, false}, {"100.100.100.200", false, false, false}, {"168.63.129.16", false, false, false},
		{"224.0.0.1", false, false, false}, {"255.255.255.255", false, false, false},
		{"::", false, false, false}, {"::1", false, false, false}, {"fe80::1", false, false, false}, {"fe80::1%eth0", false, false, false}, {"ff02::1", false, false, false},
		{"fd00:ec2::254", false, false, false}, {"::ffff:127.0.0.1", false, false, false}, {"::ffff:169.254.169.254", false, false, false},
		{"::ffff:10.0.0.1", true, false, false}, {"64:ff9b::7f00:1", false, false, false}, {"64:ff9b::a9fe:a9fe", false, false, false},
		{"2002:7f00:1::", false, false, false}, {"2002:a00:1::", true, false, false}, {"::7f00:1", false, false, false}, {"64:ff9b::5db8:d822", true, true, true},
	} {
		a := netip.MustParseAddr(tt.address)
		got := []bool{
			New(Options{}).check("h", a) == nil,
			New(Options{DenyPrivate: true}).check("h", a) == nil,
			New(Options{Known: []string{"other"}}).check("h", a) == nil,
		}
		if got[0] != tt.ok || got[1] != tt.private || got[2] != tt.stranger {
			t.Errorf("%s: %v, want %v %v %v", tt.address, got, tt.ok, tt.private, tt.stranger)
		}
		if tt.private || !tt.ok {
			continue
		}
		if err := New(Options{Known: []string{"h"}}).check("h", a); err != nil {
			t.Errorf("%s of a known host: %v", tt.address, err)
		}
	}
}

func TestAdmit(t *testing.T) {
	t.Parallel()
	g := New(Options{Allowed: []string{"Mirror.example.com", "*.corp.example", "127.0.0.1"}, Known: []string{"charts.example.com"}})
	for host, ok := range map[string]bool{
		"charts.example.com": true, "CHARTS.example.com.": true, "mirror.example.com": true, "a.b.corp.example": true, "127.0.0.1": true, "": true,
		"corp.example": false, "evilcorp.example": false, "evil.example.com": false, "[::1]": false, "127.0.0.2": false, "8.8.8.8": false,
	} {
		if err := g.Admit(host); (err == nil) != ok {
			t.Errorf("%s: %v", host, err)
		}
	}
	open := New(Options{})
	for host, ok := range map[string]bool{"evil.example.com": true, "8.8.8.8": true, "127.0.0.1": false, "[::ffff:127.0.0.1]": false, "10.0.0.1": true} {
		if err := open.Admit(host); (err == nil) != ok {
			t.Errorf("everybody's %s: %v", host, err)
		}
	}
	if err := (*Guard)(nil).Admit("127.0.0.1"); err != nil {
		t.Errorf("no guard: %v", err)
	}
}

// names is a name server on loopback. Each name has answers that it gives one
// after the other, the last one again and again.
func names(t *testing.T, answers map[string][]string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	asked := map[string]int{}
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			_, _ = conn.WriteTo(answer(buffer[:n], answers, asked), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func answer(query []byte, answers map[string][]string, asked map[string]int) []byte {
	var m dnsmessage.Message
	if m.Unpack(query) != nil || len(m.Questions) == 0 {
		return nil
	}
	q := m.Questions[0]
	m.Response, m.Authoritative, m.Additionals = true, true, nil
	list := answers[strings.ToLower(strings.TrimSuffix(q.Name.String(), "."))]
	if q.Type == dnsmessage.TypeA && len(list) > 0 {
		i := min(asked[q.Name.String()], len(list)-1)
		asked[q.Name.String()]++
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
			Body:   &dnsmessage.AResource{A: netip.MustParseAddr(list[i]).As4()},
		}}
	}
	packed, err := m.Pack()
	if err != nil {
		return nil
	}
	return packed
}

// TestTransport has a server on loopback that nobody may reach, by any of its
// names, by a redirect, or by a name that changes its mind.
func TestTransport(t *testing.T) {
	t.Parallel()
	var inner atomic.Int64
	secret := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inner.Add(1) }))
	defer secret.Close()
	redirect := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, secret.URL, http.StatusFound)
	}))
	defer redirect.Close()
	port := mustParse(t, secret.URL).Port()
	resolver := names(t, map[string][]string{
		"inner.test": {"127.0.0.1"}, "rebinding.test": {"192.0.2.1", "127.0.0.1"}, "redirect.test": {"127.0.0.1"},
	})
	g := New(Options{Allowed: []string{"redirect.test"}, Resolver: resolver})
	client := &http.Client{Transport: g.Transport(), Timeout: time.Minute}
	for _, address := range []string{
		secret.URL, "http://localhost:" + port, "http://[::1]:" + port, "http://[::ffff:127.0.0.1]:" + port, "http://0.0.0.0:" + port, "http://0:" + port,
		"http://inner.test:" + port, "http://INNER.test.:" + port, "http://rebinding.test:" + port, "http://rebinding.test:" + port,
		"http://redirect.test:" + mustParse(t, redirect.URL).Port(), "http://0x7f000001:" + port, "http://2130706433:" + port,
	} {
		response, err := client.Get(address)
		if err == nil {
			_ = response.Body.Close()
			t.Errorf("%s: got %s", address, response.Status)
		}
		var refused *RefusedError
		if !errors.As(err, &refused) && !strings.Contains(address, "0x7f") && !strings.Contains(address, "213070") && !strings.Contains(address, "//0:") {
			t.Errorf("%s: %v, want it refused", address, err)
		}
	}
	if n := inner.Load(); n != 0 {
		t.Errorf("the server got %d requests", n)
	}
	allowed := &http.Client{Transport: New(Options{Allowed: []string{"127.0.0.1"}}).Transport()}
	response, err := allowed.Get(secret.URL)
	if err != nil || inner.Load() != 1 {
		t.Fatalf("allowed: %v", err)
	}
	_ = response.Body.Close()
}

func TestResolve(t *testing.T) {
	t.Parallel()
	resolver := names(t, map[string][]string{"inner.test": {"127.0.0.1"}, "public.test": {"93.184.216.34"}, "own.test": {"127.0.0.1"}})
	g := New(Options{Allowed: []string{"own.test"}, Resolver: resolver})
	if got, err := g.Resolve(t.Context(), "public.test"); err != nil || len(got) != 1 || got[0].Unmap() != netip.MustParseAddr("93.184.216.34") {
		t.Errorf("public.test: %v, %v", got, err)
	}
	if got, err := g.Resolve(t.Context(), "own.test"); err != nil || got != nil {
		t.Errorf("own.test: %v, %v", got, err)
	}
	for _, host := range []string{"inner.test", "localhost", "127.0.0.1", "missing.test"} {
		if got, err := g.Resolve(t.Context(), host); err == nil {
			t.Errorf("%s: %v", host, got)
		}
	}
	if got, err := New(Options{Resolver: resolver, Proxies: []string{"http://proxy:3128"}}).Resolve(t.Context(), "missing.test"); err != nil || got != nil {
		t.Errorf("behind a proxy: %v, %v", got, err)
	}
}

// TestProxy reaches a proxy on loopback, which isn't asked for inner addresses.
func TestProxy(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer proxy.Close()
	transport := New(Options{Proxies: []string{proxy.URL}}).Transport()
	checked := transport.Proxy
	transport.Proxy = func(r *http.Request) (*url.URL, error) {
		if _, err := checked(r); err != nil {
			return nil, err
		}
		return url.Parse(proxy.URL)
	}
	client := &http.Client{Transport: transport}
	response, err := client.Get("http://charts.example.com/index.yaml")
	if err != nil || asked.Load() != 1 {
		t.Fatalf("through the proxy: %v, %d requests", err, asked.Load())
	}
	_ = response.Body.Close()
	if response, err := client.Get("http://169.254.169.254/latest/meta-data"); err == nil {
		_ = response.Body.Close()
		t.Error("the proxy was asked for an inner address")
	}
}

func mustParse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
