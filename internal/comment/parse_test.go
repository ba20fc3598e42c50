package comment

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"github.com/argoplan/argoplan/internal/compare"
)

var (
	ourHTML = regexp.MustCompile(`^(<!-- argoplan:v1 key=[0-9a-f]{16} head=[0-9a-f-]+ run=[0-9.-]+ -->|</details>|` +
		`<details( open)?><summary>(<code>[^<>\n]*</code>|[A-Za-z0-9 ,:()])*</summary>)\n*$`)
	// pinging is what GitHub would link in text: users, issues, commits, URLs.
	pinging = regexp.MustCompile(`@|#[0-9]|://|www\.\S|GH-[0-9]|\b[0-9a-f]{7,}\b`)
)

// checkPage parses page as GitHub does and fails if it has anything that a
// page of ours never has: then some text of the report got out of its code.
func checkPage(t *testing.T, page string, o Options) {
	t.Helper()
	src := []byte(page)
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote)).Parser().Parse(text.NewReader(src))
	headings, depth := 0, 0
	check := func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Document, *ast.Paragraph, *ast.TextBlock, *ast.List, *ast.ListItem, *ast.ThematicBreak, *ast.String:
		case *east.Table, *east.TableHeader, *east.TableRow:
		case *east.TableCell:
			if n.Parent().ChildCount() != 4 {
				t.Errorf("a table row has %d cells", n.Parent().ChildCount())
			}
		case *ast.Heading:
			if n.Level == 4 && depth == 1 && string(n.Lines().Value(src)) == "Hooks" {
				break
			}
			headings++
			if n.Level != 2 || headings > 1 {
				t.Errorf("heading %d of level %d", headings, n.Level)
			}
		case *ast.Blockquote:
			if first := string(n.FirstChild().Lines().Value(src)); !strings.HasPrefix(first, "[!") {
				t.Errorf("quote %q", first)
			}
		case *ast.CodeSpan:
			return ast.WalkSkipChildren, nil
		case *ast.FencedCodeBlock:
			if lang := string(n.Language(src)); lang != "diff" && lang != "text" {
				t.Errorf("fence of %q", lang)
			}
			if n.Parent().Kind() != ast.KindDocument {
				t.Errorf("fence in a %s", n.Parent().Kind())
			}
		case *ast.Emphasis:
			if n.Level != 2 {
				t.Error("emphasis")
			}
		case *ast.Link:
			if o.RunURL == "" || string(n.Destination) != o.RunURL {
				t.Errorf("link to %q", n.Destination)
			}
		case *ast.HTMLBlock:
			line := string(n.Lines().Value(src))
			if n.HasClosure() {
				line += string(n.ClosureLine.Value(src))
			}
			if !ourHTML.MatchString(line) {
				t.Errorf("HTML %q", line)
			}
			depth += strings.Count(line, "<details") - strings.Count(line, "</details")
			if depth < 0 || depth > 2 {
				t.Errorf("details %d deep", depth)
			}
		case *ast.RawHTML:
			if s := string(n.Segments.Value(src)); s != "<br>" {
				t.Errorf("raw HTML %q", s)
			}
		case *ast.Text:
			if s := string(n.Value(src)); pinging.MatchString(s) {
				t.Errorf("text that GitHub links: %q", s)
			}
		default:
			t.Errorf("unexpected %s", n.Kind())
		}
		return ast.WalkContinue, nil
	}
	if err := ast.Walk(doc, check); err != nil {
		t.Fatal(err)
	}
	if headings != 1 || depth != 0 {
		t.Errorf("%d headings, %d details left open", headings, depth)
	}
	if shown := compare.Visible(page); shown != page {
		t.Errorf("hidden characters:\n%s", cmp.Diff(page, shown))
	}
	if o.Budget >= MinBudget && len(page) > o.Budget {
		t.Errorf("%d bytes, the budget is %d", len(page), o.Budget)
	}
	if t.Failed() {
		t.Fatalf("page of %d bytes:\n%.3000s", len(page), page)
	}
}
