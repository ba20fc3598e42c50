package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/argoplan/argoplan/internal/compare"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// page writes r and parses what was written.
func page(t *testing.T, r *Report) (string, *html.Node) {
	t.Helper()
	data, err := r.HTML("1 of 2 Applications changes")
	if err != nil {
		t.Fatal(err)
	}
	again, err := r.HTML("1 of 2 Applications changes")
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("a second call gave other bytes, or %v", err)
	}
	doc, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return string(data), doc
}

// example has one of everything that the page can show.
func example(t *testing.T) *Report {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "example.json"))
	if err != nil {
		t.Fatal(err)
	}
	r := &Report{}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(r); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestHTML compares the page's body; style and script have no golden file.
func TestHTML(t *testing.T) {
	t.Parallel()
	text, _ := page(t, example(t))
	_, body, _ := strings.Cut(text, "<body>\n")
	body, _, _ = strings.Cut(body, "<script>")
	file := filepath.Join("testdata", "example.html")
	if *update {
		if err := os.WriteFile(file, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), body); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// TestHTMLPolicy holds the policy's hashes against the very bytes between the
// tags, as a browser does.
func TestHTMLPolicy(t *testing.T) {
	t.Parallel()
	text, _ := page(t, example(t))
	for _, tag := range []string{"style", "script"} {
		_, inner, _ := strings.Cut(text, "<"+tag+">")
		inner, _, found := strings.Cut(inner, "</"+tag+">")
		sum := sha256.Sum256([]byte(inner))
		hash := base64.StdEncoding.EncodeToString(sum[:])
		policy := strings.ReplaceAll(text[:strings.Index(text, "<style>")], "&#43;", "+")
		if !found || len(inner) < 1000 || !strings.Contains(policy, tag+"-src &#39;sha256-"+hash+"&#39;;") {
			t.Errorf("the policy doesn't allow the page's own %s of %d bytes:\n%s", tag, len(inner), policy)
		}
	}
	if m := regexp.MustCompile(`(?i)(src|href)\s*=\s*["']?(https?:|//)|@import|url\(|fetch\(|XMLHttpRequest|innerHTML`).FindString(text); m != "" {
		t.Errorf("the page reaches out, or writes markup: %s", m)
	}
}

// TestHTMLShowsEverything gives each text of the report a token of its own, and
// looks for all of them: a new field is shown, or named here.
func TestHTMLShowsEverything(t *testing.T) {
	t.Parallel()
	r := example(t)
	tokens := map[string]string{}
	tokenize(reflect.ValueOf(r).Elem(), "report", tokens)
	text, _ := page(t, r)
	for token, at := range tokens {
		// The diff shows the paths with their values.
		if !strings.Contains(text, token) && !strings.Contains(at, ".Paths[") {
			t.Errorf("the page doesn't show %s", at)
		}
	}
	if len(tokens) < 100 {
		t.Errorf("only %d texts", len(tokens))
	}
}

// tokenize replaces each text that isn't one of a few known words.
func tokenize(v reflect.Value, at string, tokens map[string]string) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() && v.String() != "" {
			v.SetString(fmt.Sprintf("tok%dx", len(tokens)))
			tokens[v.String()] = at
		}
	case reflect.Slice:
		for i := range v.Len() {
			tokenize(v.Index(i), fmt.Sprintf("%s[%d]", at, i), tokens)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			tokenize(v.Field(i), at+"."+v.Type().Field(i).Name, tokens)
		}
	}
}

// attacks try to end the place they are in.
var attacks = []string{
	`</pre></div><script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `" onmouseover="alert(1)`, `' autofocus onfocus='alert(1)`,
	`</title><svg onload=alert(1)>`, `{{.Style}}`, `<!--`, `--><script>x</script>`, `javascript:alert(1)`, `</style><style>*{display:none}`,
	"a\u202eb\u200bc\x00d\x1b[31me\xfff\u2028g\u00a0h", `&lt;script&gt;`, `<base href=//evil.example>`, `</option></select><a href=//evil.example>`,
}

// hostile has the same text wherever a pull request can choose one.
func hostile(s string) *Report {
	change := func(action compare.Action, diff string) compare.Change {
		return compare.Change{Action: action, APIVersion: s, Kind: s, Namespace: s, Name: s, Hook: s, Diff: diff, Summary: []string{s}, RenamedTo: s, RenamedFrom: s,
			Paths: []compare.PathChange{{Path: s, From: s, To: s}}}
	}
	warnings := []Warning{{Side: Base, File: s, Line: 1, Message: s}}
	a := Application{
		Namespace: s, Name: s, State: Changed, Presence: Renamed, RenamedFrom: s, Parents: []string{s}, ApplicationSet: s, File: s, Line: 2, Reasons: []string{s},
		Destination: Destination{Cluster: s, Namespace: s}, Skipped: s, Warnings: warnings,
		Sources:  []Source{{Type: s, RepoURL: s, Path: s, Base: s, Head: s + s, Tool: s}, {Chart: s, RepoURL: s}},
		Sync:     Sync{Policy: Policy(s), Meaning: s, Details: []string{s}},
		Volatile: []string{s},
		Failures: []Failure{{Side: Head, Source: s, File: s, Message: s, Hint: s}},
		Dangers:  []Danger{{Rule: s, Resource: s, Path: s, Message: s, FailsSync: true}},
		Changes: []compare.Change{change(compare.Modify, "@@ "+s+" @@\n- a"+s+"\n+ b"+s+"\n  "+s+"\n! "+s),
			change(compare.Action(s), "  "+s)},
	}
	return &Report{Repository: s, Base: Revision{s, s}, Head: Revision{s, s}, Incomplete: s, Applications: []Application{a},
		Warnings: warnings, Notes: []string{s}, Images: []Image{{Name: s, From: s, To: s, Where: []string{s}}}}
}

// TestHTMLEscapes gives hostile and harmless text: both must make the same
// page, element for element and attribute for attribute.
func TestHTMLEscapes(t *testing.T) {
	t.Parallel()
	_, plain := page(t, hostile("plain"))
	want := skeleton(plain)
	for _, s := range attacks {
		text, doc := page(t, hostile(s))
		if diff := cmp.Diff(want, skeleton(doc)); diff != "" {
			t.Errorf("%q changes the page (-want +got):\n%s", s, diff)
		}
		if shown := compare.Visible(text); shown != text {
			t.Errorf("%q leaves hidden characters", s)
		}
	}
	text, _ := page(t, hostile("a\u202eb"))
	if !strings.Contains(text, `a\u{202E}b`) {
		t.Error("a hidden character isn't spelled out")
	}
}

// skeleton lists the elements with the names of their attributes. Marks within
// lines depend on the text.
func skeleton(n *html.Node) (list []string) {
	for d := range n.Descendants() {
		if d.Type == html.CommentNode {
			list = append(list, "comment")
		}
		if d.Type != html.ElementNode || d.Data == "mark" {
			continue
		}
		s := d.Data
		for _, a := range d.Attr {
			s += " " + a.Key
			if a.Key == "href" || a.Key == "id" {
				s += "=" + a.Val
			}
		}
		list = append(list, s)
	}
	return list
}

// TestHTMLLinks leads every danger and every row to its place.
func TestHTMLLinks(t *testing.T) {
	t.Parallel()
	_, doc := page(t, example(t))
	ids, links := map[string]int{}, []string{}
	for d := range doc.Descendants() {
		for _, a := range d.Attr {
			switch a.Key {
			case "id":
				ids[a.Val]++
			case "href":
				links = append(links, strings.TrimPrefix(a.Val, "#"))
			}
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%d elements have the id %s", n, id)
		}
	}
	for _, link := range links {
		if ids[link] == 0 {
			t.Errorf("nothing has the id %s", link)
		}
	}
	if !slices.Contains(links, "a2-1") {
		t.Errorf("no danger leads to its resource: %v", links)
	}
}

// TestHTMLOfMuch keeps a page of five megabytes of diffs near their own size,
// and closed: a browser lays out what is open.
func TestHTMLOfMuch(t *testing.T) {
	t.Parallel()
	r := &Report{}
	line, size := "-     value: before\n+     value: after\n      name: unchanged\n", 0
	for i := range 50 {
		a := Application{Namespace: "argocd", Name: fmt.Sprint("app-", i), State: Changed, Presence: Both}
		for j := range 20 {
			diff := strings.Repeat(line, 85)
			size += len(diff)
			a.Changes = append(a.Changes, compare.Change{Action: compare.Modify, Kind: "ConfigMap", Name: fmt.Sprint("c-", j), Diff: diff})
		}
		r.Applications = append(r.Applications, a)
	}
	data, err := r.HTML("")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	if size < 5_000_000 || len(text) > 4*size || strings.Contains(text, " open>") {
		t.Errorf("a page of %d bytes for %d bytes of diffs, open: %t", len(text), size, strings.Contains(text, " open>"))
	}
}
