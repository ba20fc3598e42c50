package manifest

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/yaml"
)

// describe names a document of a stream for a reader: its number, and the
// template that Helm says it came from.
func describe(data []byte, number int) string {
	where := fmt.Sprintf("document %d", number)
	reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(data)))
	for i := 1; ; i++ {
		document, err := reader.Read()
		if err != nil {
			return where
		}
		if i == number {
			return where + sourceComment(document)
		}
	}
}

// sourceComment finds Helm's "# Source: chart/templates/file.yaml".
func sourceComment(document []byte) string {
	for line := range strings.Lines(string(document)) {
		if file, ok := strings.CutPrefix(line, "# Source: "); ok {
			return " (" + strings.TrimSpace(file) + ")"
		}
	}
	return ""
}
