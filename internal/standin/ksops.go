package standin

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/fault"
)

// generator is the configuration of KSOPS in a kustomization.
type generator struct {
	Files      []string     `json:"files"`
	SecretFrom []secretFrom `json:"secretFrom"`
}

// secretFrom is a Secret that KSOPS makes of files.
type secretFrom struct {
	Metadata    map[string]any `json:"metadata"`
	Type        string         `json:"type"`
	Files       []string       `json:"files"`
	BinaryFiles []string       `json:"binaryFiles"`
	Envs        []string       `json:"envs"`
}

// Generate gives the manifests that KSOPS would generate from its
// configuration, as YAML documents. read gives a file that the configuration
// names.
func Generate(config []byte, read func(path string) ([]byte, error)) ([]byte, error) {
	var g generator
	if err := yaml.Unmarshal(config, &g); err != nil {
		return nil, fmt.Errorf("reading the ksops generator: %w", err)
	}
	var documents [][]byte
	for _, file := range g.Files {
		text, err := decrypted(file, read)
		if err != nil {
			return nil, err
		}
		documents = append(documents, bytes.TrimSuffix(bytes.TrimPrefix(text, []byte("---\n")), []byte("\n")))
	}
	for _, s := range g.SecretFrom {
		text, err := s.secret(read)
		if err != nil {
			return nil, err
		}
		documents = append(documents, text)
	}
	return append(bytes.Join(documents, []byte("\n---\n")), '\n'), nil
}

// decrypted is a file as KSOPS reads it: one that isn't encrypted is an error.
func decrypted(path string, read func(string) ([]byte, error)) ([]byte, error) {
	text, err := read(path)
	if err != nil {
		return nil, fault.InFile(fmt.Errorf("reading a file of the ksops generator: %w", err), path)
	}
	text, found, err := Strip(path, text)
	if err == nil && !found {
		err = fault.WithHint(fmt.Errorf("expected a file that sops encrypted, found no sops metadata"), "Encrypt it with sops --encrypt --in-place; ksops fails on it, too.")
	}
	return text, fault.InFile(err, path)
}

// secret makes the Secret.
func (s secretFrom) secret(read func(string) ([]byte, error)) ([]byte, error) {
	plain, data := map[string]string{}, map[string]string{}
	for _, file := range s.Files {
		key, path := keyed(file)
		text, err := decrypted(path, read)
		if err != nil {
			return nil, err
		}
		plain[key] = string(text)
	}
	for _, file := range s.BinaryFiles {
		key, path := keyed(file)
		text, err := decrypted(path, read)
		if err != nil {
			return nil, err
		}
		data[key] = base64.StdEncoding.EncodeToString(text)
	}
	for _, file := range s.Envs {
		text, err := decrypted(file, read)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(key, "#") {
				plain[key] = value
			}
		}
	}
	return marshalSecret(s, plain, data)
}

func marshalSecret(s secretFrom, plain, data map[string]string) ([]byte, error) {
	object := map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": s.Metadata}
	if s.Type != "" {
		object["type"] = s.Type
	}
	if len(plain) > 0 {
		object["stringData"] = plain
	}
	if len(data) > 0 {
		object["data"] = data
	}
	text, err := yaml.Marshal(object)
	return bytes.TrimSuffix(text, []byte("\n")), err
}

// keyed splits "key=path"; without a key the file's name is one.
func keyed(file string) (key, path string) {
	if key, path, ok := strings.Cut(file, "="); ok {
		return key, path
	}
	return filepath.Base(file), file
}
