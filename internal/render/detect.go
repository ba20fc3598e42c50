package render

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
)

// detect decides a source's type: the one tool block it has, or else what its
// directory holds (reference: repository.go:GetAppSourceType). A tool that is
// turned off leaves a plain directory.
func (r *Renderer) detect(ctx context.Context, in Input) (Type, error) {
	kind, err := explicitType(in.Source)
	if err != nil {
		return "", err
	}
	if kind != "" {
		return r.unlessDisabled(kind), nil
	}
	// Argo CD asks the plugins first.
	if _, found, err := r.plugins.discover(ctx, in); found || err != nil {
		return Plugin, err
	}
	return r.discover(in.Dir)
}

func (r *Renderer) unlessDisabled(kind Type) Type {
	if kind != Plugin && slices.Contains(r.options.Disabled, kind) {
		return Directory
	}
	return kind
}

// explicitType names the tool whose block is set, "" if there is none. Two
// blocks are an error.
func explicitType(s argocd.Source) (Type, error) {
	var found []string
	add := func(kind Type, set bool) {
		if set {
			found = append(found, string(kind))
		}
	}
	add(Kustomize, s.Kustomize != nil)
	add(Helm, s.Helm != nil)
	add(Directory, s.Directory != nil)
	add(Plugin, s.Plugin != nil)
	switch len(found) {
	case 0:
		return "", nil
	case 1:
		return Type(found[0]), nil
	}
	return "", fmt.Errorf("multiple application sources defined: %s", strings.Join(found, ","))
}

// discover looks at the names in dir itself. The last name that marks a tool
// wins in lexical order, so Kustomize wins over Chart.yaml; any file whose name
// ends with Chart.yaml marks Helm (reference: util/app/discovery).
func (r *Renderer) discover(dir string) (Type, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("looking for the source's type: %w", shorten(err, dir))
	}
	return r.marked(entries), nil
}

// marked gives the type that the sorted entries of a directory tell.
func (r *Renderer) marked(entries []fs.DirEntry) Type {
	kind := Directory
	for _, entry := range entries {
		mark := markOf(entry.Name())
		if mark != "" && !entry.IsDir() && !slices.Contains(r.options.Disabled, mark) {
			kind = mark
		}
	}
	return kind
}

// TypeByNames is Type for a source whose directory need not be on disk: its sorted
// entries are enough unless a plugin asks about files, or files override the source.
// Then ok is false.
func (r *Renderer) TypeByNames(in Input, entries []fs.DirEntry) (kind Type, ok bool) {
	overrides := overrideFiles(in.AppName)
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return slices.Contains(overrides, e.Name()) }) {
		return "", false
	}
	kind, err := explicitType(knownFields(normalize(knownFields(in.Source, r.options.Version)), r.options.Version))
	switch {
	case err != nil || kind == "" && r.plugins.discovers():
		return "", false
	case kind != "":
		return r.unlessDisabled(kind), true
	}
	return r.marked(entries), true
}

func markOf(name string) Type {
	switch {
	case strings.HasSuffix(name, "Chart.yaml"):
		return Helm
	case name == "kustomization.yaml", name == "kustomization.yml", name == "Kustomization":
		return Kustomize
	}
	return ""
}
