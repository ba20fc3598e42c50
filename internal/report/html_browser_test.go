package report

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// browser opens the page at file, with what follows # in its address, and gives
// the document as it is after the script ran. The clock of the page runs ahead,
// so that timers and observers are done.
func browser(t *testing.T, file, hash string) *html.Node {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	// Not t.TempDir: Chromium's children may still write when it is gone, and a
	// directory that can't be removed would fail the test.
	profile, err := os.MkdirTemp("", "argoplan-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(profile) })
	cmd := exec.CommandContext(ctx, chromium(t), "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
		"--no-first-run", "--virtual-time-budget=2000", "--window-size=1280,2000", "--user-data-dir="+profile, "--dump-dom", "file://"+file+hash)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("running chromium: %v", err)
	}
	doc, err := html.Parse(strings.NewReader(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium on PATH: the page's script isn't tested")
	return ""
}

// TestHTMLInBrowser lets Chromium run the page's own script, under the page's
// own policy.
func TestHTMLInBrowser(t *testing.T) {
	t.Parallel()
	chromium(t)
	data, err := example(t).HTML("1 of 4 Applications changes")
	if err != nil {
		t.Fatal(err)
	}
	file := write(t, string(data))
	for _, tt := range []struct {
		name, hash string
		want       string // sections and resources that are shown
		count      string
	}{
		{"all", "", "a3 a2 a2-1 a2-2 a2-3 a1 a4", ""},
		{"a word of a name shows the whole Application", "#filter=Redis", "a2 a2-1 a2-2 a2-3", "3 of 3 resources"},
		{"a word of a diff", "#filter=redis-headless", "a2 a2-2", "1 of 3 resources"},
		{"all words count", "#filter=redis+claim+nothing", "", "0 of 3 resources"},
		{"a word of a failure", "#filter=releases", "a3", "0 of 3 resources"},
		{"kind", "#kind=Job", "a2 a2-3", "1 of 3 resources"},
		{"action", "#action=removed", "a2 a2-1", "1 of 3 resources"},
		{"Application", "#app=a4", "a4", "0 of 3 resources"},
		{"an unknown choice", "#kind=Nothing", "a3 a2 a2-1 a2-2 a2-3 a1 a4", ""},
		{"a link", "#a2-2", "a3 a2 a2-1 a2-2 a2-3 a1 a4", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := browser(t, file, tt.hash)
			var shown []string
			for d := range doc.Descendants() {
				class := attribute(d, "class")
				if (class == "app" || class == "res") && !hiddenNode(d) {
					shown = append(shown, attribute(d, "id"))
				}
			}
			if got := strings.Join(shown, " "); got != tt.want {
				t.Errorf("shows %q, want %q", got, tt.want)
			}
			if got := words(find(doc, "id", "shown")); got != tt.count {
				t.Errorf("counts %q, want %q", got, tt.count)
			}
			if nothing := !hiddenNode(find(doc, "id", "nothing")); nothing != (tt.want == "") {
				t.Errorf("says that nothing matches: %t", nothing)
			}
		})
	}
	t.Run("side by side", func(t *testing.T) {
		doc := browser(t, file, "#view=split&theme=dark")
		row := find(find(doc, "id", "a2-2"), "class", "row")
		if got := words(row); got != "replicas: 1 | replicas: 1" {
			t.Errorf("the first row reads %q", got)
		}
		if got := words(row.NextSibling); got != "serviceName: redis | serviceName: redis | -headless" {
			t.Errorf("the second row reads %q", got)
		}
		if find(find(doc, "id", "a2-1"), "class", "row") != nil {
			t.Error("what is only removed has two sides")
		}
		if got := attribute(doc.LastChild, "data-theme"); got != "dark" {
			t.Errorf("the theme is %q", got)
		}
	})
	t.Run("hostile", func(t *testing.T) {
		s := strings.Join(attacks, " ")
		data, err := hostile(s).HTML(s)
		if err != nil {
			t.Fatal(err)
		}
		doc := browser(t, write(t, string(data)+"<p id=end>"), "#view=split")
		if find(doc, "id", "end") == nil || hiddenNode(find(doc, "id", "tools")) {
			t.Error("the page doesn't work")
		}
	})
}

// TestHTMLOfCase opens the page of a case: what its expectations say is there is
// what a browser shows, and the filter finds it.
func TestHTMLOfCase(t *testing.T) {
	t.Parallel()
	chromium(t)
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "repos", "report-forms", "want", "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Read(data)
	if err != nil {
		t.Fatal(err)
	}
	text, err := r.HTML("1 of 3 Applications failed to render")
	if err != nil {
		t.Fatal(err)
	}
	file := write(t, string(text))
	for hash, want := range map[string]string{
		"": "", "#app=shop": "", "#kind=PersistentVolumeClaim": "1 of 27 resources", "#filter=cart+log": "1 of 27 resources",
		"#action=removed&view=split&theme=dark": "1 of 27 resources", "#filter=masked": "1 of 27 resources",
	} {
		doc := browser(t, file, hash)
		if got := words(find(doc, "id", "shown")); got != want {
			t.Errorf("%q counts %q, want %q", hash, got, want)
		}
		if hiddenNode(find(doc, "id", "tools")) {
			t.Errorf("%q: the page's script did not run", hash)
		}
	}
}

// typist presses keys one after another and writes down where the focus is.
const typist = `<p id=log></p><script>
for (const key of KEYS) {
  document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  const at = document.activeElement;
  document.getElementById('log').append(key + ':' + (at.id || (at.closest('.res') || at).id) + ' ');
}
</script>`

// TestHTMLKeys presses keys. The page's own policy would keep the test's script
// from running, so it goes.
func TestHTMLKeys(t *testing.T) {
	t.Parallel()
	chromium(t)
	data, err := example(t).HTML("")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, hash, keys, want string }{
		{"next and previous", "", "['k','j','j','k','k','k']", "k:a2-3 j:a2-3 j:a2-3 k:a2-2 k:a2-1 k:a2-1"},
		{"only what is shown", "#kind=Job", "['j','j']", "j:a2-3 j:a2-3"},
		{"letters in the filter are letters", "", "['j','/','j','Escape','j']", "j:a2-1 /:filter j:filter Escape: j:a2-1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(string(data), "Content-Security-Policy", "X-None", 1)
			doc := browser(t, write(t, text+strings.Replace(typist, "KEYS", tt.keys, 1)), tt.hash)
			if got := words(find(doc, "id", "log")); strings.Join(strings.Fields(strings.ReplaceAll(got, "|", "")), " ") != tt.want {
				t.Errorf("the focus went %q, want %q", got, tt.want)
			}
		})
	}
	t.Run("views and theme", func(t *testing.T) {
		text := strings.Replace(string(data), "Content-Security-Policy", "X-None", 1)
		doc := browser(t, write(t, text+strings.Replace(typist, "KEYS", "['s','d','o']", 1)), "#theme=light")
		if attribute(find(doc, "id", "split"), "aria-pressed") != "true" || attribute(doc.LastChild, "data-theme") != "dark" ||
			words(find(doc, "id", "fold")) != "Open all" {
			t.Error("s, d or o does nothing")
		}
	})
}

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// hiddenNode is true if n, or what it is in, has the attribute hidden.
func hiddenNode(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		for _, a := range n.Attr {
			if a.Key == "hidden" {
				return true
			}
		}
	}
	return false
}

func find(n *html.Node, key, value string) *html.Node {
	for d := range n.Descendants() {
		if attribute(d, key) == value {
			return d
		}
	}
	return nil
}

// words joins the texts of n.
func words(n *html.Node) string {
	var list []string
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			list = append(list, strings.TrimSpace(d.Data))
		}
	}
	return strings.Join(list, " | ")
}
