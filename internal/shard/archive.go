package shard

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/report"
)

// MaxBytes is how large a bundle's file may be.
const MaxBytes = 256 << 20

// maxUnpacked bounds what comes out of it: all of it goes to disk.
const maxUnpacked = 4 << 30

// head is the first file of the archive that a bundle is.
const head = "shard.json"

// Manifests calls add with the name and the text of every manifest.
type Manifests func(add func(name string, text []byte) error) error

// Pack makes the file of a bundle: an archive of its JSON and its manifests,
// which is sealed if there is a key.
func Pack(b *Bundle, manifests Manifests, key string) ([]byte, error) {
	data, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("packing the bundle: %w", err)
	}
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	archive := tar.NewWriter(zip)
	add := func(name string, text []byte) error {
		err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(text)), Mode: 0o644})
		if err == nil {
			_, err = archive.Write(text)
		}
		return err
	}
	if err = add(head, data); err == nil {
		err = manifests(add)
	}
	if err = errors.Join(err, archive.Close(), zip.Close()); err != nil {
		return nil, fmt.Errorf("packing the bundle: %w", err)
	}
	if packed.Len() > MaxBytes {
		return nil, fault.WithHint(fmt.Errorf("packing the bundle: expected at most %d bytes, found %d", MaxBytes, packed.Len()), "use more shards")
	}
	return seal(packed.Bytes(), key)
}

// Unpack reads the file of a bundle as data of a stranger, and hands its
// manifests to keep: those of its own Applications, by the names that a report
// gives them, and nothing else.
func Unpack(file []byte, key string, keep func(name string, text []byte) error) (*Bundle, error) {
	packed, err := unseal(file, key)
	if err != nil {
		return nil, err
	}
	zip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("expected a bundle: %w", err)
	}
	bounded := &io.LimitedReader{R: zip, N: maxUnpacked}
	archive := tar.NewReader(bounded)
	data, err := next(archive, map[string]bool{head: true}, maxJSON)
	if err != nil {
		return nil, err
	}
	b, err := parse(data.text)
	if err != nil {
		return nil, err
	}
	for names := b.manifests(); ; {
		m, err := next(archive, names, maxUnpacked)
		if errors.Is(err, io.EOF) && bounded.N > 0 {
			return b, nil
		}
		if err == nil {
			err = keep(m.name, m.text)
		}
		if err != nil {
			return nil, err
		}
	}
}

// file is one of an archive.
type file struct {
	name string
	text []byte
}

// next reads a file of the archive, which has to be one that is still expected.
func next(archive *tar.Reader, expected map[string]bool, size int64) (file, error) {
	h, err := archive.Next()
	if err != nil {
		return file{}, err // io.EOF at the end
	}
	if h.Typeflag != tar.TypeReg || !expected[h.Name] || h.Size > size {
		return file{}, fmt.Errorf("expected one file of each Application, found %.200q of %d bytes", h.Name, h.Size)
	}
	delete(expected, h.Name)
	text, err := io.ReadAll(archive)
	if err != nil {
		return file{}, fmt.Errorf("reading %.200q of the bundle: %w", h.Name, err)
	}
	return file{h.Name, text}, nil
}

// manifests are the names that the bundle's own Applications may use.
func (b *Bundle) manifests() map[string]bool {
	names := map[string]bool{}
	for _, e := range b.Entries {
		for _, side := range []report.Side{report.Base, report.Head} {
			if e.Shard == b.Shard {
				names[report.ManifestPath(side, e.Part.Application.Namespace, e.Part.Application.Name)] = true
			}
		}
	}
	return names
}
