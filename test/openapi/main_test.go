package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// whole is a description with every operation that is picked, and one that
// isn't.
func whole(t *testing.T) []byte {
	t.Helper()
	operation := object{
		"operationId": "x", "summary": "goes", "description": "goes", "tags": []any{"goes"}, "x-github": object{},
		"parameters": []any{object{"$ref": "#/components/parameters/page"}},
		"responses": object{
			"200": object{"description": "stays", "content": object{"application/json": object{
				"examples": object{"goes": object{"$ref": "#/components/examples/big"}},
				"schema":   object{"type": "object", "properties": object{"description": object{"$ref": "#/components/schemas/text"}}},
			}}},
			"204": object{"description": "stays"},
		},
	}
	paths := object{"/other": object{"get": operation}}
	for path, methods := range operations {
		item := object{"put": operation}
		for _, m := range methods {
			item[m] = operation
		}
		paths[path] = item
	}
	data, err := json.Marshal(object{"openapi": "3.0.3", "paths": paths, "components": object{
		"parameters": object{"page": object{"name": "page", "in": "query", "description": "goes"}, "other": object{}},
		"schemas": object{
			"basic-error": object{"type": "object"}, "text": object{"type": "string", "example": "goes"}, "other": object{},
			"loop": object{"$ref": "#/components/schemas/loop"},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestReduce(t *testing.T) {
	t.Parallel()
	data, err := reduce(whole(t), []byte(`{"name":"n","version":"1.2.3","license":"MIT"}`))
	if err != nil {
		t.Fatal(err)
	}
	got, err := decode(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"goes", "other", "put"} {
		if strings.Contains(string(data), word) {
			t.Errorf("%q is still there:\n%s", word, data)
		}
	}
	if len(at(got, "paths")) != len(operations) || !strings.Contains(string(data), "1.2.3") {
		t.Errorf("got %s", data)
	}
	want := object{
		"parameters": object{"page": object{"name": "page", "in": "query"}},
		"schemas":    object{"basic-error": object{"type": "object"}, "text": object{"type": "string"}},
	}
	if diff := cmp.Diff(want, at(got, "components")); diff != "" {
		t.Errorf("components (-want +got):\n%s", diff)
	}
	if n := strings.Count(string(data), "stays"); n != 2*10 {
		t.Errorf("%d answers are described, want 20", n)
	}
}

func TestReduceWantsEveryOperation(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ in, want string }{
		"no operation": {`{"paths":{}}`, "expected the operation"},
		"not JSON":     {`{`, "reading the description"},
		"no component": {strings.Replace(string(whole(t)), `"text"`, `"gone"`, 1), "expected the component #/components/schemas/text"},
	} {
		if _, err := reduce([]byte(test.in), []byte(`{}`)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for name, text := range map[string]string{
		"package/package.json": `{"version":"1.2.3"}`, "package/LICENSE": "MIT", "package/generated/api.github.com.json": string(whole(t)), "package/x": "",
	} {
		if err := w.WriteHeader(&tar.Header{Name: name, Size: int64(len(text)), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if w.Close() != nil || z.Close() != nil {
		t.Fatal("the archive wasn't written")
	}
	dir := t.TempDir()
	archive := filepath.Join(dir, "x.tgz")
	if err := os.WriteFile(archive, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(archive, dir); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "LICENSE")); err != nil || string(text) != "MIT" {
		t.Errorf("LICENSE: %s, %v", text, err)
	}
}
