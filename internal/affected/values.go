package affected

import (
	"fmt"
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/argoplan/argoplan/internal/argocd"
)

// valueFiles gives a reason for each value file, or file parameter, that lies
// in this repository and changed.
func (r *reader) valueFiles(s argocd.Source, all []argocd.Source) []string {
	if s.Helm == nil {
		return nil
	}
	var reasons []string
	for _, f := range s.Helm.ValueFiles {
		reasons = merge(reasons, r.valueFile(s, all, f, "a value file"))
	}
	for _, p := range s.Helm.FileParameters {
		reasons = merge(reasons, r.valueFile(s, all, p.Path, "a file parameter"))
	}
	return reasons
}

// valueFile resolves one entry. A "$" that is not a ref is a build variable,
// whose value is known to the render alone: any change then counts.
func (r *reader) valueFile(s argocd.Source, all []argocd.Source, file, what string) []string {
	file = secretFile(file)
	ref, rest, isRef := refOf(file, all)
	switch {
	case isRef && !r.own(ref), !isRef && (!r.own(s) || s.Chart != ""):
		return nil
	case isRef:
		file = path.Clean(rest)
	case strings.HasPrefix(file, "/"):
		file = path.Clean(file[1:])
	default:
		file = path.Join(s.Path, file)
	}
	if strings.Contains(file, "$") {
		r.reads.everything()
		return []string{fmt.Sprintf("%s %s is named by a variable, and %s", what, file, r.count())}
	}
	return merge(r.matching(file, what), r.linked(file, map[string]bool{}))
}

// secretFile gives the path in a URL of helm-secrets, secrets://FILE or
// secrets+age-import://KEY?FILE; another name stays as it is.
func secretFile(name string) string {
	scheme, rest, ok := strings.Cut(name, "://")
	if !ok || scheme != "secrets" && !strings.HasPrefix(scheme, "secrets+") {
		return name
	}
	if _, file, ok := strings.Cut(rest, "?"); ok {
		return file
	}
	return rest
}

// matching gives a reason for each changed path that the name, or glob, means.
func (r *reader) matching(file, what string) []string {
	r.reads.file(file)
	if r.changed[file] {
		return []string{fmt.Sprintf("%s is %s", file, what)}
	}
	if !strings.ContainsAny(file, "*?[") {
		return nil
	}
	r.reads.pattern(file)
	var reasons []string
	for _, c := range r.query.Changed {
		if ok, err := doublestar.Match(file, c); ok && err == nil {
			reasons = append(reasons, fmt.Sprintf("%s is %s (%s)", c, what, file))
		}
	}
	return reasons
}

// refOf splits "$name/path" and finds the source with that ref.
func refOf(file string, all []argocd.Source) (ref argocd.Source, rest string, ok bool) {
	name, rest, _ := strings.Cut(file, "/")
	if !strings.HasPrefix(name, "$") {
		return ref, "", false
	}
	for _, s := range all {
		if s.Ref != "" && "$"+s.Ref == name {
			return s, rest, true
		}
	}
	return ref, "", false
}
