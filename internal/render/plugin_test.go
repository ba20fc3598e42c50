package render

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
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

func TestPluginByName(t *testing.T) {
	t.Parallel()
	def := func(name, version, fileName string) argocd.PluginDefinition {
		return argocd.PluginDefinition{Name: name, Version: version, Generate: command("echo", name+version),
			Discover: argocd.Discover{FileName: fileName}}
	}
	broken := argocd.PluginDefinition{Name: "broken", Generate: command("echo"),
		Discover: argocd.Discover{Find: argocd.Find{PluginCommand: command("sh", "-c", "echo why >&2; exit 3")}}}
	plugins := []argocd.PluginDefinition{def("v", "v1", ""), def("miss", "", "none.yaml"), def("hit", "", "x.yaml"), def("free", "", ""), broken}
	for _, tt := range []struct{ name, want, err, hint string }{
		{name: "free", want: "free\n"},
		{name: "hit", want: "hit\n"},
		{name: "v-v1", want: "vv1\n"},
		{name: "", want: "hit\n"},
		{name: "v", err: `named "v", found: broken, free, hit, miss, v-v1`, hint: "named with it: v-v1"},
		{name: "other", err: `named "other"`, hint: "base revision"},
		{name: "miss", err: `expected plugin miss to claim the directory by its discover rule: no file matches fileName "none.yaml"`, hint: "even by name"},
		{name: "broken", err: "find.command of plugin broken (sh -c echo why >&2; exit 3): running sh: exit status 3, standard error:\nwhy", hint: "even by name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := pluginInput(t, nil)
			in.Source.Plugin = &argocd.Plugin{Name: tt.name}
			got, _, err := newPluginRunner(pluginOptions(t, plugins...)).render(t.Context(), in)
			if string(got) != tt.want || (err == nil) != (tt.err == "") {
				t.Fatalf("render: %q, %v; want %q, %q", got, err, tt.want, tt.err)
			}
			if err != nil && (!strings.Contains(err.Error(), tt.err) || !strings.Contains(fault.HintOf(err), tt.hint)) {
				t.Errorf("render: %v (hint %q); want %q (%q)", err, fault.HintOf(err), tt.err, tt.hint)
			}
		})
	}
}

func TestPluginNoneClaims(t *testing.T) {
	t.Parallel()
	for want, plugins := range map[string][]argocd.PluginDefinition{
		"found none of: p":     {script("sh", "ls")},
		"no plugin is defined": nil,
	} {
		in := pluginInput(t, nil)
		in.Source.Plugin = &argocd.Plugin{}
		_, _, err := newPluginRunner(pluginOptions(t, plugins...)).render(t.Context(), in)
		if err == nil || !strings.Contains(err.Error(), want) || fault.HintOf(err) == "" {
			t.Errorf("render: %v; want %q and a hint", err, want)
		}
	}
}

func TestPluginCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	o := pluginOptions(t, script("sh", "sleep 60"))
	start := time.Now()
	_, _, err := newPluginRunner(o).render(ctx, named(pluginInput(t, nil)))
	if err == nil || time.Since(start) > 20*time.Second {
		t.Errorf("render: %v after %s; want an error at once", err, time.Since(start))
	}
	wantEmpty(t, o.Scratch)
}
