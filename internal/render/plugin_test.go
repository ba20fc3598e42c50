package render

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
)

// pluginPath is where the tests' plugins find bash and the tools of POSIX.
const pluginPath = "/usr/local/bin:/usr/bin:/bin"

// pluginTree makes a repository of files, "name": "text". A text "-> x" makes a
// symbolic link to x, and a name that ends in ".sh" an executable file.
func pluginTree(t testing.TB, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path, mode := filepath.Join(root, name), os.FileMode(0o644)
		if strings.HasSuffix(name, ".sh") {
			mode = 0o755
		}
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if target, ok := strings.CutPrefix(text, "-> "); ok && err == nil {
			err = os.Symlink(target, path)
		} else if err == nil {
			err = os.WriteFile(path, []byte(text), mode)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// pluginInput is a source at app/ of a tree that has the file app/x.yaml.
func pluginInput(t testing.TB, files map[string]string) Input {
	t.Helper()
	all := map[string]string{"app/x.yaml": "a: b\n"}
	for name, text := range files {
		all[name] = text
	}
	root := pluginTree(t, all)
	return Input{Root: root, Dir: filepath.Join(root, "app"), Source: argocd.Source{Path: "app"}}
}

// pluginOptions has the plugins in an order that is not theirs.
func pluginOptions(t testing.TB, plugins ...argocd.PluginDefinition) Options {
	t.Helper()
	return Options{Plugins: plugins, Scratch: t.TempDir(), Path: pluginPath}
}

func command(argv ...string) argocd.PluginCommand { return argocd.PluginCommand{Command: argv} }

// script is a plugin "p" without a discover rule that generates by a script.
func script(shell, text string) argocd.PluginDefinition {
	return argocd.PluginDefinition{Name: "p", Generate: argocd.PluginCommand{Command: []string{shell, "-c"}, Args: []string{text}}}
}

// named makes in's source one of plugin p.
func named(in Input) Input {
	in.Source.Plugin = &argocd.Plugin{Name: "p"}
	return in
}

// wantEmpty fails if the directory holds anything: a copy that stayed behind.
func wantEmpty(t *testing.T, dir string) {
	t.Helper()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("scratch directory holds %v (%v); want nothing", left, err)
	}
}

func TestPluginRender(t *testing.T) {
	t.Parallel()
	withInit := func(def argocd.PluginDefinition, text string) argocd.PluginDefinition {
		c := command("sh", "-c", text)
		def.Init = &c
		return def
	}
	preserving := func(def argocd.PluginDefinition) argocd.PluginDefinition {
		def.PreserveFileMode = true
		return def
	}
	const modes = `cd ..; stat -c '%n %a' app run.sh x.yaml app/sub/y.sh`
	files := map[string]string{"run.sh": "echo ran", "x.yaml": "x", "app/sub/y.sh": "", "app/link": "-> ../x.yaml"}
	for _, tt := range []struct {
		name, want string
		def        argocd.PluginDefinition
	}{
		{"the application's directory", "x.yaml\n", script("sh", "ls *.yaml")},
		{"bash", "yes\n", script("bash", "[[ -v ARGOCD_APP_NAME ]] && echo yes")},
		{"no shell expands the arguments", "$HOME *\n", argocd.PluginDefinition{Name: "p", Generate: command("echo", "$HOME", "*")}},
		{"nothing printed", "", script("sh", ":")},
		{"stdin is empty", "0\n", script("sh", "wc -c")},
		{"stderr is not a manifest", "a: b\n", script("sh", "echo log >&2; cat x.yaml")},
		{"init's output is dropped", "a: b\n", withInit(script("sh", "cat x.yaml"), "echo log")},
		{"init's files are there for generate", "made\n", withInit(script("sh", "cat ../made"), "echo made >../made")},
		{"the whole tree is there", "xa: b\n", script("sh", "cat ../x.yaml x.yaml")},
		{"links stay links", "../x.yaml\n", script("sh", "readlink link")},
		{"files are not executable", "app 755\nrun.sh 644\nx.yaml 644\napp/sub/y.sh 644\n", script("sh", modes)},
		{"preserveFileMode", "app 755\nrun.sh 755\nx.yaml 644\napp/sub/y.sh 755\n", preserving(script("sh", modes))},
		{"script with preserveFileMode", "ran\n", preserving(argocd.PluginDefinition{Name: "p", Generate: command("sh", "-c", "../run.sh")})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := pluginOptions(t, tt.def)
			got, tool, err := newPluginRunner(o).render(t.Context(), named(pluginInput(t, files)))
			if err != nil || tool != "plugin p" {
				t.Fatalf("render: tool %q, error %v", tool, err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
			wantEmpty(t, o.Scratch)
		})
	}
}

func TestPluginCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	begun := filepath.Join(t.TempDir(), "begun")
	o := pluginOptions(t, script("sh", ": >"+begun+"; sleep 999"))
	o.PluginTimeout = 5 * time.Minute
	var stopped atomic.Bool
	go func() {
		for start := time.Now(); time.Since(start) < time.Minute; time.Sleep(5 * time.Millisecond) {
			if _, err := os.Stat(begun); err == nil {
				stopped.Store(true)
				break
			}
		}
		cancel()
	}()
	_, _, err := newPluginRunner(o).render(ctx, named(pluginInput(t, nil)))
	if !stopped.Load() || !errors.Is(err, context.Canceled) {
		t.Errorf("render: %v, begun: %t; want the cancellation", err, stopped.Load())
	}
	wantEmpty(t, o.Scratch)
}
