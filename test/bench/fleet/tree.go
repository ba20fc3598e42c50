package fleet

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

//go:embed all:data
var files embed.FS

// data gives one embedded file. A name that isn't there gives a fleet that does
// not render, which a test finds.
func data(name string) string {
	text, _ := files.ReadFile("data/" + name)
	return string(text)
}

// names lists the embedded files of a directory.
func names(dir string) []string {
	var list []string
	entries, _ := fs.ReadDir(files, "data/"+dir)
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// tree is files by their path.
type tree map[string]string

// put adds files below dir.
func (t tree) put(dir string, files tree) {
	for name, text := range files {
		t[dir+"/"+name] = text
	}
}

// fill replaces words in all files.
func (t tree) fill(pairs ...string) tree {
	replacer := strings.NewReplacer(pairs...)
	filled := tree{}
	for name, text := range t {
		filled[replacer.Replace(name)] = replacer.Replace(text)
	}
	return filled
}

// archive takes a txtar archive apart.
func archive(text string) tree {
	t := tree{}
	for _, f := range txtar.Parse([]byte(text)).Files {
		t[f.Name] = string(f.Data)
	}
	return t
}

func (t tree) write(dir string) error {
	for _, name := range slices.Sorted(maps.Keys(t)) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(t[name]), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// write makes the Git repository and both trees.
func (f *Fleet) write(base, head tree) error {
	if err := base.write(f.Git); err != nil {
		return err
	}
	if err := git(f.Git, "init", "-q", "-b", "main"); err != nil {
		return err
	}
	if err := f.commit("base"); err != nil {
		return err
	}
	if err := git(f.Git, "checkout", "-q", "-b", "feature"); err != nil {
		return err
	}
	if err := head.write(f.Git); err != nil {
		return err
	}
	if err := f.commit("head"); err != nil {
		return err
	}
	if err := base.write(f.Base); err != nil {
		return err
	}
	whole := maps.Clone(base)
	maps.Copy(whole, head)
	return whole.write(f.Head)
}

// commit packs what it commits, as a clone has it.
func (f *Fleet) commit(message string) error {
	if err := git(f.Git, "add", "-A"); err != nil {
		return err
	}
	if err := git(f.Git, "commit", "-q", "--allow-empty", "-m", message); err != nil {
		return err
	}
	return git(f.Git, "repack", "-q", "-a", "-d")
}

func git(dir string, args ...string) error {
	identity := []string{
		"-C", dir, "-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "commit.gpgsign=false", "-c", "gc.auto=0",
	}
	out, err := exec.Command("git", append(identity, args...)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("git %v: %w\n%s", args, err, out)
	}
	return nil
}
