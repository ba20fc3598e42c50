package source

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/git"
)

var (
	anySHA   = regexp.MustCompile(`^[0-9a-fA-F]{40}$`)
	shortSHA = regexp.MustCompile(`^[0-9a-fA-F]{7,40}$`)
)

// resolveRevision gives the object id that a target revision means, by the
// order of Argo CD's util/git/client.go: a constraint picks the highest tag
// before a branch of that name is looked for, and an annotated tag gives the id
// of the tag, not of its commit. What looks like a shortened id is given back
// as it is.
func resolveRevision(refs []git.Ref, revision, tagPrefix string) (string, error) {
	if tag := highestTag(refs, revision, tagPrefix); tag != "" {
		revision = tag
	}
	if id := exactRef(refs, revision); id != "" {
		return id, nil
	}
	if shortSHA.MatchString(revision) {
		return strings.ToLower(revision), nil
	}
	return "", unknownRevision(refs, revision)
}

// exactRef looks for a full name, then for a short one. "" is HEAD.
func exactRef(refs []git.Ref, revision string) string {
	if revision == "" {
		revision = "HEAD"
	}
	for _, name := range []string{revision, "refs/heads/" + revision, "refs/tags/" + revision, "refs/" + revision} {
		for _, ref := range refs {
			if ref.Name == name {
				return ref.ID
			}
		}
	}
	return ""
}

// highestTag gives "" if revision is no constraint or no tag satisfies it. An
// exact version such as 1.2 is none.
func highestTag(refs []git.Ref, revision, tagPrefix string) string {
	constraint, ok := constraintOf(revision)
	if !ok {
		return ""
	}
	var best *semver.Version
	var tag string
	for _, ref := range refs {
		name, isTag := strings.CutPrefix(ref.Name, "refs/tags/")
		short, hasPrefix := strings.CutPrefix(name, tagPrefix)
		if !isTag || !hasPrefix || strings.HasSuffix(name, "^{}") {
			continue
		}
		version, err := semver.NewVersion(short)
		if err == nil && constraint.Check(version) && (best == nil || version.GreaterThan(best)) {
			best, tag = version, name
		}
	}
	return tag
}

// constraintOf is false for an exact version and for what is no version.
func constraintOf(revision string) (*semver.Constraints, bool) {
	if _, err := semver.NewVersion(revision); err == nil || revision == "" {
		return nil, false
	}
	constraint, err := semver.NewConstraint(revision)
	return constraint, err == nil
}

// unknownRevision lists the branches and tags whose names are nearest.
func unknownRevision(refs []git.Ref, revision string) error {
	var names []string
	for _, ref := range refs {
		branch, isBranch := strings.CutPrefix(ref.Name, "refs/heads/")
		tag, isTag := strings.CutPrefix(ref.Name, "refs/tags/")
		switch {
		case isBranch:
			names = append(names, branch)
		case isTag && !strings.HasSuffix(tag, "^{}"):
			names = append(names, tag)
		}
	}
	if len(names) == 0 {
		return fmt.Errorf("the repository has no branch and no tag, expected %q", revision)
	}
	return fault.WithHint(fmt.Errorf("the repository has no branch, tag or commit %q; the nearest names are %s",
		revision, strings.Join(nearest(revision, names), ", ")), "Check targetRevision.")
}

// nearest gives up to five names, the most similar first.
func nearest(wanted string, names []string) []string {
	slices.Sort(names)
	names = slices.Compact(names)
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(distance(wanted, a), distance(wanted, b))
	})
	return names[:min(shown, len(names))]
}

// checkRevision refuses what git, or a person reading the log, could take for
// something else.
func checkRevision(revision string) error {
	if strings.HasPrefix(revision, "-") || hasControl(revision) {
		return errors.New(`expected a revision that doesn't start with "-" and holds no control characters`)
	}
	return nil
}
