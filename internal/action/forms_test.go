package action

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/argoplan/argoplan/internal/comment"
	"github.com/argoplan/argoplan/internal/report"
)

// forms adds what else a case wants to show of its report.
func (c testCase) forms(t *testing.T, files map[string]string, out string, args []string) {
	t.Helper()
	r, err := report.Read([]byte(files["report.json"]))
	if err != nil {
		t.Fatal(err)
	}
	for name, budget := range c.CommentBytes {
		text := comment.Markdown(r, comment.Options{Budget: budget, ReportDir: "argoplan-report"})
		if len(text) > budget {
			t.Errorf("the comment of at most %d bytes has %d", budget, len(text))
		}
		files["comment-"+name+".md"] = text
	}
	if c.Terminal {
		files["terminal.txt"] = runAtTerminal(t, args, map[string]string{"NO_COLOR": "1"})
		files["terminal-color.txt"] = readable(runAtTerminal(t, args, nil))
		if colourless := tags.ReplaceAllString(files["terminal-color.txt"], ""); colourless != files["terminal.txt"] {
			t.Errorf("colours change the text:\n%s", colourless)
		}
	}
	if c.Page {
		files["page.txt"] = readPage(t, filepath.Join(out, "report.html"))
	}
}

// runAtTerminal runs once more, as at a terminal of 100 columns.
func runAtTerminal(t *testing.T, args []string, extra map[string]string) string {
	t.Helper()
	env := testEnvironment(t)
	var stdout, stderr bytes.Buffer
	Main(t.Context(), append(args, "--format", "terminal"), func(name string) string {
		if value, ok := extra[name]; ok {
			return value
		}
		return env(name)
	}, &stdout, &stderr)
	return stdout.String()
}

var (
	escape = regexp.MustCompile("\x1b\\[([0-9;]*)m")
	tags   = regexp.MustCompile("⟨[^⟩]*⟩")
	// colours are the names of what the report asks a terminal for.
	colours = map[string]string{
		"0": "/", "1": "bold", "2": "faint", "31": "red", "32": "green", "33": "yellow", "36": "cyan", "1;31": "bold red",
	}
)

// readable spells out colours; any other escape stays and shows in the
// expectation.
func readable(text string) string {
	return escape.ReplaceAllStringFunc(text, func(s string) string {
		if name, ok := colours[escape.FindStringSubmatch(s)[1]]; ok {
			return "⟨" + name + "⟩"
		}
		return s
	})
}

// blocks are the elements that begin a line of their own, with what marks them.
var blocks = map[string]string{
	"h1": "# ", "h2": "\n## ", "h3": "\n### ", "h4": "\n#### ", "summary": "▸ ", "p": "", "li": "- ", "tr": "| ", "dt": "  ", "dd": "    ", "pre": "", "div": "",
	"input": "input: ", "select": "choose: ", "option": "  ", "button": "button: ", "footer": "\n",
}

// readPage gives what a person reads on a page from top to bottom, with what can be
// pressed and chosen.
func readPage(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	spell(&b, doc, false)
	text := regexp.MustCompile(`[ \t]+\n`).ReplaceAllString(b.String(), "\n")
	text = regexp.MustCompile(`\n{2,}`).ReplaceAllString(text, "\n")
	return strings.TrimSpace(strings.ReplaceAll(text, "\n#", "\n\n#")) + "\n"
}

// spell writes a node; pre keeps its white space.
func spell(b *strings.Builder, n *html.Node, pre bool) {
	if n.Type == html.TextNode {
		switch text := strings.Join(strings.Fields(n.Data), " "); {
		case pre:
			b.WriteString(strings.ReplaceAll(n.Data, "\n", "\n    "))
		case text != "":
			b.WriteString(text + " ")
		}
		return
	}
	if n.Data == "script" || n.Data == "style" || n.Data == "title" {
		return
	}
	mark, block := blocks[n.Data]
	if pre && n.Parent.Data == "div" {
		mark, block = "    ", true // a part of a diff
	}
	if n.Parent != nil && (n.Parent.Data == "td" || n.Parent.Data == "th") {
		block = false
	}
	if block {
		b.WriteString("\n" + mark)
	}
	for _, a := range n.Attr {
		if a.Key == "placeholder" || a.Key == "aria-label" && n.Data == "select" {
			b.WriteString(a.Val)
		}
	}
	for child := range n.ChildNodes() {
		spell(b, child, pre || n.Data == "pre" || slices.Contains(n.Attr, html.Attribute{Key: "class", Val: "diff"}))
	}
	if n.Data == "td" || n.Data == "th" {
		b.WriteString("| ")
	}
	if block && n.Data != "option" && !pre {
		b.WriteString("\n")
	}
}
