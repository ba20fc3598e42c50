package manifest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/yaml"
)

// splitsAlike fails if split gives other documents than YAMLReader does.
func splitsAlike(t *testing.T, data []byte) {
	t.Helper()
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
}

// TestSplitLongLines moves the end of the text over the bounds of the reader's buffer.
func TestSplitLongLines(t *testing.T) {
	t.Parallel()
	for _, before := range []string{"", "a: b\n", "a: b\n---\n", strings.Repeat("a: b\n", 1000), "--- # "} {
		for _, length := range []int{4095, 4096, 4097, 8191, 8192, 8193, 12288} {
			for _, after := range []string{"", "\n", "\n---", "\n---\nc: d"} {
				splitsAlike(t, []byte(before+strings.Repeat("a", length)+after))
				splitsAlike(t, []byte(before+strings.Repeat("a", max(0, length-len(before)))+after))
			}
		}
	}
}

func FuzzSplit(f *testing.F) {
	for _, text := range []string{"", "a", "---", "---\n---\na\n--- # b\nc\n---", "a\n---b\nc", "\n\n---\n", "a\r\n---\r\n", "a\n --- \n---  \n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(splitsAlike)
}
