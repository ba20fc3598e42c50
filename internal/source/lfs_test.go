package source

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"testing"
)

// lfsHost serves a repository with one pointer, and the object as content.
func lfsHost(t *testing.T, content string) (host *httptest.Server, seen *[]string) {
	t.Helper()
	const want = "app: large\n"
	login := "Basic " + base64.StdEncoding.EncodeToString([]byte("me:hunter2"))
	sum := sha256.Sum256([]byte(want))
	oid := hex.EncodeToString(sum[:])
	u := newUpstream(t)
	write(t, filepath.Join(u.dir, ".gitattributes"), []byte("*.bin filter=lfs diff=lfs merge=lfs -text\n"))
	u.commit("lfs", "app/values.bin", fmt.Sprintf("version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n", oid, len(want)))
	git, err := url.Parse(u.serveGit(login).URL)
	if err != nil {
		t.Fatal(err)
	}
	seen = &[]string{}
	stored := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*seen = append(*seen, r.Header.Get("Authorization"), r.Header.Get("X-Key"))
		_, _ = w.Write([]byte(content))
	}))
	t.Cleanup(stored.Close)
	mux := http.NewServeMux()
	mux.Handle("/", httputil.NewSingleHostReverseProxy(git))
	mux.HandleFunc("POST /org/web.git/info/lfs/objects/batch", func(w http.ResponseWriter, r *http.Request) {
		var asked struct{ Objects []struct{ OID string } }
		if r.Header.Get("Authorization") != login || json.NewDecoder(r.Body).Decode(&asked) != nil || len(asked.Objects) != 1 || asked.Objects[0].OID != oid {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fmt.Fprintf(w, `{"objects": [{"oid": %q, "actions": {"download": {"href": %q, "header": {"X-Key": "k"}}}}]}`, oid, stored.URL+"/"+oid)
	})
	host = httptest.NewServer(mux)
	t.Cleanup(host.Close)
	return host, seen
}

func TestLFS(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		content, password string
		on                bool
		want              string
	}{
		"fetched":       {"app: large\n", "hunter2", true, ""},
		"other content": {"app: other\n", "hunter2", true, "expected content with that digest"},
		"too much":      {"app: large\nand more\n", "hunter2", true, "expected at most 11 bytes"},
		"off":           {"", "hunter2", false, "set the input lfs to true"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			host, seen := lfsHost(t, tt.content)
			f := gitFetcher(t, func(o *Options) {
				o.LFS = tt.on
				o.Credentials = credentials(t, "repository", "url", host.URL+"/org/web.git", "username", "me", "password", tt.password, "enableLfs", "true")
			})
			tree, err := f.Git(t.Context(), host.URL+"/org/web.git", "main", "")
			if tt.want != "" {
				wantError(t, err, tt.want)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := read(t, tree.Dir, "app/values.bin"); got != "app: large\n" {
				t.Errorf("got %q", got)
			}
			if len(*seen) != 2 || (*seen)[0] != "" || (*seen)[1] != "k" {
				t.Errorf("the store got %q, want no login", *seen)
			}
		})
	}
}
