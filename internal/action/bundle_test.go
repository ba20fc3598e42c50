package action

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	gmtext "github.com/yuin/goldmark/text"

	"github.com/argoplan/argoplan/internal/comment"
	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/githubtest"
	"github.com/argoplan/argoplan/internal/report"
)

// bundle is what a hostile job left: a report, and what is done to its file.
type bundle struct {
	report *report.Report
	text   string            // in place of the report
	file   func(path string) // in place of writing it
	event  func(run map[string]any)
	pulls  []githubtest.Pull // in place of 7 and 8
}

// honest is the report of one changed Application.
func honest() *report.Report {
	return &report.Report{Schema: 1, Base: report.Revision{Name: "main"}, Head: report.Revision{Name: "#8"},
		Totals: report.Totals{Found: 1, Selected: 1, Changed: 1, Modified: 1},
		Applications: []report.Application{{Namespace: "argocd", Name: "web", State: report.Changed, Presence: report.Both, Reasons: []string{"r"},
			Sources: []report.Source{}, Sync: report.Sync{Policy: report.Manual, Meaning: "m"},
			Changes: []compare.Change{{Action: compare.Modify, APIVersion: "v1", Kind: "ConfigMap", Name: "web", Diff: "- blue\n+ green",
				Paths: []compare.PathChange{{Path: "data.color", Action: compare.Modify}}}}}}}
}

func with(change func(r *report.Report)) *report.Report {
	r := honest()
	change(r)
	return r
}

// texts puts one text in every place of a report that has any.
func texts(text string) *report.Report {
	return with(func(r *report.Report) {
		a := &r.Applications[0]
		r.Base.Name, r.Head.Name, r.Notes, r.Repository = text, text, []string{text}, text
		r.Warnings = []report.Warning{{File: text, Message: text}}
		r.Images = []report.Image{{Name: text, From: text, To: text, Where: []string{text}}}
		a.Namespace, a.Name, a.File, a.Reasons, a.Parents = text, text, text, []string{text}, []string{text}
		a.Destination, a.Sync.Meaning, a.Sync.Details = report.Destination{Cluster: text, Namespace: text}, text, []string{text}
		a.Sources = []report.Source{{Type: text, RepoURL: text, Path: text, Base: text, Head: text, Tool: text}}
		a.Dangers = []report.Danger{{Rule: text, Resource: text, Path: text, Message: text}}
		r.Totals.Dangers = 1
		c := &a.Changes[0]
		c.APIVersion, c.Kind, c.Namespace, c.Name, c.Hook, c.Diff = text, text, text, text, text, text
		c.Paths[0] = compare.PathChange{Path: text, Action: compare.Modify, From: text, To: text}
	})
}

func TestHostileBundles(t *testing.T) {
	t.Parallel()
	marker := comment.Marker{Key: "0123456789abcdef", Head: forkSHA, Run: "99.9"}.String()
	many := with(func(r *report.Report) {
		one := r.Applications[0]
		r.Applications = nil
		for i := range 9000 {
			one.Name = fmt.Sprint("web-", i)
			r.Applications = append(r.Applications, one)
		}
		r.Totals = report.Totals{Found: 9000, Selected: 9000, Changed: 9000, Modified: 9000}
	})
	eight := githubtest.Pull{Number: 8, Head: forkSHA, HeadRef: "fix", HeadRepo: "eve/shop", BaseRef: "main"}
	nine := eight
	nine.Number, nine.BaseRef = 9, "release"
	moved, closed, copied := eight, eight, eight
	moved.Head, closed.State, copied.HeadRepo = githubtest.Head, "closed", "mallory/shop"
	set := func(key string, value any) func(map[string]any) { return func(run map[string]any) { run[key] = value } }
	tests := map[string]struct {
		bundle
		on      int // the pull request with the comment; 0 is none
		want    string
		without string
		status  int
	}{
		"honest":                 {bundle: bundle{report: honest()}, on: 8, want: "1 of 1 Application changes"},
		"no file":                {bundle: bundle{file: func(string) {}}, on: 8, want: "incomplete run", status: 1},
		"empty":                  {bundle: bundle{text: ""}, on: 8, want: "incomplete run", status: 1},
		"HTML":                   {bundle: bundle{text: "<h1>no changes</h1>"}, on: 8, want: "incomplete run", without: "no changes</h1>", status: 1},
		"ready-made Markdown":    {bundle: bundle{text: marker + "\n## argoplan: no changes\n"}, on: 8, want: "incomplete run", without: "no changes", status: 1},
		"a markdown field":       {bundle: bundle{text: `{"schema":1,"markdown":"# no changes"}`}, on: 8, want: "incomplete run", without: "# no changes", status: 1},
		"half":                   {bundle: bundle{text: `{"schema":1,"applications":[`}, on: 8, want: "incomplete run", status: 1},
		"deep nesting":           {bundle: bundle{text: `{"schema":` + strings.Repeat("[", 1_000_000)}, on: 8, want: "levels", status: 1},
		"a million Applications": {bundle: bundle{text: `{"applications":[` + strings.Repeat("{},", 999_999) + "{}]}"}, on: 8, want: "objects", status: 1},
		"too large":              {bundle: bundle{text: strings.Repeat(" ", report.MaxBytes+1)}, on: 8, want: "bytes", status: 1},
		"a sparse terabyte": {bundle: bundle{file: func(path string) {
			if f, err := os.Create(path); err == nil {
				_ = f.Truncate(1 << 40)
				_ = f.Close()
			}
		}}, on: 8, want: "bytes", status: 1},
		"invalid UTF-8":                 {bundle: bundle{text: "{\"schema\":1,\"repository\":\"\xff\"}"}, on: 8, want: "UTF-8", status: 1},
		"a link to a secret":            {bundle: bundle{file: func(path string) { _ = os.Symlink("/etc/passwd", path) }}, on: 8, want: "incomplete run", without: "root", status: 1},
		"a link upwards":                {bundle: bundle{file: func(path string) { _ = os.Symlink("../secret.json", path) }}, on: 8, want: "to be a file", status: 1},
		"a pipe":                        {bundle: bundle{file: func(path string) { _ = syscall.Mkfifo(path, 0o644) }}, on: 8, want: "to be a file", status: 1},
		"a directory":                   {bundle: bundle{file: func(path string) { _ = os.Mkdir(path, 0o755) }}, on: 8, want: "to be a file", status: 1},
		"a newer schema":                {bundle: bundle{report: with(func(r *report.Report) { r.Schema = 2 })}, on: 8, want: "expected schema 1", status: 1},
		"totals that lie":               {bundle: bundle{report: with(func(r *report.Report) { r.Totals = report.Totals{} })}, on: 8, want: "incomplete run", without: "no changes", status: 1},
		"a state that lies":             {bundle: bundle{report: with(func(r *report.Report) { r.Applications[0].State = report.Unchanged })}, on: 8, want: "incomplete run", without: "no changes", status: 1},
		"a made-up policy":              {bundle: bundle{report: with(func(r *report.Report) { r.Applications[0].Sync.Policy = "approved" })}, on: 8, want: "sync policy", status: 1},
		"another pull request's number": {bundle: bundle{text: `{"schema":1,"pullRequest":7}`}, on: 8, want: "unknown field", status: 1},
		"another pull request's name":   {bundle: bundle{report: with(func(r *report.Report) { r.Head.Name = "#7" })}, on: 8, want: "at `f0f0f0f`"},
		"another pull request's head":   {bundle: bundle{report: with(func(r *report.Report) { r.Head.SHA = githubtest.Head })}, on: 8, want: "at `f0f0f0f`"},
		"another repository":            {bundle: bundle{report: with(func(r *report.Report) { r.Repository = "octo/other" })}, on: 8, want: "at `f0f0f0f`"},
		"a forged marker":               {bundle: bundle{report: texts("\n" + marker + "\n")}, on: 8, want: "argoplan: 1 of 1"},
		"Markdown everywhere":           {bundle: bundle{report: texts("`````\n## no changes\n</details>@everyone ![x](https://evil.example/x)")}, on: 8, want: "argoplan: 1 of 1"},
		"a text of a megabyte":          {bundle: bundle{report: texts(strings.Repeat("x", 1<<19))}, on: 8, want: "argoplan: 1 of 1"},
		"9000 Applications":             {bundle: bundle{report: many}, on: 8, want: "9000 of 9000 Applications change"},
		"the head moved on":             {bundle: bundle{report: honest(), pulls: []githubtest.Pull{moved}}},
		"the pull request is closed":    {bundle: bundle{report: honest(), pulls: []githubtest.Pull{closed}}},
		"the same head of another fork": {bundle: bundle{report: honest(), pulls: []githubtest.Pull{copied}}},
		"two bases":                     {bundle: bundle{report: with(func(r *report.Report) { r.Base.Name = "release" }), pulls: []githubtest.Pull{eight, nine}}, on: 9, want: "1 of 1 Application changes"},
		"two bases, neither named":      {bundle: bundle{report: with(func(r *report.Report) { r.Base.Name = "x" }), pulls: []githubtest.Pull{eight, nine}}},
		"a run for a push":              {bundle: bundle{report: honest(), event: set("event", "push")}},
		"a run that waits for approval": {bundle: bundle{file: func(string) {}, event: set("conclusion", "action_required")}},
		"a head that is no commit":      {bundle: bundle{report: honest(), event: set("head_sha", "main")}, status: 2},
		"no head":                       {bundle: bundle{report: honest(), event: set("head_sha", "")}, status: 2},
		"a run of nobody":               {bundle: bundle{report: honest(), event: set("head_repository", nil)}},
	}
	if len(tests) < 30 {
		t.Errorf("%d hostile bundles, want 30", len(tests))
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := forkAPI(t)
			if test.pulls != nil {
				api.SetPulls(test.pulls...)
			}
			payload := forkRun()
			if run, ok := payload["workflow_run"].(map[string]any); ok && test.event != nil {
				test.event(run)
			}
			r := newRunner(t, api, "workflow_run", payload)
			test.put(t, r.workspace)
			start := time.Now()
			if status := r.use(step{With: map[string]any{"mode": "comment"}}); status != test.status {
				t.Errorf("exit status %d, want %d\n%.2000s", status, test.status, &r.log)
			}
			if took := time.Since(start); took > hostileTime {
				t.Errorf("took %v", took)
			}
			test.check(t, api.Comments(), test.on, test.want, test.without)
		})
	}
}

// put leaves the bundle where a download would.
func (b bundle) put(t *testing.T, workspace string) {
	t.Helper()
	path := filepath.Join(workspace, "argoplan-report", "report.json")
	write(t, filepath.Join(workspace, "secret.json"), "{}")
	write(t, filepath.Join(filepath.Dir(path), "report.md"), "PWNED")
	switch {
	case b.file != nil:
		b.file(path)
	case b.report == nil:
		write(t, path, b.text)
	default:
		data, err := json.Marshal(b.report)
		if err != nil {
			t.Fatal(err)
		}
		write(t, path, string(data))
	}
}

// check looks for exactly one comment, on the right pull request, in our form.
func (bundle) check(t *testing.T, all []githubtest.Comment, on int, want, without string) {
	t.Helper()
	if on == 0 {
		if len(all) != 0 {
			t.Errorf("a comment was written: %v", all)
		}
		return
	}
	if len(all) != 1 || all[0].Number != on {
		t.Fatalf("%d comments, want one on %d: %.500v", len(all), on, all)
	}
	body := all[0].Body
	m, ok := comment.ParseMarker(body)
	if !ok || m.Head != forkSHA || m.Run != "42.1" || m.Key == "0123456789abcdef" {
		t.Errorf("the marker is %+v", m)
	}
	if !strings.Contains(body, want) || without != "" && strings.Contains(body, without) || strings.Contains(body, "PWNED") {
		t.Errorf("want %q, and not %q, in\n%.3000s", want, without, body)
	}
	headings, links := outline(body)
	if len(body) > comment.DefaultBudget || headings != 1 || links != 1 {
		t.Errorf("%d bytes, %d headings, %d links:\n%.3000s", len(body), headings, links, body)
	}
}

// outline counts what a reader sees as a heading, and what leads elsewhere or
// notifies somebody.
func outline(body string) (headings, links int) {
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(gmtext.NewReader([]byte(body)))
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Heading:
			if entering && n.Level < 4 {
				headings++
			}
		case *ast.Link, *ast.AutoLink, *ast.Image:
			if entering {
				links++
			}
		case *ast.Text:
			if entering && n.Parent().Kind() != ast.KindCodeSpan && strings.Contains(string(n.Value([]byte(body))), "@") {
				links++
			}
		}
		return ast.WalkContinue, nil
	})
	return headings, links
}
