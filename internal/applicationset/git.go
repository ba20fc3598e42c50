package applicationset

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/tree"
)

// git gives parameters for directories or files of a repository. Directories go
// before files if both are asked for.
func (e *expansion) git(ctx context.Context, _ place, g generator) ([]parameters, error) {
	if e.set.spec.Template.Spec.Project == "" {
		// Argo CD looks the project up, for its signature keys.
		return nil, errors.New("expected spec.template.spec.project, found none")
	}
	if len(g.Git.Directories)+len(g.Git.Files) == 0 {
		return nil, errors.New("expected directories or files, found neither")
	}
	t, err := e.tree(ctx, g.Git.RepoURL, g.Git.Revision)
	if err != nil {
		return nil, err
	}
	var found []parameters
	if len(g.Git.Directories) > 0 {
		found, err = e.directories(t, *g.Git)
	} else {
		found, err = e.files(t, *g.Git)
	}
	if err != nil {
		return nil, err
	}
	for i := range found {
		if err := e.templater.values(g.Git.Values, found[i].values); err != nil {
			return nil, err
		}
		if !t.own {
			found[i].inputs = nil
		}
	}
	return found, nil
}

// tree finds a repository at a revision, once.
func (e *expansion) tree(ctx context.Context, repoURL, revision string) (*gitTree, error) {
	key := repoURL + "\x00" + revision
	if t, ok := e.trees[key]; ok {
		return t, nil
	}
	t := &gitTree{fs: e.options.Tree, own: e.options.Own != nil && e.options.Own(repoURL, revision)}
	if !t.own {
		if e.options.Repositories == nil {
			return nil, fault.Skip("it reads %s, which is not this repository", repoURL)
		}
		dir, err := e.options.Repositories.Git(ctx, repoURL, revision)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", repoURL, err)
		}
		t.fs = tree.Dir(dir)
	}
	if t.own && e.options.Listings != nil {
		t = e.options.Listings.of(t)
	}
	e.trees[key] = t
	return t, nil
}

// directories gives those that a pattern includes and none excludes. In a
// pattern * stays within one name.
func (e *expansion) directories(t *gitTree, g gitGenerator) ([]parameters, error) {
	all, err := t.directories()
	if err != nil {
		return nil, err
	}
	var found []parameters
	for _, dir := range all {
		included, excluded := false, false
		for _, p := range g.Directories {
			// Argo CD logs a pattern that it can't read, and goes on.
			if match, err := path.Match(p.Path, dir); err == nil && match {
				included, excluded = included || !p.Exclude, excluded || p.Exclude
			}
		}
		if included && !excluded {
			params := map[string]any{}
			e.pathParameters(params, g.PathParamPrefix, dir, "")
			found = append(found, parameters{params, []string{dir + "/"}})
		}
	}
	return found, nil
}

// files reads the files that a pattern includes and none excludes, sorted.
func (e *expansion) files(t *gitTree, g gitGenerator) ([]parameters, error) {
	chosen := map[string]bool{}
	for _, exclude := range []bool{false, true} {
		for _, p := range g.Files {
			if p.Exclude != exclude {
				continue
			}
			names, err := t.match(p.Path, e.options.Doublestar)
			if err != nil {
				return nil, err
			}
			for _, name := range names {
				chosen[name] = !exclude
			}
		}
	}
	var found []parameters
	for _, name := range slices.Sorted(maps.Keys(chosen)) {
		if !chosen[name] {
			continue
		}
		sets, err := e.file(t, g, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		found = append(found, sets...)
	}
	return found, nil
}

// file reads one file: a map, or a list of maps. An empty one is an empty map.
func (e *expansion) file(t *gitTree, g gitGenerator, name string) ([]parameters, error) {
	data, err := t.read(name)
	if err != nil {
		return nil, err
	}
	one := map[string]any{}
	objects := []map[string]any{one}
	if yaml.Unmarshal(data, &one) != nil {
		objects = nil
		if err := yaml.Unmarshal(data, &objects); err != nil {
			return nil, fmt.Errorf("expected a map or a list of maps: %w", err)
		}
	} else {
		objects[0] = one // null makes a new map of it
	}
	var sets []parameters
	for _, object := range objects {
		params := map[string]any{}
		if e.set.spec.GoTemplate {
			maps.Copy(params, object)
		} else {
			for key, text := range flatten(object) {
				params[key] = text
			}
		}
		e.pathParameters(params, g.PathParamPrefix, path.Dir(name), path.Base(name))
		sets = append(sets, parameters{params, []string{name}})
	}
	return sets, nil
}

// pathParameters adds what is known of a directory, and of a file in it unless
// its name is "".
func (e *expansion) pathParameters(params map[string]any, prefix, dir, file string) {
	about := map[string]any{"basename": path.Base(dir), "basenameNormalized": normalize(path.Base(dir))}
	if file != "" {
		about["filename"], about["filenameNormalized"] = file, normalize(file)
	}
	segments := strings.Split(dir, "/")
	if e.set.spec.GoTemplate {
		about["path"], about["segments"] = dir, segments
		if prefix != "" {
			params[prefix] = map[string]any{"path": about}
		} else {
			params["path"] = about
		}
		return
	}
	name := "path"
	if prefix != "" {
		name = prefix + ".path"
	}
	params[name] = dir
	for key, value := range about {
		params[name+"."+key] = value
	}
	for i, segment := range segments {
		params[name+"["+strconv.Itoa(i)+"]"] = segment
	}
}
