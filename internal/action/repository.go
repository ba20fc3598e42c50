package action

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/report"
)

// repositoryName is owner/name of this repository, "" if nobody said.
func (d *comparison) repositoryName() string {
	return firstOf(d.in.repository, d.event.Repository.FullName, d.env.repository, ownerAndName(d.trees.remote))
}

// repository says which sources are read from the two revisions.
func (d *comparison) repository() argocd.Repository {
	r := argocd.Repository{BaseBranch: d.plan.baseBranch, DefaultBranch: d.plan.defaultBranch}
	r.URLs = append(r.URLs, d.in.aliases...)
	if name := d.repositoryName(); name != "" {
		r.URLs = append(r.URLs, d.env.serverURL+"/"+name)
	}
	if d.trees.remote != "" {
		r.URLs = append(r.URLs, d.trees.remote)
	}
	return r
}

// knownRepository fails if nothing says which repository this is: every source
// would then look like another's, and every Application unaffected.
func (d *comparison) knownRepository() error {
	if len(d.repository().URLs) > 0 {
		return nil
	}
	return fault.WithHint(errors.New("expected to know which repository this is: found neither GITHUB_REPOSITORY nor a remote origin"),
		"set repository to owner/name, or repository-aliases to its URL")
}

// otherNames points out sources of a repository that isn't this one, whose
// path is here: they may name this repository by a URL that nobody told us.
func (d *comparison) otherNames() []report.Warning {
	own := d.repository()
	var warnings []report.Warning
	seen := map[string]bool{}
	for _, a := range d.found[1].Applications {
		sources, _ := a.EffectiveSources()
		for _, s := range sources {
			if s.Chart != "" || s.Path == "" || own.Is(s.RepoURL) || seen[s.RepoURL] || !d.hasPath(s.Path) {
				continue
			}
			seen[s.RepoURL] = true
			warnings = append(warnings, report.Warning{Side: report.Head, File: a.File, Line: a.Line, Message: fmt.Sprintf(
				"path %s of %s is in this repository, too; if that URL names this repository, add it to repository-aliases", s.Path, report.WithoutUser(s.RepoURL))})
		}
	}
	return warnings
}

// hasPath is true for a directory of head's tree other than its root.
func (d *comparison) hasPath(path string) bool {
	path = filepath.Clean(filepath.FromSlash(path))
	if path == "." || !filepath.IsLocal(path) {
		return false
	}
	info, err := d.trees.files[1].Lstat(filepath.ToSlash(path))
	return err == nil && info.IsDir()
}

// ownerAndName takes the last two parts of a repository's URL.
func ownerAndName(url string) string {
	url = strings.TrimSuffix(strings.TrimSuffix(argocd.NormalizeGitURL(url), "/"), ".git")
	_, path, ok := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(url, "https://"), "http://"), "/")
	if !ok || strings.HasPrefix(url, "/") || strings.HasPrefix(url, "file:") {
		return ""
	}
	return path
}
