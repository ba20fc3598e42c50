package render

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

func TestDiscover(t *testing.T) {
	t.Parallel()
	rule := func(d argocd.Discover) []argocd.PluginDefinition {
		return []argocd.PluginDefinition{{Name: "p", Generate: command("true"), Discover: d}}
	}
	fileName := func(s string) []argocd.PluginDefinition { return rule(argocd.Discover{FileName: s}) }
	find := func(s string) []argocd.PluginDefinition {
		return rule(argocd.Discover{Find: argocd.Find{PluginCommand: command("sh", "-c", s)}})
	}
	claims := func(name, version string) argocd.PluginDefinition {
		return argocd.PluginDefinition{Name: name, Version: version, Discover: argocd.Discover{FileName: "x.yaml"}}
	}
	all := argocd.Find{Glob: "*.yaml", PluginCommand: command("echo", "x")}
	for _, tt := range []struct {
		name    string
		plugins []argocd.PluginDefinition
		want    string
	}{
		{"no plugins", nil, ""},
		{"no rule", rule(argocd.Discover{}), ""},
		{"fileName", fileName("x.yaml"), "p"},
		{"fileName with a wildcard", fileName("*.ya?l"), "p"},
		{"fileName in a subdirectory", fileName("./sub*/y.yaml"), "p"},
		{"fileName of another directory", fileName("y.yaml"), ""},
		{"fileName is no recursive glob", fileName("**/z.yaml"), ""},
		{"fileName of the parent directory", fileName("../root.yaml"), "p"},
		{"fileName outside the tree", fileName("../../002"), ""},
		{"broken fileName", fileName("["), ""},
		{"glob", rule(argocd.Discover{Find: argocd.Find{Glob: "**/z.yaml"}}), "p"},
		{"glob without a match", rule(argocd.Discover{Find: argocd.Find{Glob: "**/none"}}), ""},
		{"command", find("echo x"), "p"},
		{"command runs in the application's directory", find("ls x.yaml"), "p"},
		{"command has the build variables", find(`test "$ARGOCD_APP_NAME" = name && echo x`), "p"},
		{"command has no other variables", find(`test -z "$KUBE_VERSION$PARAM_X" && echo x`), "p"},
		{"command prints nothing", find(":"), ""},
		{"command prints one empty line", find("echo"), ""},
		{"command prints two empty lines", find("echo; echo"), "p"},
		{"command fails", find("echo x; exit 1"), ""},
		{"only fileName counts", rule(argocd.Discover{FileName: "none", Find: all}), ""},
		{"only the glob counts", rule(argocd.Discover{Find: argocd.Find{Glob: "none*", PluginCommand: all.PluginCommand}}), ""},
		{"order of names", []argocd.PluginDefinition{claims("b", ""), claims("a", "")}, "a"},
		{"order of sockets", []argocd.PluginDefinition{claims("a", ""), claims("a", "v1")}, "a-v1"},
		{"the next after a broken one", append(find("exit 1"), claims("q", "")), "q"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := pluginInput(t, map[string]string{"root.yaml": "", "app/sub1/y.yaml": "", "app/a/b/z.yaml": ""})
			in.AppName, in.KubeVersion = "name", "1.34"
			o := pluginOptions(t, tt.plugins...)
			got, found, err := newPluginRunner(o).discover(t.Context(), in)
			if got != tt.want || found != (tt.want != "") || err != nil {
				t.Errorf("discover: %q, %t, %v; want %q", got, found, err, tt.want)
			}
			wantEmpty(t, o.Scratch)
		})
	}
}

// TestDiscoverWithoutTheTool must not take a command that only the sidecar has
// for one that doesn't match: the source would get another type.
func TestDiscoverWithoutTheTool(t *testing.T) {
	t.Parallel()
	for _, c := range []argocd.PluginCommand{command("no-such-command"), command("sh", "-c", "no-such-command x")} {
		plugins := []argocd.PluginDefinition{{Name: "p", Generate: command("cat"), Discover: argocd.Discover{Find: argocd.Find{PluginCommand: c}}}}
		r := New(pluginOptions(t, plugins...))
		_, err := r.Render(t.Context(), pluginInput(t, map[string]string{"app/x.yaml": ""}))
		if err == nil || !strings.Contains(err.Error(), "find.command of plugin p") || !strings.Contains(fault.HintOf(err), "Install the command") {
			t.Errorf("%v: got %v, hint %q", c, err, fault.HintOf(err))
		}
	}
}

// TestDiscoverTwice has a rule that needs what only a request to generate
// tells: the type is decided without it, as in Argo CD.
func TestDiscoverTwice(t *testing.T) {
	t.Parallel()
	def := script("sh", "echo out")
	def.Discover.Find.PluginCommand = command("sh", "-c", `test "$ARGOCD_ENV_X" = y && test -n "$KUBE_VERSION" && echo x`)
	in := pluginInput(t, nil)
	in.KubeVersion = "1.34"
	in.Source.Plugin = &argocd.Plugin{Env: []argocd.EnvEntry{{Name: "X", Value: "y"}}}
	p := newPluginRunner(pluginOptions(t, def))
	if _, found, err := p.discover(t.Context(), in); found || err != nil {
		t.Errorf("discover: %t, %v; want no match", found, err)
	}
	if out, _, err := p.render(t.Context(), in); string(out) != "out\n" || err != nil {
		t.Errorf("render: %q, %v; want the plugin's output", out, err)
	}
}

// TestDiscoverCopies has nowhere to copy to: only a command needs a copy, and
// what can't be asked is an error and not a plugin that claims nothing.
func TestDiscoverCopies(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		rule  argocd.Discover
		fails bool
	}{
		{"no rule", argocd.Discover{}, false},
		{"fileName", argocd.Discover{FileName: "none"}, false},
		{"glob", argocd.Discover{Find: argocd.Find{Glob: "none*"}}, false},
		{"command", argocd.Discover{Find: argocd.Find{PluginCommand: command("true")}}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := pluginOptions(t, argocd.PluginDefinition{Name: "p", Discover: tt.rule})
			o.Scratch = filepath.Join(o.Scratch, "none")
			if _, found, err := newPluginRunner(o).discover(t.Context(), pluginInput(t, nil)); found || (err != nil) != tt.fails {
				t.Errorf("discover: %t, %v; want an error: %t", found, err, tt.fails)
			}
		})
	}
}

func TestDiscoverTimeout(t *testing.T) {
	t.Parallel()
	def := argocd.PluginDefinition{Name: "p", Discover: argocd.Discover{Find: argocd.Find{PluginCommand: command("sleep", "60")}}}
	o := pluginOptions(t, def)
	o.PluginTimeout = 100 * time.Millisecond
	if _, found, err := newPluginRunner(o).discover(t.Context(), pluginInput(t, nil)); found || err == nil {
		t.Errorf("discover: %t, %v; want the timeout: nobody knows whether the plugin claims it", found, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := newPluginRunner(o).discover(ctx, pluginInput(t, nil)); !errors.Is(err, context.Canceled) {
		t.Errorf("discover: %v; want %v", err, context.Canceled)
	}
}

func TestGlobMatches(t *testing.T) {
	t.Parallel()
	root := pluginTree(t, map[string]string{
		"app/a.yaml": "", "app/.hidden": "", "app/d/b.yaml": "", "app/d/e/c.json": "", "app/odd[x]+.txt": "", "app/ü.txt": "",
		"top.yaml": "", "away/far.yml": "", "app/link": "-> ../away", "app/file.lnk": "-> ../top.yaml",
	})
	for _, tt := range []struct {
		pattern string
		want    bool
	}{
		{"a.yaml", true}, {"none", false}, {"d/b.yaml", true}, {"d", true},
		{"*.yaml", true}, {"*.json", false}, {"*/*.yaml", true}, {"*/*.json", false},
		{"**/a.yaml", true}, {"**/b.yaml", true}, {"**/c.json", true}, {"d/**/c.json", true}, {"d/**/a.yaml", false},
		{"**/*.j*n", true}, {"**", true}, {"d/**", true}, {"**/e", true}, {"*den", true}, {"./*.yaml", true},
		{"a.{json,yaml}", true}, {"{d,f}/b.yaml", true}, {"a.{x,y}", false}, {"*.{*,x}", false},
		{"[a-c].ya*", true}, {"[x].ya*", false}, {"a?yaml*", false}, {"*.(yaml)", false},
		{`odd\[x\]+*`, true}, {"*[x]+.txt", false}, {"ü*", true},
		{"../*.yaml", true}, {"../../*", false}, {"../../" + filepath.Base(root) + "/*.yaml", true},
		{"**/far.yml", false}, {"link/*", false}, {"*.lnk", true}, {"none/*", false}, {"!(a)*", false},
	} {
		t.Run(tt.pattern, func(t *testing.T) {
			t.Parallel()
			if got, err := globMatches(root, filepath.Join(root, "app"), tt.pattern); got != tt.want {
				t.Errorf("globMatches: %t (%v); want %t", got, err, tt.want)
			}
		})
	}
}

func TestGlobErrors(t *testing.T) {
	t.Parallel()
	root := pluginTree(t, map[string]string{"a.yaml": ""})
	for _, pattern := range []string{"none", "none/*", "!(a).*", "[z-a]*"} {
		if got := matchGlob(Input{Root: root, Dir: root}, pattern); got.ok || !strings.Contains(got.why, "find.glob \""+pattern+"\": ") {
			t.Errorf("matchGlob(%s): %v; want the error", pattern, got)
		}
	}
}

func TestFileNameInOddDirectory(t *testing.T) {
	t.Parallel()
	root := pluginTree(t, map[string]string{"[a]*/x": "", "a/y": ""})
	in := Input{Root: root, Dir: filepath.Join(root, "[a]*")}
	got := []match{matchFileName(in, "x"), matchFileName(in, "y")}
	if !got[0].ok || got[1].ok || !strings.Contains(got[1].why, `fileName "y"`) {
		t.Error(cmp.Diff("x and not y", got))
	}
}
