package action

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/argoplan/argoplan/internal/affected"
	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/logtext"
	"github.com/argoplan/argoplan/internal/render"
	"github.com/argoplan/argoplan/internal/report"
	"github.com/argoplan/argoplan/internal/source"
)

// listed is one Application of the list.
type listed struct {
	Namespace string         `json:"namespace"`
	Name      string         `json:"name"`
	File      string         `json:"file"`
	Line      int            `json:"line"`
	Sources   []listedSource `json:"sources"`
	// Affected holds the reasons, with two revisions; nil if there are none.
	Affected []string `json:"affected,omitempty"`
}

// listedSource is one source and its type, as far as it shows without fetching.
type listedSource struct {
	Type           string `json:"type"`
	RepoURL        string `json:"repoURL"`
	Path           string `json:"path,omitempty"`
	Chart          string `json:"chart,omitempty"`
	TargetRevision string `json:"targetRevision,omitempty"`
}

// listCommand prints the Applications of one revision, or, with a base, those
// of two, and which of them a change affects.
func listCommand(ctx context.Context, env environment, in inputs, log *logger, stdout io.Writer) int {
	d := &comparison{env: env, in: in, log: log, piecemeal: true}
	if err := d.makeRoom(); err != nil {
		return stop(log, err)
	}
	defer os.RemoveAll(d.scratch)
	defer func() { d.store.Close() }()
	defer d.closeCache()
	if err := d.resume(); err != nil {
		return stop(log, err)
	}
	all, k, err := d.list(ctx)
	if err == nil {
		err = printList(stdout, all, in, log.secrets.Text)
	}
	if err == nil && in.outputDir != "" {
		err = d.writeFound()
	}
	if err != nil {
		return stop(log, err)
	}
	return d.listStatus(k)
}

// list finds the Applications, at head or at both sides.
func (d *comparison) list(ctx context.Context) ([]listed, *kitchen, error) {
	checkOut := d.checkOutOne
	if d.twoSided() {
		checkOut = d.checkOut
	}
	if err := checkOut(ctx); err != nil {
		return nil, nil, err
	}
	sides := []int{1}
	if d.twoSided() {
		sides = []int{0, 1}
	}
	k, warnings, err := d.discover(ctx, sides...)
	if err != nil {
		return nil, nil, err
	}
	for _, w := range warnings {
		d.log.warn(w.File, w.Line, w.Message)
	}
	return d.describeAll(ctx, k), k, nil
}

// twoSided says whether a base was named.
func (d *comparison) twoSided() bool { return d.in.baseRef != "" || d.in.baseDir != "" }

// describeAll lists head's Applications, and base's that head lacks.
func (d *comparison) describeAll(ctx context.Context, k *kitchen) []listed {
	reasons := map[argocd.ID][]string{}
	var selected []affected.Selected
	if d.twoSided() {
		selected, _ = d.selectAffected()
	}
	var all []listed
	add := func(a *argocd.Application, s side) {
		all = append(all, k.describe(ctx, a, s, reasons[a.ID(d.in.controlPlane)]))
	}
	for _, s := range selected {
		reasons[s.ID] = s.Reasons
		if s.Head == nil {
			add(s.Base, k.base)
		}
	}
	for i := range d.found[1].Applications {
		add(&d.found[1].Applications[i], k.head)
	}
	slices.SortFunc(all, func(a, b listed) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return all
}

func (k *kitchen) describe(ctx context.Context, a *argocd.Application, s side, reasons []string) listed {
	id := a.ID(k.cook.inputs.controlPlane)
	l := listed{Namespace: id.Namespace, Name: id.Name, File: a.File, Line: a.Line, Affected: reasons}
	sources, multi := a.EffectiveSources()
	for _, src := range sources {
		l.Sources = append(l.Sources, listedSource{
			Type: k.cook.typeOf(ctx, a, src, multi, s), RepoURL: report.WithoutUser(src.RepoURL),
			Path: src.Path, Chart: src.Chart, TargetRevision: src.TargetRevision,
		})
	}
	return l
}

// typeOf gives a source's type without fetching or rendering anything: what
// isn't in this repository is a chart or unknown.
func (c *cook) typeOf(ctx context.Context, a *argocd.Application, src argocd.Source, multi bool, s side) string {
	switch {
	case src.Chart != "":
		return "Helm chart"
	case multi && src.Path == "":
		return "reference"
	case !c.own(src):
		return "unknown"
	}
	in := render.Input{Root: s.tree, Source: src, Multi: multi, AppName: a.InstanceName(c.inputs.controlPlane)}
	if s.entries != nil {
		entries, err := s.entries(path.Clean(src.Path))
		if err != nil {
			return "unknown"
		}
		if kind, ok := s.renderer.TypeByNames(in, entries); ok {
			return string(kind)
		}
	}
	if err := s.need(ctx, a); err != nil {
		return "unknown"
	}
	dir, err := source.Path(s.tree, src.Path)
	if err != nil {
		return "unknown"
	}
	in.Dir = dir
	kind, err := s.renderer.Type(ctx, in)
	if err != nil {
		return "unknown"
	}
	return string(kind)
}

// printList writes the list as JSON or as a table.
func printList(w io.Writer, all []listed, in inputs, hide func(string) string) error {
	if in.json {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if all == nil {
			all = []listed{}
		}
		return enc.Encode(all)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "APPLICATION\tTYPE\tSOURCE\tDEFINED IN\tAFFECTED")
	for _, l := range all {
		for i, s := range l.Sources {
			row := []string{"", s.Type, strings.TrimSpace(firstOf(s.Chart, s.Path, s.RepoURL) + " " + s.TargetRevision), "", ""}
			if i == 0 {
				row[0], row[3] = l.Namespace+"/"+l.Name, fmt.Sprintf("%s:%d", l.File, l.Line)
				row[4] = orDefault(strings.Join(l.Affected, "; "), "-")
			}
			fmt.Fprintln(table, logtext.Clean(hide(strings.Join(row, "\t"))))
		}
	}
	return table.Flush()
}
