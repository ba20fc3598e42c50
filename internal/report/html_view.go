package report

import (
	"cmp"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/compare"
)

// openLines is how long all diffs together may be for them to be open from the
// start. The browser lays out nothing of a closed one.
const openLines = 400

// view is the report as the page's template reads it.
type view struct {
	*Report
	Verdict string
	Policy  string
	Style   template.CSS
	Script  template.JS
	Counts  []countView
	Apps    []appView
	Dangers []dangerView
	Deletes int // resources that Argo CD deletes without asking again
	Kinds   []string
	Actions []compare.Action
}

// countView is one number of the overview.
type countView struct {
	N     int
	Label string
	Class string
}

// appView is one Application. ID is its place in the page.
type appView struct {
	*Application
	ID        string
	Label     string
	Added     int
	Modified  int
	Removed   int
	Resources []resourceView
}

// resourceView is one change. ID is its place in the page.
type resourceView struct {
	*compare.Change
	ID     string
	Label  string // "Deployment shop/api"
	Open   bool
	Rename string // what a sync makes of a rename; "" for any other change
	Diff   template.HTML
}

// dangerView is a danger with the place that it is about.
type dangerView struct {
	Danger
	App string
	ID  string
}

func newView(r *Report, verdict string) view {
	v := view{Report: r, Verdict: verdict, Policy: pagePolicy(), Style: template.CSS(pageStyle), Script: template.JS(pageScript)}
	v.Counts = r.Totals.counts()
	open := r.diffLines() <= openLines
	kinds, actions := map[string]bool{}, map[compare.Action]bool{}
	for i := range r.Applications {
		a := newAppView(r, &r.Applications[i], fmt.Sprintf("a%d", i+1), open)
		v.Apps = append(v.Apps, a)
		for _, c := range a.Changes {
			kinds[c.Kind], actions[c.Action] = true, true
		}
	}
	slices.SortStableFunc(v.Apps, func(a, b appView) int { return cmp.Compare(a.rank(), b.rank()) })
	for _, a := range v.Apps {
		v.Dangers = append(v.Dangers, a.dangers()...)
		v.Deletes += a.Application.Deletes()
	}
	v.Kinds, v.Actions = slices.Sorted(maps.Keys(kinds)), slices.Sorted(maps.Keys(actions))
	return v
}

// counts are the numbers of the overview; most that are 0 tell nothing.
func (t Totals) counts() []countView {
	removed, modified, added := resources(t.Removed)+" removed", resources(t.Modified)+" modified", resources(t.Added)+" added"
	all := []countView{
		{t.Failed, fmt.Sprintf("%d failed", t.Failed), "bad"}, {t.Dangers, dangers(t.Dangers), "bad"},
		{t.Changed, fmt.Sprintf("%d changed", t.Changed), ""}, {t.Unchanged, fmt.Sprintf("%d unchanged", t.Unchanged), ""},
		{t.Skipped, fmt.Sprintf("%d skipped", t.Skipped), "warn"},
		{t.Removed, removed, "removed"}, {t.Modified, modified, "modified"}, {t.Added, added, "added"},
	}
	return slices.DeleteFunc(all, func(c countView) bool { return c.N == 0 })
}

func dangers(n int) string {
	if n == 1 {
		return "1 danger"
	}
	return fmt.Sprintf("%d dangers", n)
}

// rank puts what needs a reader first.
func (a appView) rank() int {
	return slices.Index([]State{Failed, Changed, Skipped, Unchanged}, a.State)
}

func newAppView(r *Report, a *Application, id string, open bool) appView {
	v := appView{Application: a, ID: id, Label: r.Label(a)}
	for i := range a.Changes {
		c := &a.Changes[i]
		switch c.Action {
		case compare.Add:
			v.Added++
		case compare.Remove:
			v.Removed++
		default:
			v.Modified++
		}
		v.Resources = append(v.Resources, resourceView{
			Change: c, ID: fmt.Sprintf("%s-%d", id, i+1), Label: resourceLabel(c), Open: open, Rename: a.rename(c), Diff: markup(groupLines(c.Diff)),
		})
	}
	return v
}

// rename says what a sync makes of a resource that is renamed.
func (a *Application) rename(c *compare.Change) string {
	for _, r := range a.Renames {
		if c.Action == compare.Remove && c.RenamedTo == r.To && titleOf(*c) == r.From || c.Action == compare.Add && c.RenamedFrom == r.From && titleOf(*c) == r.To {
			return r.Meaning
		}
	}
	return ""
}

// dangers leads each danger to its resource, or else to its Application.
func (a appView) dangers() (list []dangerView) {
	for _, d := range a.Application.Dangers {
		v := dangerView{Danger: d, App: a.Label, ID: a.ID}
		for _, c := range a.Resources {
			if c.Label == d.Resource {
				v.ID = c.ID
			}
		}
		list = append(list, v)
	}
	return list
}

// resourceLabel is how a reader names a resource: "Deployment shop/api".
func resourceLabel(c *compare.Change) string {
	if c.Namespace == "" {
		return c.Kind + " " + c.Name
	}
	return c.Kind + " " + c.Namespace + "/" + c.Name
}

// Label names an Application among those of the report: the namespace is left
// out if it is the same for all.
func (r *Report) Label(a *Application) string {
	for _, other := range r.Applications {
		if other.Namespace != a.Namespace {
			return a.Namespace + "/" + a.Name
		}
	}
	return a.Name
}

func (r *Report) diffLines() int {
	n := 0
	for _, a := range r.Applications {
		for _, c := range a.Changes {
			n += strings.Count(c.Diff, "\n") + 1
		}
	}
	return n
}

// Place gives "file:line", or the file alone.
func (f Failure) Place() string { return place(f.File, f.Line) }

// Place gives "file:line", or the file alone.
func (w Warning) Place() string { return place(w.File, w.Line) }

// Place is where the Application is defined: "file:line".
func (a *Application) Place() string { return place(a.File, a.Line) }

func place(file string, line int) string {
	if file == "" || line <= 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, line)
}
