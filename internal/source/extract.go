package source

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
)

// extract unpacks a chart archive into dest, which is empty. Only directories,
// regular files and links are made, never outside of dest; modes and owners of
// the archive are not kept.
func extract(archive, dest string) error {
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return archiveError(err)
	}
	return extractTar(unzipped, dest)
}

// extractTar is extract for what is not compressed.
func extractTar(content io.Reader, dest string) error {
	root, err := os.OpenRoot(dest)
	if err != nil {
		return err
	}
	defer root.Close()
	u := &unpacker{root: root, left: maxUnpacked}
	if err := u.all(tar.NewReader(content)); err != nil {
		return archiveError(err)
	}
	// The checksum of gzip comes last, behind what tar reads.
	_, err = io.Copy(io.Discard, io.LimitReader(content, u.left))
	return archiveError(err)
}

func archiveError(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fault.WithHint(fmt.Errorf("the archive is truncated: %w", err), "Run again; if it stays so, the repository serves a broken file.")
	case errors.Is(err, gzip.ErrHeader):
		return fmt.Errorf("expected a gzip-compressed tar archive: %w", err)
	}
	return err
}

// unpacker counts what it writes.
type unpacker struct {
	root    *os.Root
	left    int64
	entries int
}

// archiveHint is for what a well-made archive does not hold: files of that size,
// devices, ways out.
const archiveHint = "Check what the archive holds; package it again without that entry, or ask whoever publishes it."

func (u *unpacker) all(archive *tar.Reader) error {
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if u.entries++; u.entries > maxEntries {
			return fault.WithHint(fmt.Errorf("expected at most %d files in the archive", maxEntries), "%s", archiveHint)
		}
		if err := u.one(header, archive); err != nil {
			return fault.WithHint(fmt.Errorf("%s: %w", header.Name, err), "%s", archiveHint)
		}
	}
}

func (u *unpacker) one(header *tar.Header, content io.Reader) error {
	if header.Typeflag == tar.TypeXGlobalHeader {
		return nil
	}
	name, err := entryName(header.Name)
	if err != nil {
		return err
	}
	switch header.Typeflag {
	case tar.TypeDir:
		return u.root.MkdirAll(name, 0o755)
	case tar.TypeReg:
		return u.file(name, header.Size, content)
	case tar.TypeSymlink:
		return u.link(name, header.Linkname)
	}
	return fmt.Errorf("expected a file, a directory or a symbolic link, found type %q", header.Typeflag)
}

// entryName refuses a name that leaves the archive, even if it comes back.
func entryName(name string) (string, error) {
	for _, part := range strings.Split(name, "/") {
		if part == ".." {
			return "", errors.New("expected a path inside of the archive")
		}
	}
	if path.IsAbs(name) || strings.ContainsRune(name, 0) {
		return "", errors.New("expected a relative path")
	}
	return path.Clean(name), nil
}

func (u *unpacker) file(name string, size int64, content io.Reader) error {
	if size > maxEntry || size > u.left {
		return fmt.Errorf("expected at most %d MiB per file and %d MiB in all", maxEntry>>20, maxUnpacked>>20)
	}
	u.left -= size
	if err := u.root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	file, err := u.root.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = io.CopyN(file, content, size)
	return errors.Join(err, file.Close())
}

// link makes a link that stays inside; CheckLinks looks at the whole chart
// later by Argo CD's stricter rule.
func (u *unpacker) link(name, target string) error {
	if path.IsAbs(target) || stepsOut(path.Dir(name), target) {
		return fmt.Errorf("expected the link to stay inside of the archive, found %s", target)
	}
	if err := u.root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	return u.root.Symlink(target, name)
}
