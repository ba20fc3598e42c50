package action

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/redact"
)

// What is secret is learnt before anything that may quote it is written: inputs
// at the start, renders before the first comparison. The log's Redactor is the
// one of the run.

// secretName is in the names of variables and parameters that hold secrets.
var secretName = regexp.MustCompile(`(?i)pass|secret|token|key|credential|auth|private`)

// learnInputs takes the token, the environment of plugins, and the passwords of
// proxies. Credentials are learnt when they are read.
func learnInputs(r *redact.Redactor, env environment, in inputs) {
	r.Learn(in.token, in.bundleKey)
	for _, assignment := range append(in.pluginEnv, env.forwarded...) {
		name, value, _ := strings.Cut(assignment, "=")
		learnNamed(r, name, value)
	}
}

// learnNamed learns a value whose name says that it is secret, or that looks made
// up; of a URL it learns the password.
func learnNamed(r *redact.Redactor, name, value string) {
	if secretName.MatchString(name) && !strings.HasPrefix(value, "/") || looksRandom(value) {
		r.Learn(value)
	}
	learnURL(r, value)
}

// learnURL learns the password of a URL, as it is and as it is written. A user
// without one may be a token.
func learnURL(r *redact.Redactor, raw string) {
	u, err := url.Parse(raw)
	if err != nil || u.User == nil {
		return
	}
	if password, ok := u.User.Password(); ok {
		r.Learn(password)
	} else if u.Scheme != "ssh" {
		r.Learn(u.User.Username())
	}
}

// looksRandom tells a generated token from words, versions, paths and commits:
// one long word of capitals, small letters and digits.
func looksRandom(value string) bool {
	has := func(is func(rune) bool) bool { return strings.ContainsFunc(value, is) }
	return len(value) >= 16 && !strings.ContainsAny(value, " ./:,=") && has(unicode.IsUpper) && has(unicode.IsLower) && has(unicode.IsDigit)
}

// learnApplications learns what Applications hold: passwords in URLs, and the
// parameters and variables whose names say that they are secret.
func learnApplications(r *redact.Redactor, base, head []argocd.Application) {
	for _, a := range pointers(base, head) {
		r.Spare(a.Name, a.Namespace, a.Spec.Project, a.Spec.Destination.Name, a.Spec.Destination.Namespace)
		sources, _ := a.EffectiveSources()
		for _, s := range sources {
			learnURL(r, s.RepoURL)
			r.Spare(append(strings.Split(s.Path, "/"), s.Chart, s.TargetRevision)...)
			if s.Helm != nil {
				for _, p := range s.Helm.Parameters {
					learnNamed(r, p.Name, p.Value)
				}
			}
			if s.Plugin != nil {
				for _, v := range s.Plugin.Env {
					learnNamed(r, v.Name, v.Value)
				}
			}
		}
	}
}

// pointers gives two lists as one, without copying what is in them.
func pointers(base, head []argocd.Application) []*argocd.Application {
	all := make([]*argocd.Application, 0, len(base)+len(head))
	for _, list := range [][]argocd.Application{base, head} {
		for i := range list {
			all = append(all, &list[i])
		}
	}
	return all
}

// learnRenders learns the values of Secrets, and what is no secret because the
// resources are called so.
func learnRenders(r *redact.Redactor, c *compare.Comparer, renders ...[]*unstructured.Unstructured) {
	for _, objects := range renders {
		r.Learn(c.Secrets(objects)...)
	}
	r.Spare(compare.Words(renders...)...)
}
