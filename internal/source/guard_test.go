package source

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/network"
)

// TestGuard asks for charts, artifacts, values and repositories of a server on
// this machine. It gets no request, nobody tries three times, and the error says
// what to do.
func TestGuard(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { requests.Add(1) }))
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	for _, o := range []network.Options{{}, {Known: []string{"charts.example.com"}}} {
		guard := network.New(o)
		var tried, waited atomic.Int64
		f := NewFetcher(Options{
			Scratch: t.TempDir(), Guard: guard, Client: &http.Client{Transport: counted{guard.Transport(), &tried}, Timeout: time.Minute},
			Sleep: func(context.Context, time.Duration) error { waited.Add(1); return nil },
		})
		for name, do := range map[string]func() error{
			"chart":    func() error { _, err := f.Chart(t.Context(), server.URL, "c", "1.0.0"); return err },
			"artifact": func() error { _, err := f.OCI(t.Context(), "oci://"+host+"/a/b", "1.0.0"); return err },
			"oci":      func() error { _, err := f.Chart(t.Context(), host+"/a", "c", "1.0.0"); return err },
			"git":      func() error { _, err := f.Git(t.Context(), "https://"+host+"/a/b", "main", ""); return err },
			"git by name": func() error {
				_, err := f.Git(t.Context(), "https://localhost:"+strings.Split(host, ":")[1]+"/a/b", "main", "")
				return err
			},
			"ssh": func() error { _, err := f.Git(t.Context(), "ssh://git@127.0.0.1/a/b", "main", ""); return err },
			"scp": func() error { _, err := f.Git(t.Context(), "git@localhost:a/b", "main", ""); return err },
			"values": func() error {
				getter, err := f.Getters().ByScheme("http")
				if err == nil {
					_, err = getter.Get(server.URL + "/values.yaml")
				}
				return err
			},
			"archive of a dependency": func() error {
				getter, err := f.Getters().ByScheme("http")
				if err == nil {
					_, err = getter.Get(server.URL + "/c-1.0.0.tgz")
				}
				return err
			},
		} {
			tried.Store(0)
			waited.Store(0)
			err := do()
			if err == nil || !strings.Contains(err.Error(), "is refused") || !strings.Contains(fault.HintOf(err), "allowed-hosts") && name != "oci" && name != "artifact" {
				t.Errorf("%s: %v, hint %q", name, err, fault.HintOf(err))
			}
			if tried.Load() > 1 || waited.Load() > 0 {
				t.Errorf("%s was tried %d times, with %d waits", name, tried.Load(), waited.Load())
			}
		}
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("the server got %d requests", n)
	}
}

// counted counts what is sent through a transport.
type counted struct {
	http.RoundTripper
	n *atomic.Int64
}

func (c counted) RoundTrip(r *http.Request) (*http.Response, error) {
	c.n.Add(1)
	return c.RoundTripper.RoundTrip(r)
}

// TestPinned binds git to what was checked.
func TestPinned(t *testing.T) {
	t.Parallel()
	f := NewFetcher(Options{Guard: network.New(network.Options{Known: []string{"93.184.216.34"}})})
	for address, want := range map[string]string{
		"https://93.184.216.34/a":   "http.followRedirects=false http.curloptResolve=93.184.216.34:443:93.184.216.34",
		"ssh://git@93.184.216.34/a": "",
	} {
		u, err := parseGitURL(address)
		if err != nil {
			t.Fatal(err)
		}
		settings, err := f.pinned(t.Context(), u)
		var got []string
		for _, s := range settings {
			got = append(got, s.Key+"="+s.Value)
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %q, %v", address, got, err)
		}
	}
}
