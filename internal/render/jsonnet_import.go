package render

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/go-jsonnet"

	"github.com/argoplan/argoplan/internal/fault"
)

// importer reads what Jsonnet files import, from inside the tree only: links
// are followed and must end in it, and nothing but regular files is opened
// (reference: repository.go:confinedImporter). Files are known by their path
// from the root, so that messages and std.thisFile are the same on each side.
type importer struct {
	root   string
	search []string // from the root, in the order of the search
	found  map[string]jsonnet.Contents
	code   map[string]codeImports
	left   int64 // bytes that may still be read
	strict bool  // some code said tailstrict
}

// newImporter searches libs from the last one to the first, then the source's
// directory. libs are relative to the root of the tree, and may be it.
func newImporter(in Input, libs []string) (*importer, error) {
	i := &importer{root: in.Root, found: map[string]jsonnet.Contents{}, code: map[string]codeImports{}, left: maxSourceFile}
	for _, dir := range slices.Backward(libs) {
		path, err := libraryPath(in.Root, dir)
		if err != nil {
			return nil, err
		}
		i.search = append(i.search, path)
	}
	dir, err := filepath.Rel(in.Root, in.Dir)
	i.search = append(i.search, dir)
	return i, err
}

// libraryPath gives a library's path from the root. A missing one is no error.
func libraryPath(root, lib string) (string, error) {
	path := filepath.Join(root, lib)
	err := errOutside
	if path == root || isBelow(root, path) {
		_, err = realInside(root, path)
	}
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return filepath.Rel(root, path)
	}
	if errors.Is(err, errOutside) {
		err = fmt.Errorf("file '%s' resolved to outside repository root", lib)
	}
	return "", fault.WithHint(fmt.Errorf("resolving directory.jsonnet.libs: %w", shorten(err, root)),
		"Libraries are directories of the same repository, relative to its root.")
}

// Import finds path next to the importing file, then in the libraries. What
// lies outside of the tree is not looked at, not even whether it is there.
func (i *importer) Import(from, path string) (jsonnet.Contents, string, error) {
	if filepath.IsAbs(path) {
		return jsonnet.Contents{}, "", fmt.Errorf("jsonnet import %q %w", path, errOutside)
	}
	dirs := i.search
	if from != "" { // it is "" for code in variables
		dirs = append([]string{filepath.Dir(from)}, dirs...)
	}
	missing := fmt.Errorf("couldn't open import %q: no match locally or in the Jsonnet library paths", path)
	for _, dir := range dirs {
		name := filepath.Join(dir, path)
		if !filepath.IsLocal(name) {
			missing = fmt.Errorf("jsonnet import %q %w", path, errOutside)
			continue
		}
		if _, err := os.Lstat(filepath.Join(i.root, name)); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		contents, err := i.open(name, path, i.code[from].names(path))
		return contents, name, err
	}
	return jsonnet.Contents{}, "", missing
}

// open gives the same contents for the same name, as the interpreter demands:
// it refuses a file that is imported as code and as text if these differ.
func (i *importer) open(name, path string, code bool) (jsonnet.Contents, error) {
	contents, ok := i.found[name]
	if !ok {
		text, err := i.read(name, path)
		if err != nil {
			return contents, err
		}
		contents = jsonnet.MakeContentsRaw(text)
		i.found[name] = contents
	}
	if _, known := i.code[name]; !code || known {
		return contents, nil
	}
	clean, err := i.admit(name, contents.Data())
	if err == nil && len(clean) > 0 && &clean[0] != &contents.Data()[0] {
		contents = jsonnet.MakeContentsRaw(clean)
		i.found[name] = contents
	}
	return contents, err
}

// read reads a regular file inside the tree.
func (i *importer) read(name, path string) ([]byte, error) {
	target, err := realInside(i.root, filepath.Join(i.root, name))
	if err != nil {
		return nil, fmt.Errorf("jsonnet import %q: %w", path, shorten(err, i.root))
	}
	info, err := os.Stat(target)
	if err != nil {
		return nil, fmt.Errorf("jsonnet import %q: %w", path, shorten(err, i.root))
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("jsonnet import %q is not a regular file", path)
	}
	if i.left -= info.Size(); i.left < 0 {
		return nil, fmt.Errorf("jsonnet import %q is too large: all imports together may have %d MiB", path, maxSourceFile>>20)
	}
	text, err := os.ReadFile(target)
	if err != nil {
		return nil, fmt.Errorf("jsonnet import %q: %w", path, shorten(err, i.root))
	}
	return text, nil
}
