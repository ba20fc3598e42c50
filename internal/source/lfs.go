package source

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
)

// pointer is what stands in a repository for a file of Git LFS.
type pointer struct {
	path string // on disk
	OID  string `json:"oid"`
	Size int64  `json:"size"` // bytes
}

var pointerText = regexp.MustCompile(`^version https://git-lfs\.github\.com/spec/v1\n(?:[a-z0-9.-]+ [^\n]*\n)*?oid sha256:([0-9a-f]{64})\nsize ([0-9]{1,15})\n`)

// maxPointer is the size in bytes below which a file may be a pointer.
const maxPointer = 1024

// findPointers lists the pointers of a tree in lexical order. own is true if the
// repository says itself where its objects are.
func findPointers(dir string) (found []pointer, own bool, err error) {
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		own = own || path == filepath.Join(dir, ".lfsconfig")
		info, err := entry.Info()
		if err != nil || info.Size() >= maxPointer {
			return err
		}
		text, err := os.ReadFile(path)
		if parts := pointerText.FindSubmatch(text); parts != nil && err == nil {
			size, _ := strconv.ParseInt(string(parts[2]), 10, 64) // 15 digits fit
			found = append(found, pointer{path: path, OID: string(parts[1]), Size: size})
		}
		return err
	})
	return found, own, err
}

// fetchLFS puts the files in the places of their pointers, by Git LFS's own
// API over HTTPS (its "batch" and "basic transfer").
func (r *gitRemote) fetchLFS(ctx context.Context, dir string) error {
	pointers, own, err := findPointers(dir)
	if err != nil || len(pointers) == 0 {
		return err
	}
	if own || r.url.scheme == "ssh" {
		return fault.Skip("the repository keeps files in Git LFS, which is fetched by https:// from the repository's own server alone")
	}
	left := int64(maxUnpacked)
	for _, p := range pointers {
		if left -= p.Size; p.Size > maxEntry || left < 0 {
			return fmt.Errorf("expected files of at most %d MiB in Git LFS, and %d MiB in all, found more", maxEntry>>20, maxUnpacked>>20)
		}
	}
	const batch = 100
	for len(pointers) > 0 {
		n := min(batch, len(pointers))
		if err := r.lfsBatch(ctx, pointers[:n]); err != nil {
			return fault.WithHint(fmt.Errorf("fetching Git LFS files of %s: %w", r.url.address, err), "Check that the repository's Secret may read its Git LFS objects.")
		}
		pointers = pointers[n:]
	}
	return nil
}

// lfsObject is what the server says of one file.
type lfsObject struct {
	OID     string `json:"oid"`
	Actions struct {
		Download struct {
			Href   string            `json:"href"`
			Header map[string]string `json:"header"`
		} `json:"download"`
	} `json:"actions"`
	Error *struct{ Message string } `json:"error"`
}

// lfsBatch asks where the files are, and fetches them.
func (r *gitRemote) lfsBatch(ctx context.Context, pointers []pointer) error {
	body, err := json.Marshal(map[string]any{"operation": "download", "transfers": []string{"basic"}, "hash_algo": "sha256", "objects": pointers})
	if err != nil {
		return err
	}
	address := strings.TrimSuffix(strings.TrimSuffix(r.url.address, "/"), ".git") + ".git/info/lfs/objects/batch"
	header := map[string]string{"Accept": "application/vnd.git-lfs+json", "Content-Type": "application/vnd.git-lfs+json"}
	if login := r.login.header.Reveal(); login != "" {
		header["Authorization"] = login
	}
	answer, err := r.lfsRequest(ctx, http.MethodPost, address, header, body, maxAPIAnswer)
	if err != nil {
		return err
	}
	var list struct{ Objects []lfsObject }
	if err := json.Unmarshal(answer, &list); err != nil {
		return errors.New("expected JSON from the Git LFS server")
	}
	objects := map[string]lfsObject{}
	for _, o := range list.Objects {
		objects[o.OID] = o
	}
	for _, p := range pointers {
		if err := r.lfsFile(ctx, p, objects[p.OID]); err != nil {
			return fmt.Errorf("object %s: %w", p.OID, err)
		}
	}
	return nil
}

// lfsFile fetches one file. It gets the header that the server gave for it, and
// never the repository's login.
func (r *gitRemote) lfsFile(ctx context.Context, p pointer, o lfsObject) error {
	if o.Error != nil {
		return fmt.Errorf("the server says: %.200s", o.Error.Message)
	}
	content, err := r.lfsRequest(ctx, http.MethodGet, o.Actions.Download.Href, o.Actions.Download.Header, nil, p.Size)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != p.OID {
		return errors.New("expected content with that digest, found other")
	}
	return os.WriteFile(p.path, content, 0o644)
}

func (r *gitRemote) lfsRequest(ctx context.Context, method, address string, header map[string]string, body []byte, limit int64) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil || request.URL.Host == "" {
		return nil, errors.New("expected a URL of a Git LFS server")
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := r.fetcher.options.Client.Do(request)
	if err != nil {
		return nil, errors.New("the Git LFS server can't be reached: " + connectError(err).Error())
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("expected status 200 of the Git LFS server, found %s", response.Status)
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = fmt.Errorf("expected at most %d bytes, found more", limit)
	}
	return content, err
}
