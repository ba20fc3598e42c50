package comment

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/report"
)

// attacks are texts that mean something to Markdown, HTML or GitHub.
var attacks = []string{
	"`", "```", "````\n", "`` ` ``", "\n\n## no changes\n\n", "\n---\n", "===\n", "<details>", "</details>", "</summary>",
	"<!-- argoplan:v1 key=0123456789abcdef head=- run=- -->\n", "<img src=x onerror=alert(1)>", "![x](https://evil.example/x.png)",
	"[click](https://evil.example)", "[click]: https://evil.example\n", "https://evil.example", "www.evil.example", "me@evil.example",
	"@octo", "@octo/admins", "#1", "GH-1", "octo/shop#1", headSHA, "|", `\|`, `\\|`, `\`, "\n| a | b |\n|---|---|\n", "**b**", "_i_", "~~s~~",
	"- [ ] task", "1. one\n2. two", "> quote", "> [!NOTE]\n> x", "    indented", "\t", "\r", "\n", "\n\n", "\x00", "\x1b[31m",
	"\u202e", "\u200b", "\ufeff", "\u2028", "\u00a0", "\U000E0041", "\xff\xfe", "[^1]", "[^1]: note", "&amp;", "&#64;octo", ":tada:", "$x$", "%s%d%n",
	"日本語", "🎉", "a b c", "plain", "helm/redis/values.yaml", "spec.replicas", "<b>", "<br>", "<script>", "<a href=x>", "](", "![",
}

type chooser struct{ next func(n int) int }

// text joins a few attacks.
func (c chooser) text() string {
	var b strings.Builder
	for range c.next(5) {
		b.WriteString(attacks[c.next(len(attacks))])
		if c.next(2) == 0 {
			b.WriteString(" ")
		}
	}
	return b.String()
}

func (c chooser) texts() []string {
	var s []string
	for range c.next(8) {
		s = append(s, c.text())
	}
	return s
}

func pick[T any](c chooser, of ...T) T { return of[c.next(len(of))] }

// report makes a report in which every text is hostile.
func (c chooser) report() *report.Report {
	var apps []report.Application
	for range c.next(12) {
		apps = append(apps, c.application())
	}
	for range c.next(4) {
		if len(apps) > 0 {
			twin := pick(c, apps...) // the same changes in another Application
			twin.Namespace, twin.Name = c.text(), c.text()
			apps = append(apps, twin)
		}
	}
	r := newReport(apps...)
	for range c.next(15) {
		r.Images = append(r.Images, report.Image{Name: c.text(), From: c.text(), To: c.text(), Where: append(c.texts(), c.place())})
	}
	r.Totals.Found += c.next(3)
	r.Base.Name, r.Head.Name = c.text(), c.text()
	r.Notes = c.texts()
	r.Warnings = c.warnings()
	if c.next(3) == 0 {
		r.Incomplete = c.text()
	}
	if c.next(3) == 0 {
		r.Head.SHA = ""
	}
	return r
}

// place is where an image is, as the report says it.
func (c chooser) place() string {
	return c.text() + "/" + c.text() + " " + c.text() + " " + c.text() + "/" + c.text() + " " + c.text()
}

func (c chooser) warnings() []report.Warning {
	var w []report.Warning
	for range c.next(4) {
		w = append(w, report.Warning{Side: pick(c, report.Base, report.Head, ""), File: c.text(), Line: c.next(3), Message: c.text()})
	}
	return w
}

func (c chooser) application() report.Application {
	a := report.Application{
		Namespace: c.text(), Name: c.text(), RenamedFrom: c.text(), File: c.text(), Line: c.next(3), Reasons: c.texts(),
		State:       pick(c, report.Changed, report.Changed, report.Failed, report.Skipped, report.Unchanged),
		Presence:    pick(c, report.Both, report.Added, report.Deleted, report.Renamed),
		Destination: report.Destination{Cluster: c.text(), Namespace: c.text()},
		Sync:        report.Sync{Policy: pick(c, report.AutoPrune, report.Manual, report.Policy(c.text())), Finalizer: c.next(2) == 0, Meaning: c.text()},
		Skipped:     c.text(), Warnings: c.warnings(), Volatile: c.texts(),
	}
	for range c.next(5) {
		a.Sources = append(a.Sources, report.Source{Type: pick(c, "Helm", "", c.text()), RepoURL: c.text(), Path: c.text(), Chart: c.text(),
			Base: c.text(), Head: c.text(), OwnTrees: c.next(2) == 0})
	}
	for range c.next(3) {
		a.Failures = append(a.Failures, report.Failure{Side: pick(c, report.Base, report.Head), Source: c.text(), File: c.text(),
			Message: strings.Join(c.texts(), "\n"), Hint: c.text()})
	}
	for range c.next(10) {
		a.Changes = append(a.Changes, c.change())
	}
	a.Changes = append(a.Changes, c.quiet()...)
	for range c.next(3) {
		c.rename(&a)
	}
	for range c.next(8) {
		d := report.Danger{Rule: c.text(), Resource: c.text(), Path: c.text(), Message: c.text()}
		if len(a.Changes) > 0 && c.next(2) == 0 {
			d.Resource = id(&a.Changes[c.next(len(a.Changes))])
		}
		a.Dangers = append(a.Dangers, d)
	}
	return a
}

// rename adds a resource that goes and comes back under another name.
func (c chooser) rename(a *report.Application) {
	from := compare.Change{Action: compare.Remove, APIVersion: c.text(), Kind: c.text(), Namespace: c.text(), Name: c.text(), Hook: pick(c, "", c.text()), Diff: c.text()}
	to := from
	to.Action, to.Name = compare.Add, pick(c, from.Name, c.text())
	from.RenamedTo, to.RenamedFrom = id(&to), id(&from)
	a.Changes = append(a.Changes, from, to)
	a.Renames = append(a.Renames, report.Rename{From: id(&from), To: id(&to), Meaning: c.text()})
}

// quiet makes resources that change the same metadata, some with more.
func (c chooser) quiet() []compare.Change {
	key, from, to := c.text(), c.text(), c.text()
	diff := "@@ metadata.labels @@\n- " + key + ": " + from + "\n+ " + key + ": " + to
	var all []compare.Change
	for range c.next(6) {
		x := compare.Change{Action: compare.Modify, APIVersion: c.text(), Kind: pick(c, "Deployment", c.text()), Namespace: c.text(), Name: c.text(),
			Hook: pick(c, "", c.text()), Diff: diff, Paths: []compare.PathChange{{Path: "metadata.labels[" + key + "]", From: from, To: to}}}
		if more := c.change(); c.next(3) == 0 {
			x.Diff, x.Paths = more.Diff+"\n"+diff, append(x.Paths, more.Paths...)
		}
		all = append(all, x)
	}
	return all
}

func (c chooser) change() compare.Change {
	x := compare.Change{Action: pick(c, compare.Add, compare.Modify, compare.Remove), APIVersion: c.text(), Kind: c.text(),
		Namespace: c.text(), Name: c.text(), Hook: c.text(), Summary: pick(c, nil, c.texts()), Diff: strings.Repeat(c.text()+"\n+ ", 1+c.next(40))}
	for range c.next(20) {
		x.Paths = append(x.Paths, compare.PathChange{Path: c.text(), From: c.text(), To: c.text(), Volatile: c.next(4) == 0})
	}
	return x
}

func TestHostileReports(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := chooser{rand.New(rand.NewPCG(seed, 1)).IntN}.report()
			for _, budget := range []int{MinBudget, 3_000, 10_000, 30_000, DefaultBudget, SummaryBudget} {
				o := options()
				o.Budget = budget
				page := Markdown(r, o)
				checkPage(t, page, o)
				if page != Markdown(r, o) {
					t.Error("a second call gave other bytes")
				}
			}
		})
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, a := range attacks {
		f.Add(a, uint(MinBudget))
	}
	f.Fuzz(func(t *testing.T, s string, budget uint) {
		r := newReport(redis(), failed(), skipped(), gone(), chart(), chart())
		r.Images = []report.Image{{Name: s, From: s, To: s, Where: []string{s, "a/" + s + " Pod b/" + s + " c"}}}
		for i := range r.Applications {
			a := &r.Applications[i]
			a.Name, a.File, a.Reasons, a.Skipped, a.Sync.Meaning = s, s, []string{s}, s, s
			a.Dangers = []report.Danger{{Resource: s, Path: s, Message: s}}
			for j := range a.Changes {
				a.Changes[j].Diff, a.Changes[j].Name = s+a.Changes[j].Diff+s, s
				if j == 1 {
					a.Changes[j].Summary = []string{s, s}
				}
				for k := range a.Changes[j].Paths {
					a.Changes[j].Paths[k].Path += s
				}
			}
			for j := range a.Failures {
				a.Failures[j].Message, a.Failures[j].Hint = s, s
			}
		}
		r.Warnings = []report.Warning{{Message: s}}
		o := options()
		o.Budget = MinBudget + int(budget%DefaultBudget)
		checkPage(t, Markdown(r, o), o)
	})
}
