package conformance

import (
	"context"
	"os"
	"path/filepath"

	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/util/argo"
	"sigs.k8s.io/yaml"
)

// requestOf is what the controller asks of the repo-server for the first source.
func requestOf(ctx context.Context, app *v1alpha1.Application) (*apiclient.ManifestRequest, error) {
	get := func(_ context.Context, url, _ string) (*v1alpha1.Repository, error) {
		return &v1alpha1.Repository{Repo: url}, nil
	}
	sources := app.Spec.GetSources()
	refs, err := argo.GetRefSources(ctx, sources, app.Spec.Project, get, nil)
	return &apiclient.ManifestRequest{
		Repo: &v1alpha1.Repository{Repo: sources[0].RepoURL}, Revision: sources[0].TargetRevision, NoCache: true,
		AppName: app.InstanceName(controlPlane), Namespace: app.Spec.Destination.Namespace,
		ApplicationSource: sources[0].DeepCopy(), KubeVersion: "v1.37.0",
		KustomizeOptions:   &v1alpha1.KustomizeOptions{},
		HelmOptions:        &v1alpha1.HelmOptions{ValuesFileSchemes: []string{"https", "http"}},
		HasMultipleSources: app.Spec.HasMultipleSources(), RefSources: refs,
		ProjectName: app.Spec.GetProject(), ProjectSourceRepos: []string{"*"},
	}, err
}

// servePlugins runs the sidecar of the fleet's helmfile plugin.
func servePlugins(root string) (stop func(), err error) {
	text, err := os.ReadFile(filepath.Join(root, "base", "plugins", "helmfile.yaml"))
	if err != nil {
		return nil, err
	}
	var configMap struct{ Data map[string]string }
	if err := yaml.Unmarshal(text, &configMap); err != nil {
		return nil, err
	}
	definition := map[string]any{}
	if err := yaml.Unmarshal([]byte(configMap.Data["helmfile.yaml"]), &definition); err != nil {
		return nil, err
	}
	// The path of a socket has at most 107 bytes.
	dir, err := os.MkdirTemp("", "cmp")
	if err != nil {
		return nil, err
	}
	os.Setenv(socketVariable, dir)
	os.Setenv(common.EnvCMPWorkDir, filepath.Join(dir, "work"))
	server, err := startPlugin(filepath.Join(dir, "config"), definition)
	if err != nil {
		return nil, err
	}
	return func() { server.Stop(); os.RemoveAll(dir) }, nil
}
