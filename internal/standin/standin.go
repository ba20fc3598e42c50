// Package standin takes the place of commands that decrypt: argocd-vault-plugin,
// KSOPS, helm-secrets and sops. A preview has none of their keys. What stands in
// for them leaves placeholders as they are, and puts a digest where an encrypted
// value is, so that manifests render and a value that was rotated shows.
package standin

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// The commands that can be stood in for.
const (
	Vault       = "argocd-vault-plugin"
	KSOPS       = "ksops"
	HelmSecrets = "helm-secrets"
	SOPS        = "sops"
)

// kinds are all of them, sorted.
func kinds() []string { return []string{Vault, HelmSecrets, KSOPS, SOPS} }

// Set maps the name of a command to the one of this package's commands whose
// stand-in takes its place.
type Set map[string]string

// Parse reads lines of the form COMMAND or COMMAND=STAND-IN; the second is for
// a command that goes by another name.
func Parse(lines []string) (Set, error) {
	set := Set{}
	for _, line := range lines {
		name, kind, renamed := strings.Cut(line, "=")
		if !renamed {
			kind = name
		}
		if !slices.Contains(kinds(), kind) {
			return nil, fmt.Errorf("expected COMMAND or COMMAND=STAND-IN with one of %s, found %q", strings.Join(kinds(), ", "), line)
		}
		if name == "" || strings.ContainsAny(name, "/,") || strings.HasPrefix(name, ".") {
			return nil, fmt.Errorf("expected the name of a command without its directory, found %q", line)
		}
		set[name] = kind
	}
	return set, nil
}

// Has says whether a command of this kind is stood in for, by whatever name.
func (s Set) Has(kind string) bool { return slices.Contains(slices.Collect(maps.Values(s)), kind) }

// Names gives the names of the commands, sorted.
func (s Set) Names() []string { return slices.Sorted(maps.Keys(s)) }

// renamed is the variable that tells a stand-in, started by another name, what
// it is.
const renamed = "ARGOPLAN_STAND_INS"

// Env is what the environment of the stand-ins must hold.
func (s Set) Env() []string {
	var list []string
	for _, name := range s.Names() {
		list = append(list, name+"="+s[name])
	}
	return []string{renamed + "=" + strings.Join(list, ",")}
}

// traces are words by which a text that doesn't name a command speaks of it.
var traces = regexp.MustCompile(`(helm\S* secrets\b|secrets(\+\S+)?://|"secrets" for "helm"|plugin secrets not installed)|(viaduct\.ai|unable to find plugin root)`)

// Mentioned gives the first of the commands, in alphabetical order, that a text
// speaks of and that nothing stands in for; "" if there is none. A text is a
// script or what it printed. kustomize says of its plugins only that it finds
// none, and KSOPS is the one that nearly all have.
func (s Set) Mentioned(text string) string {
	found := words.FindAllString(text, -1)
	for _, trace := range traces.FindAllStringSubmatch(text, -1) {
		if trace[1] != "" {
			found = append(found, HelmSecrets)
		} else {
			found = append(found, KSOPS)
		}
	}
	for _, kind := range kinds() {
		if slices.Contains(found, kind) && !s.Has(kind) {
			return kind
		}
	}
	return ""
}

// words are what could be the names of commands.
var words = regexp.MustCompile(`[\w-]+`)
