package render

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"unicode/utf8"

	"github.com/TomOnTime/utfutil"
	"github.com/gobwas/glob"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

const (
	// defaultDirectorySize is the repo-server's default of "10M", decimal.
	defaultDirectorySize = 10_000_000
	// maxSourceFile bounds a file that counts towards no other bound.
	maxSourceFile = 32 << 20
	// skipMarker anywhere in a file keeps it out (Argo CD 3.1).
	skipMarker = "+argocd:skip-file-rendering"
)

// manifestName is what the names of manifests look like; case matters.
var manifestName = regexp.MustCompile(`^.*\.(yaml|yml|json|jsonnet)$`)

// errOutside says that links lead out of the tree.
var errOutside = errors.New("resolves outside repository root")

// selection chooses the files of a plain directory by the rules of Argo CD's
// repository.go:getPotentiallyValidManifests.
type selection struct {
	root, dir string
	options   argocd.Directory
	include   func(name string) bool
	exclude   func(name string) bool
	limit     int64 // below 0: none
	total     int64
	files     []manifestFile
}

// selectFiles walks the source's directory in lexical order. limit is
// Options.MaxDirectorySize.
func selectFiles(in Input, options argocd.Directory, limit int64) ([]manifestFile, error) {
	if limit == 0 {
		limit = defaultDirectorySize
	}
	s := &selection{
		root: in.Root, dir: in.Dir, options: options, limit: limit,
		include: globMatcher(options.Include), exclude: globMatcher(options.Exclude),
	}
	if err := filepath.WalkDir(in.Dir, s.visit); err != nil {
		return nil, fmt.Errorf("finding manifests: %w", shorten(err, in.Dir))
	}
	return s.files, nil
}

// globMatcher gives nil for no pattern. In a pattern "*" crosses "/" as "**"
// does. A pattern that can't be read matches nothing, as in Argo CD: a broken
// include leaves no file, a broken exclude leaves all.
func globMatcher(pattern string) func(string) bool {
	if pattern == "" {
		return nil
	}
	compiled, err := glob.Compile(pattern)
	if err != nil {
		return func(string) bool { return false }
	}
	return compiled.Match
}

// visit enters hidden directories like others, and no link to a directory.
func (s *selection) visit(path string, entry fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	if entry.IsDir() {
		if path != s.dir && !s.options.Recurse {
			return fs.SkipDir
		}
		return nil
	}
	if !s.options.DisableExtensionFilter && !manifestName.MatchString(entry.Name()) {
		return nil
	}
	name, err := filepath.Rel(s.dir, path)
	if err != nil {
		return err
	}
	return fault.InFile(s.add(manifestFile{name: name, path: path, real: path}, entry.Type()), name)
}

// add takes the file if nothing speaks against it. The order of the checks is
// Argo CD's: a bad link fails even if its name is excluded.
func (s *selection) add(f manifestFile, mode fs.FileMode) error {
	if mode&fs.ModeSymlink != 0 {
		target, err := realInside(s.root, f.path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return linkError(f.name, err, s.root)
		}
		f.real = target
	}
	info, err := os.Stat(f.real)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || s.exclude != nil && s.exclude(f.name) || s.include != nil && !s.include(f.name) {
		return nil
	}
	return s.read(f, info.Size())
}

func linkError(name string, err error, root string) error {
	if errors.Is(err, errOutside) {
		return fault.WithHint(fmt.Errorf("illegal filepath in symlink at %q: it %w", name, err),
			"A link in a plain directory must lead to a file of the same repository.")
	}
	return fmt.Errorf("failed to evaluate symlink at %q: %w", name, shorten(err, root))
}

// read keeps the text of a file without the marker. Jsonnet files don't count
// towards the bound of the directory.
func (s *selection) read(f manifestFile, size int64) error {
	counts := !f.isJsonnet()
	if size > maxSourceFile && (!counts || s.limit >= 0) {
		return fmt.Errorf("expected a file of at most %d MiB, found %d MiB", maxSourceFile>>20, size>>20)
	}
	raw, err := os.ReadFile(f.real)
	if err != nil {
		return err
	}
	text, err := decoded(raw)
	if err != nil {
		return err
	}
	if bytes.Contains(text, []byte(skipMarker)) {
		return nil
	}
	f.text = raw
	if counts {
		f.text = text
		s.total += size
	}
	if s.limit >= 0 && s.total > s.limit {
		return fault.WithHint(fmt.Errorf("exceeded max combined manifest file size: the files up to here have %d bytes, the repo-server allows %d", s.total, s.limit),
			"Split the directory, exclude files, or raise --max-combined-directory-manifests-size of the repo-server.")
	}
	s.files = append(s.files, f)
	return nil
}

// decoded gives a text in UTF-8 without a byte order mark.
func decoded(raw []byte) ([]byte, error) {
	if utf8.Valid(raw) && !bytes.HasPrefix(raw, []byte("\ufeff")) {
		return raw, nil
	}
	text, err := io.ReadAll(utfutil.BytesReader(raw, utfutil.UTF8))
	if err != nil {
		return nil, fmt.Errorf("decoding the text: %w", err)
	}
	return text, nil
}

// realInside follows every link on the way to path. It fails with errOutside
// unless the end is root or below it, and with fs.ErrNotExist if there is none.
func realInside(root, path string) (string, error) {
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		return "", err
	}
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	if target != root && !isBelow(root, target) {
		return "", errOutside
	}
	return target, nil
}
