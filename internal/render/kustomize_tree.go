package render

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// repoMount is where kustomize finds the repository; remoteMount is above what
// was fetched. Such names keep this machine's paths out of messages.
const (
	repoMount   = "/repo"
	remoteMount = "/remote"
)

// maxKustomizeFile bounds one file that a build reads, in bytes.
const maxKustomizeFile = 64 << 20

// kustomizeTree is all that a build sees of the disk: directories under names
// of their own, which no path and no symbolic link leaves, and over them what
// was written, in memory. That is cheap where a copy of a large repository
// for each render is not. One build uses it, from one goroutine at a time.
type kustomizeTree struct {
	ctx     context.Context // a build can't be stopped but by its next read
	mounts  []mount
	dir     string // of the source; relative paths begin there
	written map[string][]byte
	// onKustomization may change each kustomization file that is read.
	onKustomization func(path string, text []byte) ([]byte, error)
	checked         map[string][]byte
	// refused is the first error of onKustomization: kustomize takes a file
	// that it can't read for one that isn't there.
	refused error
}

// mount makes the directory real appear at.
type mount struct{ at, real string }

func newKustomizeTree(ctx context.Context, root, dir string) (*kustomizeTree, error) {
	t := &kustomizeTree{ctx: ctx, written: map[string][]byte{}, checked: map[string][]byte{}}
	if err := t.mount(repoMount, root); err != nil {
		return nil, err
	}
	rel, err := filepath.Rel(root, dir)
	if err != nil {
		return nil, fmt.Errorf("finding the source's directory: %w", err)
	}
	confirmed, file, err := t.CleanedAbs(filepath.Join(repoMount, rel))
	if err != nil || file != "" {
		return nil, errors.Join(fmt.Errorf("expected the source's directory inside the repository, found %s", rel), err)
	}
	t.dir = confirmed.String()
	return t, nil
}

// mount adds a directory on disk.
func (t *kustomizeTree) mount(at, dir string) error {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return fmt.Errorf("opening %s: %w", at, err)
	}
	t.mounts = append(t.mounts, mount{at: at, real: real})
	return nil
}

// mountOf gives the mount that path lies in, by name alone.
func (t *kustomizeTree) mountOf(path string) (mount, bool) {
	i := slices.IndexFunc(t.mounts, func(m mount) bool { return within(m.at, path) })
	if i < 0 {
		return mount{}, false
	}
	return t.mounts[i], true
}

// within is true for root and everything inside; both are clean.
func within(root, path string) bool {
	return path == root || strings.HasPrefix(path, strings.TrimSuffix(root, "/")+"/")
}

// absolute gives the clean path in the tree that kustomize means.
func (t *kustomizeTree) absolute(path string) string {
	if !filepath.IsAbs(path) {
		path = filepath.Join(t.dir, path)
	}
	return filepath.Clean(path)
}

// resolve follows every link: at is the place in the tree, real the one on
// disk.
func (t *kustomizeTree) resolve(path string) (at, real string, err error) {
	path = t.absolute(path)
	m, found := t.mountOf(path)
	if !found {
		return "", "", fmt.Errorf("%s: outside of the repository: %w", path, fs.ErrNotExist)
	}
	real, err = filepath.EvalSymlinks(filepath.Join(m.real, path[len(m.at):]))
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", path, reason(err))
	}
	if !within(m.real, real) {
		return "", "", fmt.Errorf("%s: the symbolic link leads out of the repository: %w", path, fs.ErrNotExist)
	}
	return m.at + real[len(m.real):], real, nil
}

// reason drops the paths of this machine from an error.
func reason(err error) error {
	if inner := (*fs.PathError)(nil); errors.As(err, &inner) {
		return inner.Err
	}
	return err
}

// write puts a file over the tree.
func (t *kustomizeTree) write(path string, text []byte) { t.written[t.absolute(path)] = text }

// ReadFile gives a file's content; kustomization files as they may be built.
func (t *kustomizeTree) ReadFile(path string) ([]byte, error) {
	if err := context.Cause(t.ctx); err != nil {
		return nil, err
	}
	path = t.absolute(path)
	text, err := t.read(path)
	if err != nil || !isKustomization(path) || t.onKustomization == nil {
		return text, err
	}
	if checked, ok := t.checked[path]; ok {
		return checked, nil
	}
	text, err = t.onKustomization(path, text)
	if err != nil && t.refused == nil {
		t.refused = err
	}
	if err == nil {
		t.checked[path] = text
	}
	return text, err
}

// read gives a file as it is in the tree.
func (t *kustomizeTree) read(path string) ([]byte, error) {
	if text, ok := t.written[path]; ok {
		return text, nil
	}
	_, real, err := t.resolve(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(real)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	}
	// A pipe would hold the build for ever.
	if !info.Mode().IsRegular() || info.Size() > maxKustomizeFile {
		return nil, fmt.Errorf("%s: expected a regular file of at most %d MiB", path, maxKustomizeFile>>20)
	}
	file, err := os.Open(real)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxKustomizeFile))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	}
	return text, nil
}

// CleanedAbs follows links and splits a path into directory and file; the file
// is empty for a directory.
func (t *kustomizeTree) CleanedAbs(path string) (filesys.ConfirmedDir, string, error) {
	path = t.absolute(path)
	if _, ok := t.written[path]; ok {
		return filesys.ConfirmedDir(filepath.Dir(path)), filepath.Base(path), nil
	}
	at, real, err := t.resolve(path)
	if err != nil {
		return "", "", err
	}
	info, err := os.Stat(real)
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", path, reason(err))
	}
	if info.IsDir() {
		return filesys.ConfirmedDir(at), "", nil
	}
	return filesys.ConfirmedDir(filepath.Dir(at)), filepath.Base(at), nil
}
