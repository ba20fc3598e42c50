package manifest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"testing"

	"k8s.io/apimachinery/pkg/util/yaml"
)

func FuzzSplit(f *testing.F) {
	for _, text := range []string{"", "a", "---", "---\n---\na\n--- # b\nc\n---", "a\n---b\nc", "\n\n---\n", "a\r\n---\r\n", "a\n --- \n---  \n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		next, reader := split(data), yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(data)))
		for {
			got, err := next()
			want, wantErr := reader.Read()
			if got != string(want) || errors.Is(err, io.EOF) != errors.Is(wantErr, io.EOF) || (err == nil) != (wantErr == nil) {
				t.Fatalf("%q: got %q and %v, want %q and %v", data, got, err, want, wantErr)
			}
			if err != nil {
				return
			}
		}
	})
}
