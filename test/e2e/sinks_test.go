//go:build e2e

package e2e

import (
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sinks are all texts that a step leaves where somebody reads them, by name: its
// log, the runner's files, the report.
func (r *runner) sinks(log string) map[string]string {
	all := map[string]string{"log": log}
	for _, file := range commandFiles {
		all[file] = r.read("file_commands/" + file)
	}
	for _, dir := range []string{filepath.Join(r.workspace, "argoplan-report"), filepath.Join(r.temp, "runner_temp"), filepath.Join(r.temp, "home")} {
		maps.Copy(all, texts(r.t, dir))
	}
	return all
}

// texts are all files below a directory.
func texts(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		all[path] = string(data)
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return all
}

// wantNoCanary looks for the job's secrets in every sink, also encoded.
func wantNoCanary(t *testing.T, sinks map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(sinks)) {
		for variable, canary := range canaries {
			for _, form := range forms(canary) {
				if strings.Contains(sinks[name], form) {
					t.Errorf("%s holds the value of %s as %q", name, variable, form)
				}
			}
		}
	}
}

// forms are encodings in which a secret may get away: base64 at each of the
// three offsets that it can have in a longer text, hexadecimal, reversed.
func forms(secret string) []string {
	list := []string{secret, hex.EncodeToString([]byte(secret))}
	for offset := range 3 {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", offset) + secret))
		list = append(list, text[4:len(text)-4]) // the ends depend on the neighbours
	}
	reversed := []byte(secret)
	slices.Reverse(reversed)
	return append(list, string(reversed))
}
