package render

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// kustomizeEditor makes the changes that Argo CD makes to a kustomization file
// before it builds, each with the meaning of the "kustomize edit" command that
// Argo CD runs for it (reference: util/kustomize/kustomize.go:Build).
type kustomizeEditor struct {
	tree    *kustomizeTree
	options argocd.Kustomize
	env     []string // the build variables
}

// edit is one of them; field is its name in the Application.
type edit struct {
	field string
	asked bool
	apply func(*types.Kustomization) error
}

// edits are in Argo CD's order: the first that fails ends the render.
func (e *kustomizeEditor) edits() []edit {
	o := e.options
	return []edit{
		{"namePrefix", o.NamePrefix != "", func(k *types.Kustomization) error { k.NamePrefix = o.NamePrefix; return nil }},
		{"nameSuffix", o.NameSuffix != "", func(k *types.Kustomization) error { k.NameSuffix = o.NameSuffix; return nil }},
		{"images", len(o.Images) > 0, e.setImages},
		{"replicas", len(o.Replicas) > 0, e.setReplicas},
		{"commonLabels", len(o.CommonLabels) > 0, e.addLabels},
		{"commonAnnotations", len(o.CommonAnnotations) > 0, e.addAnnotations},
		{"namespace", o.Namespace != "", func(k *types.Kustomization) error { k.Namespace = o.Namespace; return nil }},
		{"patches", len(o.Patches) > 0, e.addPatches},
		{"components", len(o.Components) > 0, e.addComponents},
	}
}

// edit writes the source's kustomization file anew, in memory. Without an edit
// the file stays as it is.
func (e *kustomizeEditor) edit() error {
	edits := slices.DeleteFunc(e.edits(), func(step edit) bool { return !step.asked })
	if len(edits) == 0 {
		return nil
	}
	path, err := e.tree.kustomizationFile(e.tree.dir)
	if err != nil {
		return fmt.Errorf("setting kustomize.%s: %w", edits[0].field, err)
	}
	text, err := e.tree.read(path)
	if err != nil {
		return fmt.Errorf("setting kustomize.%s: %w", edits[0].field, err)
	}
	if len(e.options.Patches) > 0 {
		if err := mustBeMap(text); err != nil {
			return fault.InFile(fmt.Errorf("setting kustomize.patches: %w", err), inRepository(path))
		}
	}
	var k types.Kustomization
	if err := k.Unmarshal(text); err != nil {
		return fault.InFile(fmt.Errorf("reading the kustomization: %w", err), inRepository(path))
	}
	k.FixKustomization()
	for _, step := range edits {
		if err := step.apply(&k); err != nil {
			return fault.InFile(fmt.Errorf("setting kustomize.%s: %w", step.field, err), inRepository(path))
		}
	}
	if text, err = yaml.Marshal(k); err != nil {
		return fault.InFile(fmt.Errorf("writing the kustomization: %w", err), inRepository(path))
	}
	e.tree.write(path, text)
	return nil
}

// mustBeMap refuses an empty kustomization file, as Argo CD does when it edits
// the file by itself: kustomize's own commands take it.
func mustBeMap(text []byte) error {
	var value any
	if err := yaml.Unmarshal(text, &value); err != nil {
		return err
	}
	if _, ok := value.(map[string]any); !ok {
		return errors.New("expected the kustomization to be a map, found none")
	}
	return nil
}

// addPatches appends: kustomize has no command for it, Argo CD edits the list.
func (e *kustomizeEditor) addPatches(k *types.Kustomization) error {
	text, err := yaml.Marshal(e.options.Patches)
	if err != nil {
		return err
	}
	var patches []types.Patch
	if err := yaml.Unmarshal(text, &patches); err != nil {
		return err
	}
	k.Patches = append(k.Patches, patches...)
	return nil
}

// addComponents appends those that exist, as paths or patterns beside the
// source. A missing one is an error unless it is to be ignored.
func (e *kustomizeEditor) addComponents(k *types.Kustomization) error {
	for _, component := range e.options.Components {
		if e.options.IgnoreMissingComponents && !e.tree.IsDir(component) {
			continue
		}
		found, err := e.component(component)
		if err != nil {
			return err
		}
		for _, path := range found {
			if !slices.Contains(k.Components, path) {
				k.Components = append(k.Components, path)
			}
		}
	}
	return nil
}

func (e *kustomizeEditor) component(pattern string) ([]string, error) {
	if err := notAFlag(pattern); err != nil {
		return nil, err
	}
	if _, remote := parseRemoteBase(pattern); remote {
		return []string{pattern}, nil
	}
	if filepath.IsAbs(pattern) {
		return nil, fmt.Errorf("expected a relative path or a URL, found %s", pattern)
	}
	found, err := e.tree.Glob(pattern)
	if err == nil && len(found) == 0 {
		return nil, fault.WithHint(fmt.Errorf("%s has no match", pattern),
			"Correct the path, or set kustomize.ignoreMissingComponents.")
	}
	return found, err
}

// setReplicas replaces counts by name; the list ends up sorted.
func (e *kustomizeEditor) setReplicas(k *types.Kustomization) error {
	counts := map[string]types.Replica{}
	for _, r := range k.Replicas {
		counts[r.Name] = r
	}
	for _, r := range e.options.Replicas {
		count, err := replicaCount(r.Count)
		if err != nil {
			return fmt.Errorf("%s: %w", r.Name, err)
		}
		if strings.Contains(r.Name, "=") {
			return fmt.Errorf("expected a name without an equals sign, found %q", r.Name)
		}
		if err := notAFlag(r.Name); err != nil {
			return err
		}
		counts[r.Name] = types.Replica{Name: r.Name, Count: count}
	}
	k.Replicas = sortedValues(counts)
	return nil
}

// sortedValues gives the values in the order of their keys.
func sortedValues[T any](m map[string]T) []T {
	var values []T
	for _, key := range slices.Sorted(maps.Keys(m)) {
		values = append(values, m[key])
	}
	return values
}

// notAFlag refuses what the kustomize command would read as a flag.
func notAFlag(argument string) error {
	if strings.HasPrefix(argument, "-") {
		return fault.WithHint(fmt.Errorf("expected a value, found %q", argument),
			"kustomize takes a value that begins with a dash for a flag, so Argo CD fails too.")
	}
	return nil
}

var errCount = errors.New("expected an integer, or a string that holds one, as count")
