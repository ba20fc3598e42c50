package manifest

import (
	"bufio"
	"bytes"
	"io"

	"k8s.io/apimachinery/pkg/util/yaml"
)

// split gives the documents of a YAML stream one after another, io.EOF behind the
// last, as YAMLReader does, to which it leaves what is unusual. A separator that
// ends no document begins one.
func split(data []byte) func() (string, error) {
	if bytes.IndexByte(data, '\r') >= 0 || oddSeparator(data) || longEnd(data) {
		reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(data)))
		return func() (string, error) {
			text, err := reader.Read()
			return string(text), err
		}
	}
	return func() (string, error) {
		if len(data) == 0 {
			return "", io.EOF
		}
		document := data
		if i := bytes.Index(data, []byte("\n---")); i >= 0 {
			document = data[:i+1]
		}
		_, data, _ = bytes.Cut(data[len(document):], []byte("\n"))
		if document[len(document)-1] != '\n' {
			return string(document) + "\n", nil
		}
		return string(document), nil
	}
}

// longEnd is true if the last line fills the buffer of YAMLReader and has no end.
// Where it fills that exactly, YAMLReader, and Argo CD with it, loses the line.
func longEnd(data []byte) bool {
	const buffer = 4096 // bufio's own
	return len(data)-(bytes.LastIndexByte(data, '\n')+1) >= buffer
}

// isSeparator says whether data begins with a line between documents.
func isSeparator(data []byte) bool { return bytes.HasPrefix(data, []byte("---")) }

// oddSeparator is true if anything but a comment follows a separator on its line.
func oddSeparator(data []byte) bool {
	for len(data) > 0 {
		if isSeparator(data) {
			line, _, _ := bytes.Cut(data, []byte("\n"))
			if after := bytes.TrimSpace(line[len("---"):]); len(after) > 0 && after[0] != '#' {
				return true
			}
		}
		i := bytes.Index(data, []byte("\n---"))
		if i < 0 {
			return false
		}
		data = data[i+1:]
	}
	return false
}
