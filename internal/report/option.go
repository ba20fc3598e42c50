package report

import (
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
)

// The annotations by which a resource shapes its own sync.
const (
	syncOptions    = "argocd.argoproj.io/sync-options"
	compareOptions = "argocd.argoproj.io/compare-options"
	syncWave       = "argocd.argoproj.io/sync-wave"
	deletePolicy   = "argocd.argoproj.io/hook-delete-policy"
	helmPolicy     = "helm.sh/hook-delete-policy"
)

// option gives the value of a sync option for a resource: its annotation's,
// else the Application's, else "". Force counts on resources alone; see
// gitops-engine's pkg/sync/sync_context.go.
func option(def *argocd.Application, o object, name string) string {
	if value := valueOf(o.csv(syncOptions), name); value != "" || name == "Force" {
		return value
	}
	return appOption(def, name)
}

func appOption(def *argocd.Application, name string) string {
	if def == nil || def.Spec.SyncPolicy == nil {
		return ""
	}
	return valueOf(def.Spec.SyncPolicy.SyncOptions, name)
}

func valueOf(options []string, name string) string {
	for _, o := range options {
		if key, value, ok := strings.Cut(o, "="); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// recreates is true if a sync deletes a resource that it can't change, and
// creates it anew. Server-side apply never does; CustomResourceDefinitions are
// updated even under Replace=true.
func recreates(def *argocd.Application, o object) bool {
	replace := option(def, o, "Replace") == "true"
	switch {
	case option(def, o, "Force") != "true":
		return false
	case replace:
		return o.kind() != "apiextensions.k8s.io/CustomResourceDefinition" && o.kind() != "/Namespace"
	}
	return option(def, o, "ServerSideApply") != "true"
}

// extraneous is true for a resource whose presence alone makes nothing
// OutOfSync.
func extraneous(o object) bool { return slices.Contains(o.csv(compareOptions), "IgnoreExtraneous") }

// hookPolicies are a hook's delete policies in Argo CD's words.
func hookPolicies(o object) []string {
	var list []string
	for _, p := range o.csv(deletePolicy) {
		if slices.Contains([]string{"BeforeHookCreation", "HookSucceeded", "HookFailed"}, p) {
			list = append(list, p)
		}
	}
	helm := map[string]string{"before-hook-creation": "BeforeHookCreation", "hook-succeeded": "HookSucceeded", "hook-failed": "HookFailed"}
	for _, p := range o.csv(helmPolicy) {
		if name := helm[p]; name != "" {
			list = append(list, name)
		}
	}
	if len(list) == 0 {
		return []string{"BeforeHookCreation"}
	}
	return list
}
