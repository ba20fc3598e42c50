package render

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"helm.sh/helm/v3/pkg/getter"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/standin"
)

// maxValueFile bounds one value file or file parameter.
const maxValueFile = 10 << 20

// expandValueFiles gives the files of helm.valueFiles in the order in which
// Helm merges them: globs expanded, files that are also listed by name left to
// that place, later duplicates dropped. An Argo CD before that gives Helm the
// entries as they are.
func (p *pathResolver) expandValueFiles(options argocd.Helm) ([]valueFile, error) {
	entries := make([]valueFile, 0, len(options.ValueFiles))
	var named []string
	for _, raw := range options.ValueFiles {
		entry, err := p.resolve(raw)
		if err != nil {
			return nil, fmt.Errorf("resolving helm.valueFiles: %w", err)
		}
		entries = append(entries, entry)
		if !p.isGlob(entry) {
			named = append(named, entry.path)
		}
	}
	var files []valueFile
	for _, entry := range entries {
		matches, err := p.expand(entry, options.IgnoreMissingValueFiles, named)
		if err != nil {
			return nil, fmt.Errorf("resolving helm.valueFiles: %w", err)
		}
		files = append(files, matches...)
	}
	if i := slices.IndexFunc(files, valueFile.hasComma); i >= 0 {
		return nil, fault.WithHint(fmt.Errorf("resolving helm.valueFiles: %q has a comma", files[i].raw),
			"Argo CD gives the path to the helm command, which takes it for two files; rename the file.")
	}
	if !p.in.has(uniqueValueFiles) {
		return files, nil
	}
	return firstOfEach(files), nil
}

// hasComma looks at the part below the root only, as isGlob does.
func (v valueFile) hasComma() bool { return strings.Contains(v.String(), ",") }

// firstOfEach drops a file that came before.
func firstOfEach(files []valueFile) []valueFile {
	seen := map[[2]string]bool{}
	return slices.DeleteFunc(files, func(file valueFile) bool {
		key := [2]string{file.url, file.path}
		defer func() { seen[key] = true }()
		return seen[key]
	})
}

// isGlob looks at the part below the root only: where the tree lies on this
// machine is not the author's doing.
func (p *pathResolver) isGlob(v valueFile) bool {
	return p.in.has(valueFileGlobs) && v.url == "" && !v.secret && strings.ContainsAny(v.String(), "*?[")
}

// expand gives the one file, or the matches of a glob less those in named. A
// missing file stays for the reader to complain about unless it is to be
// ignored.
func (p *pathResolver) expand(v valueFile, ignoreMissing bool, named []string) ([]valueFile, error) {
	if !p.isGlob(v) {
		if ignoreMissing && v.missing() {
			return nil, nil
		}
		return []valueFile{v}, nil
	}
	matches, err := doublestar.Glob(os.DirFS(v.root), v.String())
	if err != nil {
		return nil, fmt.Errorf("reading %q as a glob: %w", v.raw, err)
	}
	if len(matches) == 0 && !ignoreMissing {
		return nil, fault.WithHint(fmt.Errorf("values file glob %q matched no files", v.raw),
			"Correct the pattern, or set helm.ignoreMissingValueFiles.")
	}
	var files []valueFile
	for _, match := range matches {
		file := valueFile{raw: v.raw, path: filepath.Join(v.root, match), root: v.root}
		if !slices.Contains(named, file.path) {
			files = append(files, file)
		}
	}
	return files, nil
}

// read gives the file's content, from the tree or by a getter.
func (r *Renderer) read(file valueFile) ([]byte, error) {
	if standin.IsSecretURL(file.url) {
		return nil, fault.WithHint(fmt.Errorf("reading %q: helm-secrets decrypts it with keys that a preview does not have", file.raw), "%s", standInHint(standin.HelmSecrets))
	}
	if file.url != "" {
		return r.download(file.url)
	}
	path, err := file.real()
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.WithHint(fmt.Errorf("reading %q: no such file %s", file.raw, file),
			"Paths are relative to the source's path, or to the repository's root with a leading slash; helm.ignoreMissingValueFiles skips missing value files.")
	}
	if err != nil {
		return nil, err
	}
	content, err := readBounded(path, file)
	if err != nil || !file.secret {
		return content, err
	}
	content, _, err = standin.Strip(path, content)
	return content, fault.InFile(err, file.String())
}

func readBounded(path string, file valueFile) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("reading %q: expected %s to be a regular file", file.raw, file)
	}
	opened, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", file.raw, shorten(err, file.root))
	}
	defer opened.Close()
	content, err := io.ReadAll(io.LimitReader(opened, maxValueFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", file.raw, shorten(err, file.root))
	}
	if len(content) > maxValueFile {
		return nil, fmt.Errorf("reading %q: expected at most %d MiB", file.raw, maxValueFile>>20)
	}
	return content, nil
}

func (r *Renderer) download(address string) ([]byte, error) {
	scheme, _, _ := strings.Cut(address, ":")
	get, err := r.options.Getters.ByScheme(strings.ToLower(scheme))
	if err != nil {
		return nil, fmt.Errorf("downloading %s: %w", address, err)
	}
	content, err := get.Get(address, getter.WithURL(address))
	if err != nil {
		return nil, fmt.Errorf("downloading %s: %w", address, err)
	}
	return content.Bytes(), nil
}
