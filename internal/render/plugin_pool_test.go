package render

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/process"
)

// TestPluginCopiesAreUsedAgain renders twice with one runner. The second render
// may see the first one's copy only if that is as it was, and never what the
// first one wrote.
func TestPluginCopiesAreUsedAgain(t *testing.T) {
	t.Parallel()
	const print = `printf 'kind: A\nmetadata: {name: "%s"}\n' "$(cat ../marker ../extra 2>/dev/null | tr -d '\n')"`
	for _, tt := range []struct {
		name, script string
		again        bool
	}{
		{"it only reads", print, true},
		{"it writes elsewhere", "echo x >$HOME/x; echo y >$TMPDIR/y; " + print, true},
		{"it adds a file", print + "; echo extra >../extra", false},
		{"it writes in place, as much as there was", print + "; printf bb >../marker", false},
		{"it sets the times back", print + "; printf bb >../marker; touch -d @0 ../marker", false},
		{"it changes a mode and back", print + "; chmod 600 ../marker; chmod 644 ../marker", false},
		{"it replaces a file", print + "; cp ../marker ../m; mv ../m ../marker", false},
		{"it links a file", print + "; ln ../marker $TMPDIR/m", false},
		{"it removes and makes a directory", print + "; mkdir ../d; rmdir ../d", false},
		{"something of it goes on", print + "; (: >$TMPDIR/up; sleep 3; printf bb >../marker) >/dev/null 2>&1 & until test -e $TMPDIR/up; do sleep 0.01; done", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := pluginOptions(t, script("sh", tt.script))
			if err := os.Chmod(filepath.Dir(o.Scratch), 0o711); err != nil {
				t.Fatal(err)
			}
			o.Sandbox = process.NewSandbox(process.SandboxOptions{Path: o.Path, Scratch: o.Scratch})
			in := named(pluginInput(t, map[string]string{"marker": "aa"}))
			runner, first, kept := firstRender(t, o, in)
			for try := 1; tt.again && !kept && try < 5; try++ {
				runner, first, kept = firstRender(t, o, in) // killed processes took too long to disappear
			}
			if os.Geteuid() == 0 && kept != tt.again {
				t.Errorf("the first render's copy was kept: %v, want %v", kept, tt.again)
			}
			if second := markerOf(t, runner, in); first != "aa" || second != "aa" {
				t.Errorf("the renders saw %q and %q, want the tree as it is", first, second)
			}
		})
	}
}

// firstRender has a new runner render, and says whether it kept the copy.
func firstRender(t *testing.T, o Options, in Input) (*pluginRunner, string, bool) {
	t.Helper()
	runner := newPluginRunner(o)
	first := markerOf(t, runner, in)
	return runner, first, len(runner.trees.idle) > 0
}

// markerOf gives what a render saw in the file marker.
func markerOf(t *testing.T, runner *pluginRunner, in Input) string {
	t.Helper()
	out, _, err := runner.render(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	_, name, _ := strings.Cut(string(out), `name: "`)
	name, _, _ = strings.Cut(name, `"`)
	return name
}
