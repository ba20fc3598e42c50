package conformance

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/utils/kube"
	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/reposerver/cache"
	"github.com/argoproj/argo-cd/v3/reposerver/metrics"
	"github.com/argoproj/argo-cd/v3/reposerver/repository"
	"github.com/argoproj/argo-cd/v3/util/argo"
	cacheutil "github.com/argoproj/argo-cd/v3/util/cache"
	"github.com/argoproj/argo-cd/v3/util/git"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// controlPlane is the namespace that Argo CD runs in.
const controlPlane = "argocd"

// Oracle is Argo CD's repo-server, without the network between it and the
// controller.
type Oracle struct {
	service *repository.Service
	dir     string
	// sockets guards the process's environment: it says where the sockets of
	// the plugins are.
	sockets *sync.RWMutex
}

// Result is what one side made of a case.
type Result struct {
	Type    string // Helm, Kustomize, Directory or Plugin; of the first source that has one
	Objects []*unstructured.Unstructured
	Err     error
}

// NewOracle starts a repo-server that keeps its files below dir. Its settings
// are the defaults of argocd-repo-server. All of a process share the lock.
func NewOracle(dir string, sockets *sync.RWMutex) (*Oracle, error) {
	o := &Oracle{dir: dir, sockets: sockets}
	constants := repository.RepoServerInitConstants{
		MaxCombinedDirectoryManifestsSize: resource.MustParse("10M"),
		HelmManifestMaxExtractedSize:      1 << 30,
		HelmRegistryMaxIndexSize:          1 << 30,
		OCIManifestMaxExtractedSize:       1 << 30,
		OCIMediaTypes:                     []string{"application/vnd.oci.image.layer.v1.tar", treeLayer, chartLayer},
		SubmoduleEnabled:                  true,
	}
	expiration := time.Hour
	memory := cache.NewCache(cacheutil.NewCache(cacheutil.NewInMemoryCache(expiration)), expiration, expiration, time.Second)
	repos := filepath.Join(dir, "repos")
	o.service = repository.NewService(metrics.NewMetricsServer(), memory, constants, &git.NoopCredsStore{}, repos)
	if err := o.service.Init(); err != nil {
		return nil, err
	}
	return o, o.prepareProcess()
}

// prepareProcess makes this process look like the repo-server's container. Its
// code reads some settings from the environment only.
func (o *Oracle) prepareProcess() error {
	empty, bin := filepath.Join(o.dir, "no-plugins"), filepath.Join(o.dir, "bin")
	if err := os.MkdirAll(empty, 0o755); err != nil {
		return err
	}
	// The image's script says nothing about a commit without a signature.
	if err := writeFile(filepath.Join(bin, "git-verify-wrapper.sh"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		return err
	}
	for name, value := range map[string]string{
		socketVariable:       empty,
		common.EnvLogLevel:   "panic",
		"ARGOCD_GPG_ENABLED": "false",
		"PATH":               bin + string(os.PathListSeparator) + os.Getenv("PATH"),
	} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

// Render does what the application controller does to get an Application's
// manifests, up to the comparison with the cluster.
func (o *Oracle) Render(ctx context.Context, c *Case) (r Result) {
	defer func() {
		if p := recover(); p != nil {
			r.Err = fmt.Errorf("Argo CD panicked: %v", p)
		}
	}()
	unlock, err := o.startPlugins(c)
	if err != nil {
		return Result{Err: err}
	}
	defer unlock()
	app, err := c.typed()
	if err != nil {
		return Result{Err: err}
	}
	app.Spec = *argo.NormalizeApplicationSpec(&app.Spec)
	settings, err := settingsOf(ctx, c)
	if err != nil {
		return Result{Err: err}
	}
	for _, request := range o.requests(ctx, c, app, settings, &r) {
		if r.source(ctx, o.service, request); r.Err != nil {
			return r
		}
	}
	if r.Err == nil {
		r.Err = r.finish(app)
	}
	return r
}

// requests makes one request for each source (reference: controller/state.go,
// GetRepoObjs). The dry source of a hydrator is rendered without knowledge of
// a cluster.
func (o *Oracle) requests(ctx context.Context, c *Case, app *v1alpha1.Application, settings *settings, r *Result) []*apiclient.ManifestRequest {
	sources := app.Spec.GetSources()
	kubeVersion, apiVersions := c.KubeVersion, c.APIVersions
	if app.Spec.SourceHydrator != nil {
		sources = v1alpha1.ApplicationSources{app.Spec.SourceHydrator.GetDrySource()}
		kubeVersion, apiVersions = "", nil
	}
	get := func(_ context.Context, url, _ string) (*v1alpha1.Repository, error) {
		return c.repository(url), nil
	}
	refs, err := argo.GetRefSources(ctx, sources, app.Spec.Project, get, nil)
	if err != nil {
		r.Err = err
		return nil
	}
	var list []*apiclient.ManifestRequest
	for _, source := range sources {
		list = append(list, &apiclient.ManifestRequest{
			Repo:     c.repository(source.RepoURL),
			Revision: source.TargetRevision, NoCache: true, NoRevisionCache: true,
			AppName: app.InstanceName(controlPlane), Namespace: app.Spec.Destination.Namespace,
			ApplicationSource: source.DeepCopy(),
			KubeVersion:       kubeVersion, ApiVersions: apiVersions,
			KustomizeOptions:                settings.kustomize,
			HelmOptions:                     settings.helm,
			EnabledSourceTypes:              settings.enabled,
			HasMultipleSources:              app.Spec.HasMultipleSources(),
			RefSources:                      refs,
			ProjectName:                     app.Spec.GetProject(),
			ProjectSourceRepos:              []string{"*"},
			AnnotationManifestGeneratePaths: app.GetAnnotation(v1alpha1.AnnotationKeyManifestGeneratePaths),
		})
	}
	return list
}

// source renders one source and adds its objects.
func (r *Result) source(ctx context.Context, s *repository.Service, q *apiclient.ManifestRequest) {
	response, err := s.GenerateManifest(ctx, q)
	if err != nil {
		r.Err = err
		return
	}
	if r.Type == "" {
		r.Type = response.SourceType
	}
	for _, text := range response.Manifests {
		object, err := v1alpha1.UnmarshalToUnstructured(text)
		if err != nil {
			r.Err = err
			return
		}
		if r.Err = trackable(object.DeepCopy(), q); r.Err != nil {
			return
		}
		r.Objects = append(r.Objects, object)
	}
}

// trackable fails where Argo CD can't add its tracking annotation. The
// repo-server does that itself if asked to; here a copy is annotated, so that
// no annotation is in the manifests.
func trackable(object *unstructured.Unstructured, q *apiclient.ManifestRequest) error {
	if kube.IsCRD(object) {
		return nil
	}
	err := argo.NewResourceTracking().SetAppInstance(object, "app.kubernetes.io/instance", q.AppName, q.Namespace, v1alpha1.TrackingMethodAnnotation, "")
	if err != nil {
		return fmt.Errorf("failed to set app instance tracking info on manifest: %w", err)
	}
	return nil
}
