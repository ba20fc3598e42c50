package argocd

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
)

// maxPluginFile bounds a file that may define plugins, in bytes. A ConfigMap
// holds 1 MiB at most.
const maxPluginFile = 4 << 20

// pluginReader collects what the files say.
type pluginReader struct {
	found []PluginDefinition
	// broken are definitions that Argo CD would not start with; doubts are
	// definitions that may not be what the cluster runs.
	broken, doubts []Problem
}

// Plugins gives the config management plugins that the files define, sorted by
// FullName: documents of kind ConfigManagementPlugin, the same inside a
// ConfigMap, and configs.cmp.plugins in values of the argo-cd Helm chart. Files
// above 4 MiB are not read. A broken or doubtful definition is a problem and
// ends nothing.
func (f *Files) Plugins() ([]PluginDefinition, []Problem) {
	var r pluginReader
	for _, file := range f.files {
		if len(file.data) <= maxPluginFile && namesPlugin(file.data) {
			r.add(file.name, file.data)
		}
	}
	defs := r.definitions()
	return defs, sortedProblems(r.broken, r.doubts)
}

// ReadPluginFiles reads the files that a workflow names as definitions. Each
// has to hold at least one, and none may be broken. File is the path as given.
func ReadPluginFiles(paths ...string) ([]PluginDefinition, []Problem, error) {
	var r pluginReader
	var errs []error
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			errs = append(errs, fmt.Errorf("reading a plugin definition: %w", err))
			continue
		}
		before := len(r.found) + len(r.broken)
		r.add(path, data)
		if len(r.found)+len(r.broken) == before {
			errs = append(errs, noDefinition(path))
		}
	}
	defs := r.definitions()
	for _, p := range r.broken {
		errs = append(errs, fault.InFile(p.Err, p.File))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, nil, err
	}
	return defs, sortedProblems(r.doubts), nil
}

func noDefinition(path string) error {
	err := errors.New("expected a config management plugin, found none")
	return fault.InFile(fault.WithHint(err, "Name a file with kind: ConfigManagementPlugin, a ConfigMap argocd-cmp-cm, "+
		"or values of the argo-cd chart with configs.cmp.create: true and configs.cmp.plugins."), path)
}

// namesPlugin says whether text may define a plugin. It keeps nearly all files
// of a large tree away from the YAML parser.
func namesPlugin(text []byte) bool {
	has := func(word string) bool { return bytes.Contains(text, []byte(word)) }
	return has(pluginKind) || has(pluginConfigMap) || has("cmp") && has("plugins") && has("configs")
}

// definitions sorts what was found and keeps one definition of each name. Argo
// CD has one sidecar of a name, so two that differ belong to two installations.
func (r *pluginReader) definitions() []PluginDefinition {
	slices.SortStableFunc(r.found, func(a, b PluginDefinition) int {
		if c := strings.Compare(a.FullName(), b.FullName()); c != 0 {
			return c
		}
		return strings.Compare(a.File, b.File)
	})
	var kept []PluginDefinition
	for _, d := range r.found {
		if n := len(kept); n == 0 || kept[n-1].FullName() != d.FullName() {
			kept = append(kept, d)
		} else {
			r.duplicate(&kept[n-1], d)
		}
	}
	return kept
}

// duplicate keeps the first definition. One that only lacks a sidecar takes it
// from the other, as values are often split over files.
func (r *pluginReader) duplicate(first *PluginDefinition, again PluginDefinition) {
	if sameCommands(*first, again) && (!first.hasSidecar() || !again.hasSidecar() || SamePlugin(*first, again)) {
		if !first.hasSidecar() {
			first.Env, first.EnvUnknown, first.Image = again.Env, again.EnvUnknown, again.Image
		}
		return
	}
	err := fmt.Errorf("plugin %s is defined again and differently; the definition in %s is used", again.FullName(), first.File)
	r.doubts = append(r.doubts, Problem{File: again.File, Err: fault.WithHint(err,
		"Name the file that the cluster uses in the input plugins.")})
}

func sortedProblems(lists ...[]Problem) []Problem {
	all := slices.Concat(lists...)
	slices.SortStableFunc(all, func(a, b Problem) int { return strings.Compare(a.File, b.File) })
	return all
}
