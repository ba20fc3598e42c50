package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// overrideFiles are the names that Argo CD looks for in a source's directory,
// in this order. appName is the instance name, "namespace_name" outside the
// control plane's namespace.
func overrideFiles(appName string) []string {
	return []string{".argocd-source.yaml", ".argocd-source-" + appName + ".yaml"}
}

// Overridden says whether files in dir, a source's directory, may change what the
// Application with that instance name says of the source.
func Overridden(dir, appName string) bool {
	return slices.ContainsFunc(overrideFiles(appName), func(name string) bool {
		_, err := os.Lstat(filepath.Join(dir, name))
		return !errors.Is(err, fs.ErrNotExist)
	})
}

// mergeOverrides merges the override files of dir into s and gives a source
// that shares nothing with s. What names the source (repoURL, path,
// targetRevision, chart) can't be overridden (reference:
// repository.go:mergeSourceParameters).
func mergeOverrides(s argocd.Source, dir, appName string) (argocd.Source, error) {
	merged := s
	for _, name := range overrideFiles(appName) {
		patch, err := readOverride(filepath.Join(dir, name))
		if err == nil && patch != nil {
			merged, err = patchSource(merged, patch)
		}
		if err != nil {
			return s, fault.InFile(fmt.Errorf("reading source parameters: %w", shorten(err, dir)), name)
		}
	}
	merged.RepoURL, merged.Path, merged.TargetRevision, merged.Chart = s.RepoURL, s.Path, s.TargetRevision, s.Chart
	return merged, nil
}

// checkedOut gives the refs that the source may use once it is merged: those
// that the Application itself names, and those to the source's own repository.
// Another one that only an override file names is never checked out by Argo CD,
// and is given as an empty root.
func checkedOut(in Input, merged argocd.Source) map[string]string {
	refs := maps.Clone(in.Refs)
	named := refsOf(in.Source.Helm)
	for _, ref := range refsOf(merged.Helm) {
		if root, known := refs[ref]; known && root != in.Root && !slices.Contains(named, ref) {
			refs[ref] = ""
		}
	}
	return refs
}

// readOverride gives nil for a file that isn't there, or that is a directory.
func readOverride(path string) (map[string]any, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.IsDir() {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxValueFile {
		return nil, fmt.Errorf("expected a regular file of at most %d MiB", maxValueFile>>20)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var patch map[string]any
	if err := yaml.Unmarshal(text, &patch); err != nil {
		return nil, err
	}
	if patch == nil {
		return nil, errors.New("expected a map, found nothing; Argo CD takes an empty file for a broken one")
	}
	return patch, nil
}

// patchSource applies a JSON merge patch (RFC 7386), then reads the outcome
// over the source that was there. That second step is Argo CD's: a null
// removes nothing, map entries only accumulate, lists are replaced.
func patchSource(s argocd.Source, patch map[string]any) (argocd.Source, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return s, err
	}
	var source argocd.Source
	var fields map[string]any
	if err := errors.Join(json.Unmarshal(text, &source), json.Unmarshal(text, &fields)); err != nil {
		return s, err
	}
	fields = mergePatch(fields, patch)
	// valuesObject is opaque text to Argo CD and replaced as a whole.
	if helm, ok := fields["helm"].(map[string]any); ok && source.Helm != nil && helm["valuesObject"] != nil {
		source.Helm.ValuesObject = nil
	}
	if text, err = json.Marshal(fields); err != nil {
		return s, err
	}
	return source, json.Unmarshal(text, &source)
}

// mergePatch changes target by RFC 7386: null removes a key, an object is
// merged into an object, everything else replaces.
func mergePatch(target, patch map[string]any) map[string]any {
	if target == nil {
		target = map[string]any{}
	}
	for key, value := range patch {
		switch change := value.(type) {
		case nil:
			delete(target, key)
		case map[string]any:
			old, _ := target[key].(map[string]any)
			target[key] = mergePatch(old, change)
		default:
			target[key] = value
		}
	}
	return target
}
