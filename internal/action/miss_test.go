package action

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestNothingIsMissed changes every file of every case in turn, and asks
// whether an Application whose render changes by it would have been rendered. One
// that was selected can't be missed, so only the others are rendered: what hangs,
// floods or runs helmfile costs one render of the tree as it stands.
func TestNothingIsMissed(t *testing.T) {
	t.Parallel()
	cases, err := os.ReadDir(filepath.Join(root, "testdata", "repos"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		for _, side := range []string{"base", "head"} {
			t.Run(c.Name()+"/"+side, func(t *testing.T) {
				t.Parallel()
				missIn(t, filepath.Join(root, "testdata", "repos", c.Name()), side)
			})
		}
	}
}

// missIn tries each file of one tree with each mutation.
func missIn(t *testing.T, dir, side string) {
	tree, changed := absolute(t, filepath.Join(dir, side)), t.TempDir()
	if err := os.CopyFS(changed, os.DirFS(tree)); err != nil {
		t.Fatal(err)
	}
	m := newMissing(t, tree, changed, append([]string{"--mirrors", mirror(t)}, readCase(t, dir).Flags...))
	var all []mutation
	for _, file := range filesOf(t, tree) {
		data, err := os.ReadFile(filepath.Join(tree, file))
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		all = append(all, m.deleting(file, text),
			m.rewriting("changing all values of", file, text, settable.ReplaceAllString(text, "${1}${2}1${3}")),
			m.rewriting("changing the last value of", file, text, lastChanged(text)))
	}
	m.run(all)
}

var settable = regexp.MustCompile(`(?m)^(\s*(?:- )*[\w./-]+:\s+"?)([\w.-]+)("?)\s*$`)

// lastChanged changes the last value of a YAML file, and the end of any other.
func lastChanged(text string) string {
	at := settable.FindAllStringSubmatchIndex(text, -1)
	if len(at) == 0 {
		return text + "x"
	}
	end := at[len(at)-1][5]
	return text[:end] + "2" + text[end:]
}

// newComparison puts two directories on disk, as far as arguments ask for it.
func newComparison(t *testing.T, args []string) *comparison {
	t.Helper()
	env := readEnvironment(testEnvironment(t))
	in, err := parse(commands()[0], args, env, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	d := &comparison{env: env, in: in, log: newLogger(env, io.Discard, false), scratch: t.TempDir()}
	if err := d.checkOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

func filesOf(t *testing.T, tree string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(tree, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			names = append(names, strings.TrimPrefix(path, tree+string(os.PathSeparator)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
