package render

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPluginWrites has a plugin write wherever it can in its tree, twice.
func TestPluginWrites(t *testing.T) {
	t.Parallel()
	const text = `ls -a . .. $HOME $TMPDIR; echo z >>x.yaml; echo new >../new; rm ../gone; echo c >$HOME/c; echo t >$TMPDIR/t; mkdir d; echo 1 >d/e; chmod 0 d`
	o := pluginOptions(t, script("sh", text))
	in := named(pluginInput(t, map[string]string{"gone": "", "app/ro.yaml": "r"}))
	var outputs [2]string
	for i := range outputs {
		out, _, err := newPluginRunner(o).render(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		outputs[i] = strings.ReplaceAll(string(out), o.Scratch, "")
		wantEmpty(t, o.Scratch)
	}
	drop := func(s string) string { return s[:strings.Index(s, "/plugin-")] }
	if diff := cmp.Diff(drop(outputs[0]), drop(outputs[1])); diff != "" {
		t.Errorf("the second request sees the first one's files (-first +second):\n%s", diff)
	}
	var files []string
	err := filepath.WalkDir(in.Root, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			data, readErr := os.ReadFile(path)
			files, err = append(files, strings.TrimPrefix(path, in.Root)+"="+string(data)), readErr
		}
		return err
	})
	if diff := cmp.Diff([]string{"/app/ro.yaml=r", "/app/x.yaml=a: b\n", "/gone="}, files); err != nil || diff != "" {
		t.Errorf("tree: %v (-want +got):\n%s", err, diff)
	}
}

func TestPluginLinks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		files map[string]string
		fails string
	}{
		{"inside", map[string]string{"a/l": "-> ../app/x.yaml", "d": "-> app", "self": "-> ."}, ""},
		{"to nothing", map[string]string{"l": "-> none"}, ""},
		{"absolute", map[string]string{"l": "-> /etc/hostname"}, "l: "},
		{"absolute, to nothing", map[string]string{"l": "-> /no/such/file"}, "l: "},
		{"above the root", map[string]string{"app/l": "-> ../../x"}, "app/l: "},
		{"by way of another link", map[string]string{"a/b/up": "-> ../..", "l": "-> a/b/up/../x/y"}, ""},
		{"out by way of another link", map[string]string{"a/b/up": "-> ../..", "l": "-> a/b/up/../home"}, "l: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := pluginOptions(t, script("sh", "cat x.yaml"))
			_, _, err := newPluginRunner(o).render(t.Context(), named(pluginInput(t, tt.files)))
			if tt.fails == "" && err != nil {
				t.Errorf("render: %v", err)
			}
			if tt.fails != "" && (err == nil || !strings.Contains(err.Error(), tt.fails+"expected a symbolic link that stays inside")) {
				t.Errorf("render: %v; want an error that names %q", err, tt.fails)
			}
			wantEmpty(t, o.Scratch)
		})
	}
}

func TestPluginOutsideTree(t *testing.T) {
	t.Parallel()
	in := named(pluginInput(t, nil))
	in.Dir = filepath.Dir(in.Root)
	_, _, err := newPluginRunner(pluginOptions(t, script("sh", "ls"))).render(t.Context(), in)
	if err == nil || !strings.Contains(err.Error(), "inside the repository") {
		t.Errorf("render: %v; want an error", err)
	}
}

func TestPluginCopyCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	scratch := t.TempDir()
	if _, err := newWorkspace(ctx, scratch, &treePool{}, pluginInput(t, nil), false); !errors.Is(err, context.Canceled) {
		t.Errorf("newWorkspace: %v; want %v", err, context.Canceled)
	}
	wantEmpty(t, scratch)
}

// BenchmarkWorkspace copies 5,000 files of 2 KiB in 250 directories.
func BenchmarkWorkspace(b *testing.B) {
	files := map[string]string{}
	for i := range 5_000 {
		files[fmt.Sprintf("dir%d/sub/%d.yaml", i%250, i)] = strings.Repeat("key: value\n", 190)
	}
	in, scratch := pluginInput(b, files), b.TempDir()
	for b.Loop() {
		w, err := newWorkspace(b.Context(), scratch, &treePool{}, in, false)
		if err != nil {
			b.Fatal(err)
		}
		w.remove()
	}
}
