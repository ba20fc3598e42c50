// Command openapi cuts GitHub's OpenAPI description down to the operations that
// argoplan calls. internal/githubtest holds every request and answer of its
// fake against the result.
//
//	npm pack @octokit/openapi
//	go run ./test/openapi -package octokit-openapi-VERSION.tgz
package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
)

func main() {
	archive := flag.String("package", "", "the npm package @octokit/openapi, as npm pack downloads it")
	dir := flag.String("dir", "internal/githubtest/openapi", "where to write to")
	flag.Parse()
	if err := run(*archive, *dir); err != nil {
		log.Fatal(err)
	}
}

// run reads the package and writes the description and its licence.
func run(archive, dir string) error {
	files, err := unpack(archive)
	if err != nil {
		return fmt.Errorf("reading %s: %w", archive, err)
	}
	small, err := reduce(files["package/generated/api.github.com.json"], files["package/package.json"])
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "api.github.com.json"), small, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "LICENSE"), files["package/LICENSE"], 0o644)
}

// unpack reads the three files that are needed.
func unpack(archive string) (map[string][]byte, error) {
	f, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"package/package.json": nil, "package/LICENSE": nil, "package/generated/api.github.com.json": nil}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if _, wanted := files[h.Name]; wanted {
			if files[h.Name], err = io.ReadAll(t); err != nil {
				return nil, err
			}
		}
	}
	for name, data := range files {
		if data == nil {
			return nil, fmt.Errorf("expected %s in it, found none", name)
		}
	}
	return files, nil
}

// npm is what package.json says about where the description comes from.
type npm struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	License string `json:"license"`
}

func decode(data []byte) (object, error) {
	var o object
	err := json.Unmarshal(data, &o)
	return o, err
}
