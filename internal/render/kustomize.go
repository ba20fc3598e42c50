package render

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/openapi"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// kustomizeVersion is the release that the kustomize modules in go.mod make.
const kustomizeVersion = "v5.8.1"

const kustomizeTool = "Kustomize " + kustomizeVersion

// kustomize gives what "kustomize build" would print for in, after the edits
// that Argo CD makes (reference: util/kustomize/kustomize.go:Build), the tool's
// name, and whether another build may differ. The tree is only read, the
// environment is not.
func (r *Renderer) kustomize(ctx context.Context, in Input) (out []byte, tool string, volatile bool, err error) {
	b, err := r.newKustomizeBuild(ctx, in)
	if err != nil {
		return nil, "", false, err
	}
	if err := b.editor.edit(); err != nil {
		return nil, kustomizeTool, false, err
	}
	if err := b.walk(b.tree.dir, ""); err != nil {
		return nil, kustomizeTool, false, err
	}
	if b.origins && len(b.tree.mounts) > 1 {
		return nil, kustomizeTool, false, fault.Skip("buildMetadata originAnnotations are not rendered together with remote bases")
	}
	out, err = b.run(ctx)
	return out, kustomizeTool, b.volatile, err
}

// kustomizeBuild is one build of one source.
type kustomizeBuild struct {
	renderer *Renderer
	in       Input
	tree     *kustomizeTree
	editor   *kustomizeEditor
	flags    kustomizeFlags
	helm     kustomizeHelm
	seen     map[string]string // directories and the namespace that each inherits
	origins  bool              // buildMetadata asks for origin annotations
	schema   bool              // a kustomization brings an OpenAPI schema
	volatile bool              // an inflated chart makes something up
}

func (r *Renderer) newKustomizeBuild(ctx context.Context, in Input) (*kustomizeBuild, error) {
	options := argocd.Kustomize{}
	if in.Source.Kustomize != nil {
		options = *in.Source.Kustomize
	}
	if v := options.Version; v != "" && "v"+strings.TrimPrefix(v, "v") != kustomizeVersion {
		return nil, fault.Skip("it asks for kustomize.version %s; argoplan renders with %s and runs no other", v, kustomizeTool)
	}
	version, err := parseKubeVersion(firstSet(options.KubeVersion, in.KubeVersion))
	if err != nil {
		return nil, err
	}
	flags, err := parseKustomizeFlags(r.options.KustomizeBuildOptions)
	if err != nil {
		return nil, err
	}
	tree, err := newKustomizeTree(ctx, in.Root, in.Dir)
	if err != nil {
		return nil, err
	}
	b := &kustomizeBuild{renderer: r, in: in, tree: tree, flags: flags, seen: map[string]string{}}
	b.helm = kustomizeHelm{kubeVersion: firstSet(version, flags.kubeVersion), apiVersions: flags.apiVersions, inflated: map[string]bool{}}
	if len(options.APIVersions) > 0 {
		in.APIVersions = options.APIVersions
	}
	b.helm.apiVersions = append(b.helm.apiVersions, in.APIVersions...)
	b.editor = &kustomizeEditor{tree: tree, options: options, env: buildEnv(in)}
	tree.onKustomization = b.check
	return b, nil
}

// walk reads the kustomizations that dir leads to, so that what they need is
// fetched before the one lock is taken. It follows local directories only:
// remote ones are local by then. The namespace is that of the kustomizations
// above; charts take it.
func (b *kustomizeBuild) walk(dir, namespace string) error {
	if before, seen := b.seen[dir]; seen {
		return b.sameNamespace(dir, before, namespace)
	}
	b.seen[dir] = namespace
	file, err := b.tree.kustomizationFile(dir)
	if err != nil {
		return nil // kustomize says what it misses
	}
	text, err := b.tree.ReadFile(file)
	if err != nil {
		return err
	}
	var k types.Kustomization
	if k.Unmarshal(text) != nil {
		return nil
	}
	k.FixKustomization()
	if dir == b.tree.dir {
		b.origins = slices.Contains(k.BuildMetadata, types.OriginAnnotations)
	}
	for _, entry := range slices.Concat(k.Resources, k.Components) {
		confirmed, name, err := b.tree.CleanedAbs(filepath.Join(dir, entry))
		if err != nil || name != "" {
			continue
		}
		if err := b.walk(confirmed.String(), firstSet(k.Namespace, namespace)); err != nil {
			return err
		}
	}
	return nil
}

// kustomizeLock holds the one build of this process that may run: kustomize
// keeps its OpenAPI schema, which a kustomization may replace, in a global
// variable.
var kustomizeLock = make(chan struct{}, 1)

// run builds. A build that doesn't read any more is left behind when ctx ends.
func (b *kustomizeBuild) run(ctx context.Context) ([]byte, error) {
	select {
	case kustomizeLock <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for another kustomize build: %w", context.Cause(ctx))
	}
	type result struct {
		out []byte
		err error
	}
	done := make(chan result, 1)
	go func() {
		defer func() { <-kustomizeLock }()
		out, err := b.guarded()
		done <- result{out, err}
	}()
	select {
	case got := <-done:
		return got.out, got.err
	case <-ctx.Done():
		return nil, fmt.Errorf("building the kustomization: %w", context.Cause(ctx))
	}
}

// guarded turns a panic of kustomize into an error. A schema that this build
// brought is dropped, as the next would go on with it; reading kustomize's own
// again takes 100 ms, twenty times the build, so others leave it alone.
func (b *kustomizeBuild) guarded() (out []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = b.explain(fmt.Errorf("kustomize stopped unexpectedly: %v", p))
			b.schema = true
		}
		if b.schema {
			openapi.ResetOpenAPI()
		}
	}()
	resources, err := krusty.MakeKustomizer(b.flags.options()).Run(b.tree, b.tree.dir)
	if err == nil {
		err = b.manageLabel(resources)
	}
	if err == nil {
		out, err = resources.AsYaml()
	}
	return out, b.explain(err)
}
