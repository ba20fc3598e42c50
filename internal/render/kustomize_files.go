package render

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// The rest of what kustomize asks of a file system. A build only reads; what
// would write is refused.
var _ filesys.FileSystem = (*kustomizeTree)(nil)

var errReadOnly = errors.New("the tree of a kustomize build is read-only")

// Exists is true for a file or a directory.
func (t *kustomizeTree) Exists(path string) bool {
	_, _, err := t.CleanedAbs(path)
	return err == nil
}

// IsDir is true for a directory, also behind a link that stays inside.
func (t *kustomizeTree) IsDir(path string) bool {
	_, file, err := t.CleanedAbs(path)
	return err == nil && file == ""
}

// ReadDir gives the names in a directory.
func (t *kustomizeTree) ReadDir(path string) ([]string, error) {
	_, real, err := t.resolve(path)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(real)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	return names, nil
}

// Glob gives the paths that match a pattern below the source's directory or
// beside it, written as the pattern is.
func (t *kustomizeTree) Glob(pattern string) ([]string, error) {
	if filepath.IsAbs(pattern) {
		return nil, nil
	}
	_, base, err := t.resolve(t.dir)
	if err != nil {
		return nil, err
	}
	up := ""
	for pattern = filepath.Clean(pattern); strings.HasPrefix(pattern, "../"); pattern = pattern[3:] {
		base, up = filepath.Dir(base), up+"../"
	}
	escaped := strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(base)
	matches, err := filepath.Glob(filepath.Join(escaped, pattern))
	if err != nil {
		return nil, fmt.Errorf("reading %q as a pattern: %w", pattern, err)
	}
	var found []string
	for _, match := range matches {
		if path := up + strings.TrimPrefix(match[len(base):], "/"); t.Exists(path) {
			found = append(found, path)
		}
	}
	return found, nil
}

func isKustomization(path string) bool {
	return slices.Contains(konfig.RecognizedKustomizationFileNames(), filepath.Base(path))
}

// kustomizationFile gives the one kustomization file of a directory.
func (t *kustomizeTree) kustomizationFile(dir string) (string, error) {
	var found []string
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		if path := filepath.Join(dir, name); t.Exists(path) && !t.IsDir(path) {
			found = append(found, path)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return "", fmt.Errorf("expected one of %s in %s, found %d",
		strings.Join(konfig.RecognizedKustomizationFileNames(), ", "), inRepository(dir), len(found))
}

// inRepository gives a path in the tree as a reader knows it.
func inRepository(path string) string {
	if path == repoMount {
		return "the repository's root"
	}
	return strings.TrimPrefix(strings.TrimPrefix(path, repoMount+"/"), remoteMount+"/")
}

// Create refuses.
func (*kustomizeTree) Create(string) (filesys.File, error) { return nil, errReadOnly }

// Mkdir refuses.
func (*kustomizeTree) Mkdir(string) error { return errReadOnly }

// MkdirAll refuses.
func (*kustomizeTree) MkdirAll(string) error { return errReadOnly }

// RemoveAll refuses.
func (*kustomizeTree) RemoveAll(string) error { return errReadOnly }

// Open refuses: builds read whole files.
func (*kustomizeTree) Open(string) (filesys.File, error) { return nil, errReadOnly }

// WriteFile refuses.
func (*kustomizeTree) WriteFile(string, []byte) error { return errReadOnly }

// Walk refuses: no build walks.
func (*kustomizeTree) Walk(string, filepath.WalkFunc) error { return errReadOnly }
