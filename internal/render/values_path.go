package render

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/standin"
)

// valueFile is where one entry of valueFiles or fileParameters leads.
type valueFile struct {
	raw  string // as written in the Application
	url  string // set for a URL; path and root are then empty
	path string // absolute and clean, not yet known to exist
	root string // the tree that path may not leave
	// secret says that placeholders take the place of what is encrypted.
	secret bool
}

// String is how an error names the file.
func (v valueFile) String() string {
	if v.url != "" {
		return v.url
	}
	if relative, err := filepath.Rel(v.root, v.path); err == nil {
		return relative
	}
	return v.raw
}

// pathResolver turns entries into valueFiles by the rules of Argo CD's
// util/io/path/resolved.go and repository.go:getResolvedRefValueFile.
type pathResolver struct {
	in      Input
	env     []string
	schemes []string
	// secrets says that something stands in for helm-secrets.
	secrets bool
}

func (r *Renderer) newPathResolver(in Input) *pathResolver {
	schemes := r.options.ValueFileSchemes
	if schemes == nil {
		schemes = []string{"https", "http"}
	}
	return &pathResolver{in: in, env: buildEnv(in), schemes: schemes, secrets: r.options.StandIns.Has(standin.HelmSecrets)}
}

// resolve finds where raw leads. In a multi-source Application a leading "$"
// always names a ref, even if it looks like a variable.
func (p *pathResolver) resolve(raw string) (valueFile, error) {
	if p.in.Multi && strings.HasPrefix(raw, "$") {
		return p.resolveRef(raw)
	}
	return p.locate(raw, substitute(p.env, raw), p.in.Root, p.in.Dir)
}

// resolveRef cuts the ref off before variables are replaced; the rest starts
// at the root of the referenced tree, whatever path that source has.
func (p *pathResolver) resolveRef(raw string) (valueFile, error) {
	name, rest, _ := strings.Cut(raw, "/")
	if len(p.in.Refs) == 0 {
		return valueFile{}, fault.WithHint(
			fmt.Errorf("source referenced %q, but no source has a 'ref' field defined", name),
			"In a sources list a leading $ names another source's ref; variables work only further on.")
	}
	root, ok := p.in.Refs[name]
	if !ok {
		return valueFile{}, fmt.Errorf("source referenced %q, which is not one of the available sources (%s)",
			name, strings.Join(slices.Sorted(maps.Keys(p.in.Refs)), ", "))
	}
	if root == "" {
		return valueFile{}, fault.WithHint(fmt.Errorf("source referenced %q in an override file only", name),
			"Argo CD checks out what the Application itself references; name the ref there too.")
	}
	return p.locate(raw, "/"+substitute(p.env, rest), root, root)
}

// locate handles what is left after substitution: a URL, a path from the
// tree's root or one from dir.
func (p *pathResolver) locate(raw, path, root, dir string) (valueFile, error) {
	parsed, err := url.Parse(path)
	if err != nil {
		return valueFile{}, fmt.Errorf("reading %q as a path or URL: %w", raw, err)
	}
	if parsed.Scheme != "" {
		return p.locateURL(raw, path, parsed.Scheme)
	}
	joined := filepath.Join(dir, path)
	if strings.HasPrefix(path, "/") {
		joined = filepath.Join(root, path)
	}
	file := valueFile{raw: raw, path: joined, root: root}
	if !isBelow(root, joined) {
		return file, outsideValue(raw)
	}
	return file, nil
}

func (p *pathResolver) locateURL(raw, address, scheme string) (valueFile, error) {
	allowed := slices.ContainsFunc(p.schemes, func(s string) bool { return strings.EqualFold(s, scheme) })
	switch {
	case allowed && p.secrets && standin.IsSecretURL(address):
		return p.locateSecret(raw, address)
	case allowed:
		p.in.fetches()
		return valueFile{raw: raw, url: address}, nil
	}
	return valueFile{}, fault.WithHint(fmt.Errorf("the URL scheme '%s' of %q is not allowed", scheme, raw),
		"Argo CD allows the schemes of helm.valuesFileSchemes in argocd-cm (default: https and http).")
}

// locateSecret finds the file that helm-secrets would decrypt: helm runs in the
// source's directory.
func (p *pathResolver) locateSecret(raw, address string) (valueFile, error) {
	path, err := standin.SecretFile(address)
	if err != nil {
		return valueFile{}, err
	}
	file := valueFile{raw: raw, path: filepath.Join(p.in.Dir, path), root: p.in.Root, secret: true}
	if filepath.IsAbs(path) || !isBelow(p.in.Root, file.path) {
		return file, outsideValue(raw)
	}
	return file, nil
}

// isBelow is true for a clean path inside root, not for root itself.
func isBelow(root, path string) bool {
	return strings.HasPrefix(path, strings.TrimSuffix(root, "/")+"/")
}

func outsideValue(raw string) error {
	return fault.WithHint(fmt.Errorf("file '%s' resolved to outside repository root", raw),
		"Paths in valueFiles and fileParameters stay inside the source's repository or chart.")
}

// real follows every link on the way to the file and checks that it ends
// inside the tree. A file that does not exist gives fs.ErrNotExist.
func (v valueFile) real() (string, error) {
	root, err := filepath.EvalSymlinks(v.root)
	if err != nil {
		return "", fmt.Errorf("resolving the root of %q: %w", v.raw, err)
	}
	path, err := filepath.EvalSymlinks(v.path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fs.ErrNotExist
	}
	if err != nil {
		return "", fmt.Errorf("resolving %q: %w", v.raw, shorten(err, v.root))
	}
	if !isBelow(root, path) {
		return "", outsideValue(v.raw)
	}
	return path, nil
}

// missing is true for a local file that is not there.
func (v valueFile) missing() bool {
	if v.url != "" || v.secret {
		return false // Argo CD doesn't look
	}
	_, err := os.Stat(v.path)
	return errors.Is(err, fs.ErrNotExist)
}

// refsOf gives the "$name" of every ref that a source's Helm block names.
func refsOf(helm *argocd.Helm) []string {
	if helm == nil {
		return nil
	}
	entries := slices.Clone(helm.ValueFiles)
	for _, parameter := range helm.FileParameters {
		entries = append(entries, parameter.Path)
	}
	var refs []string
	for _, entry := range entries {
		if name, _, _ := strings.Cut(entry, "/"); strings.HasPrefix(name, "$") {
			refs = append(refs, name)
		}
	}
	return refs
}
