package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// JSON is report.json: indented, with a final newline.
func (r *Report) JSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r); err != nil {
		return nil, fmt.Errorf("encoding report.json: %w", err)
	}
	return b.Bytes(), nil
}

// ManifestPath is where one Application's manifests lie in the report
// directory, with slashes. Names that Kubernetes would refuse can't leave it.
func ManifestPath(side Side, namespace, name string) string {
	return strings.Join([]string{"manifests", string(side), ManifestFile(namespace, name)}, "/")
}

// ManifestFile is "<namespace>/<name>.yaml".
func ManifestFile(namespace, name string) string {
	return fileName(namespace) + "/" + fileName(name) + ".yaml"
}

// fileName keeps what a Kubernetes name may hold and escapes the rest.
func fileName(name string) string {
	var b strings.Builder
	for i, r := range []byte(name) {
		plain := r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.' && i > 0
		if plain {
			b.WriteByte(r)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", r)
	}
	if b.Len() == 0 {
		return "%"
	}
	return b.String()
}

// WriteFile writes one file of the report directory, whole or not at all: a
// run that is killed leaves no half file behind. Nobody reads the files of a
// machine that loses power, so nothing waits for its disk.
func WriteFile(dir, name string, data []byte) error {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".argoplan-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	defer os.Remove(tmp.Name())
	if err := fill(tmp, data); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}

// fill writes and closes. Later steps may run as another user, so the
// file is readable by all.
func fill(f *os.File, data []byte) error {
	_, err := f.Write(data)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}
