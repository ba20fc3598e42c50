package standin

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/yaml"
)

// Strip gives a file as sops would decrypt it, with placeholders for the
// values and without sops' own metadata. The name tells the format, as it does
// for sops. A file that sops did not encrypt is given as it is: found is false.
func Strip(name string, content []byte) (out []byte, found bool, err error) {
	switch filepath.Ext(name) {
	case ".yaml", ".yml":
		out, found, err = stripYAML(content)
	case ".json":
		out, found, err = stripJSON(content)
	case ".env":
		out, found = stripLines(content, "=")
	case ".ini":
		out, found = stripLines(content, " = ")
	default:
		out, found = stripBinary(content)
	}
	if err != nil {
		return nil, false, fmt.Errorf("reading an encrypted file: %w", err)
	}
	if !found {
		return content, false, nil
	}
	return out, true, nil
}

func stripYAML(content []byte) (out []byte, found bool, err error) {
	var b bytes.Buffer
	decoder, encoder := yaml.NewDecoder(bytes.NewReader(content)), yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	for {
		var document yaml.Node
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			return b.Bytes(), found, encoder.Close()
		} else if err != nil {
			return nil, false, err
		}
		found = stripNode(&document, false) || found
		if err := encoder.Encode(&document); err != nil {
			return nil, false, err
		}
	}
}

// stripNode replaces the values below n, and takes out comments, which sops
// encrypts too. Aliases are not followed: what they stand for is replaced where
// it is.
func stripNode(n *yaml.Node, data bool) (found bool) {
	n.HeadComment, n.LineComment, n.FootComment = "", "", ""
	if n.Kind == yaml.ScalarNode {
		stripScalar(n, data)
		return false
	}
	if n.Kind != yaml.MappingNode {
		for _, child := range n.Content {
			found = stripNode(child, data) || found
		}
		return found
	}
	found = dropMetadata(n)
	secret := textAt(n, "kind") == "Secret"
	for i := 0; i+1 < len(n.Content); i += 2 {
		stripNode(n.Content[i], false)
		found = stripNode(n.Content[i+1], data || secret && n.Content[i].Value == "data") || found
	}
	return found
}

func stripScalar(n *yaml.Node, data bool) {
	replace := placeholder
	if data {
		replace = inBase64
	}
	if text, ok := replace(n.Value); ok {
		// Without a tag and a style the text says what it is: a number, or not.
		n.Value, n.Tag, n.Style = text, "", 0
	}
}

// dropMetadata takes out the entry in which sops keeps its own.
func dropMetadata(n *yaml.Node) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "sops" && textAt(n.Content[i+1], "mac") != "" {
			n.Content = append(n.Content[:i:i], n.Content[i+2:]...)
			return true
		}
	}
	return false
}

// textAt gives the scalar at a key of a mapping, or "".
func textAt(n *yaml.Node, key string) string {
	if n.Kind != yaml.MappingNode {
		return ""
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key && n.Content[i+1].Kind == yaml.ScalarNode {
			return n.Content[i+1].Value
		}
	}
	return ""
}

func stripJSON(content []byte) ([]byte, bool, error) {
	text, found, err := stripYAML(content)
	if err != nil || !found {
		return nil, false, err
	}
	text, err = kyaml.YAMLToJSON(text)
	return append(text, '\n'), true, err
}

// stripBinary reads what sops makes of a file without a structure: JSON with
// the whole of it in one value.
func stripBinary(content []byte) ([]byte, bool) {
	var file struct {
		Data string    `yaml:"data"`
		SOPS yaml.Node `yaml:"sops"`
	}
	if yaml.Unmarshal(content, &file) != nil || textAt(&file.SOPS, "mac") == "" {
		return nil, false
	}
	text, ok := placeholder(file.Data)
	return []byte(text), ok
}

// stripLines reads .env and .ini files: KEY=VALUE in lines. In the first, sops
// keeps its metadata under keys of its own, in the second in a section.
func stripLines(content []byte, separator string) (out []byte, found bool) {
	var b strings.Builder
	own := false
	for line := range strings.Lines(string(content)) {
		bare := strings.TrimSpace(line)
		if strings.HasPrefix(bare, "[") {
			own = bare == "[sops]"
		}
		key, value, pair := strings.Cut(bare, separator)
		switch text, replaced := placeholder(value); {
		case own || strings.HasPrefix(bare, "sops_"):
			found = true
		case strings.HasPrefix(bare, "#ENC["), strings.HasPrefix(bare, ";ENC["), strings.HasPrefix(bare, "; ENC["):
		case pair && replaced:
			b.WriteString(key + separator + text + "\n")
		default:
			b.WriteString(line)
		}
	}
	return []byte(b.String()), found
}
