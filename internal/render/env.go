package render

import (
	"fmt"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/util/version"

	"github.com/argoplan/argoplan/internal/fault"
)

// buildEnv gives the build variables of a source, "NAME=value" in Argo CD's
// order (reposerver/repository/repository.go:newEnv). The namespace is the
// destination's; path and target revision are those of the Application, as
// written there.
func buildEnv(in Input) []string {
	env := []string{
		"ARGOCD_APP_NAME=" + in.AppName,
		"ARGOCD_APP_NAMESPACE=" + in.Namespace,
	}
	if in.has(projectNameEnv) {
		env = append(env, "ARGOCD_APP_PROJECT_NAME="+in.Project)
	}
	return append(env,
		"ARGOCD_APP_REVISION="+in.Revision,
		"ARGOCD_APP_REVISION_SHORT="+firstBytes(in.Revision, 7),
		"ARGOCD_APP_REVISION_SHORT_8="+firstBytes(in.Revision, 8),
		"ARGOCD_APP_SOURCE_REPO_URL="+in.Source.RepoURL,
		"ARGOCD_APP_SOURCE_PATH="+in.Source.Path,
		"ARGOCD_APP_SOURCE_TARGET_REVISION="+in.Source.TargetRevision,
	)
}

func firstBytes(s string, n int) string { return s[:min(n, len(s))] }

// substitute replaces $NAME and ${NAME} in s by their values in env, which
// holds "NAME=value". An unknown name becomes empty, "$$" becomes "$" (reference:
// Argo CD's Env.Envsubst). No other environment is consulted.
func substitute(env []string, s string) string {
	return os.Expand(s, func(name string) string {
		if name == "$" {
			return "$"
		}
		for i := len(env) - 1; i >= 0; i-- {
			if value, ok := strings.CutPrefix(env[i], name+"="); ok {
				return value
			}
		}
		return ""
	})
}

// clusterKubeVersion is what Argo CD knows of the destination cluster's
// version. What can't be read is left for the tools to complain about.
func (in Input) clusterKubeVersion() string {
	if in.has(clusterPatchVersion) {
		return in.KubeVersion
	}
	if v, err := version.ParseGeneric(in.KubeVersion); err == nil {
		return fmt.Sprintf("%d.%d", v.Major(), v.Minor())
	}
	return in.KubeVersion
}

// parseKubeVersion gives the X.Y or X.Y.Z that tools are told, without a
// leading "v", pre-release and build metadata. An empty version stays empty.
func parseKubeVersion(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	v, err := version.ParseGeneric(s)
	if err != nil {
		return "", fault.WithHint(fmt.Errorf("could not parse kubernetes version %q: %w", s, err),
			"Write it as major.minor or major.minor.patch, such as 1.34.2.")
	}
	return v.String(), nil
}
