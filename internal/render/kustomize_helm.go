package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/kio"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
	"sigs.k8s.io/kustomize/kyaml/yaml/merge2"
	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// Charts fetches the charts that kustomizations pull.
type Charts interface {
	// ChartDir gives the unpacked directory of a chart. repoURL is https://…,
	// http://… or oci://…; version may be a range, "" is the newest stable one.
	ChartDir(ctx context.Context, repoURL, chart, version string) (dir string, err error)
}

// kustomizeHelm is what the charts of a build share.
type kustomizeHelm struct {
	kubeVersion string
	apiVersions []string
	inflated    map[string]bool // directories whose charts took an inherited namespace
}

// inflate replaces the charts of a kustomization by what they render to, as a
// resource. kustomize would run a helm command for each, with this process's
// environment and plugins from a directory that the kustomization names.
func (r *references) inflate(k *types.Kustomization) error {
	if !r.build.flags.helm {
		return nil // kustomize says that it needs the flag
	}
	for i, c := range k.HelmCharts {
		inherited := firstSet(k.Namespace, r.build.seen[r.dir])
		if c.Namespace == "" && k.Namespace == "" {
			r.build.helm.inflated[r.dir] = true
		}
		c.Namespace = firstSet(c.Namespace, inherited, "default")
		out, err := r.chart(c, k.HelmGlobals)
		if err != nil {
			return fmt.Errorf("rendering the chart %s of helmCharts: %w", c.Name, err)
		}
		name := fmt.Sprintf(".helm-%d.yaml", i)
		r.build.tree.write(filepath.Join(r.dir, name), out)
		k.Resources = append(k.Resources, name)
		r.changed = true
	}
	k.HelmCharts, k.HelmGlobals = nil, nil
	return nil
}

// sameNamespace refuses to render charts once for two namespaces.
func (b *kustomizeBuild) sameNamespace(dir, before, now string) error {
	if before != now && b.helm.inflated[dir] {
		return fault.Skip("the charts of %s take their namespace from two kustomizations, %q and %q", inRepository(dir), before, now)
	}
	return nil
}

func (r *references) chart(c types.HelmChart, globals *types.HelmGlobals) (out []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("Helm stopped unexpectedly: %v", p)
		}
	}()
	dir, err := r.chartDir(c, globals)
	if err != nil {
		return nil, err
	}
	release, err := r.release(c, dir)
	if err != nil {
		return nil, err
	}
	_, real, err := r.build.tree.resolve(dir)
	if err != nil {
		return nil, err
	}
	out, volatile, err := r.build.renderer.engine.template(real, release)
	r.build.volatile = r.build.volatile || volatile
	if err != nil {
		return nil, err
	}
	return markInflated(out)
}

// chartDir is where kustomize looks for a chart before it pulls one.
func (r *references) chartDir(c types.HelmChart, globals *types.HelmGlobals) (string, error) {
	switch {
	case c.Name == "":
		return "", errors.New("chart name cannot be empty")
	case c.ReleaseName == "" || c.NameTemplate != "":
		return "", fault.Skip("the chart %s has no releaseName: Helm makes one up on each render", c.Name)
	}
	home := types.HelmDefaultHome
	if globals != nil && globals.ChartHome != "" {
		home = globals.ChartHome
	}
	if !filepath.IsAbs(home) {
		home = filepath.Join(r.dir, home)
	}
	if c.Version != "" && c.Repo != "" {
		home = filepath.Join(home, c.Name+"-"+c.Version)
	}
	dir := filepath.Join(home, c.Name)
	if here, _ := r.build.tree.mountOf(r.dir); !within(here.at, dir) {
		return "", fmt.Errorf("%s leads out of the repository", home)
	}
	if r.build.tree.IsDir(dir) {
		return dir, nil
	}
	if c.Repo == "" {
		return "", fmt.Errorf("no repo specified for pull, no chart found at %s", inRepository(dir))
	}
	return r.build.pull(c)
}

// pull mounts a chart of a repository and gives the place.
func (b *kustomizeBuild) pull(c types.HelmChart) (string, error) {
	if b.renderer.options.Charts == nil {
		return "", fault.Skip("the chart %s of %s is not fetched", c.Name, withoutUser(c.Repo))
	}
	b.in.fetches()
	version := c.Version
	if version == "" && c.Devel {
		version = ">0.0.0-0"
	}
	at := b.place(c.Repo, c.Name+" "+version)
	if b.mounted(at) {
		return at, nil
	}
	dir, err := b.renderer.options.Charts.ChartDir(b.tree.ctx, c.Repo, c.Name, version)
	if err != nil {
		return "", err
	}
	return at, b.tree.mount(at, dir)
}

func (r *references) release(c types.HelmChart, dir string) (*helmRelease, error) {
	values, err := r.chartValues(c, dir)
	if err != nil {
		return nil, err
	}
	h := &helmRelease{
		name: c.ReleaseName, namespace: c.Namespace, values: values, apiVersions: r.build.helm.apiVersions,
		kubeVersion: firstSet(c.KubeVersion, r.build.helm.kubeVersion),
		options:     argocd.Helm{SkipCrds: !c.IncludeCRDs, SkipTests: c.SkipTests}, skipHooks: c.SkipHooks, getters: r.build.renderer.options.Getters,
	}
	// What the chart's entry says wins over the command line, though kustomize
	// says otherwise.
	if len(c.ApiVersions) > 0 {
		h.apiVersions = c.ApiVersions
	}
	return h, nil
}

// chartValues merges as kustomize does: valuesInline with the values file (its
// own, or the chart's), then the additional files.
func (r *references) chartValues(c types.HelmChart, dir string) (map[string]any, error) {
	file := filepath.Join(dir, "values.yaml")
	if c.ValuesFile != "" {
		file = filepath.Join(r.dir, c.ValuesFile)
	}
	text, err := r.build.tree.read(file)
	if err == nil && len(c.ValuesInline) > 0 {
		text, err = mergeInlineValues(c, text)
	}
	if err != nil {
		return nil, err
	}
	merged := map[string]any{}
	for i := -1; i < len(c.AdditionalValuesFiles); i++ {
		if i >= 0 {
			if text, err = r.build.tree.read(filepath.Join(r.dir, c.AdditionalValuesFiles[i])); err != nil {
				return nil, err
			}
		}
		values, err := r.build.renderer.engine.parseValues(text)
		if err != nil {
			return nil, fmt.Errorf("parsing the values: %w", err)
		}
		merged = mergeMaps(merged, values)
	}
	return merged, nil
}

// mergeInlineValues uses kustomize's own merge, in which a null removes.
func mergeInlineValues(c types.HelmChart, text []byte) ([]byte, error) {
	inline, err := kyaml.FromMap(c.ValuesInline)
	if err != nil {
		return nil, err
	}
	if c.ValuesMerge == "replace" {
		return yaml.Marshal(c.ValuesInline)
	}
	file, err := kyaml.Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("parsing the values file: %w", err)
	}
	var merged *kyaml.RNode
	switch c.ValuesMerge {
	case "", "override":
		merged, err = merge2.Merge(inline, file, kyaml.MergeOptions{})
	case "merge":
		merged, err = merge2.Merge(file, inline, kyaml.MergeOptions{})
	default:
		return nil, fmt.Errorf("expected merge, override or replace as valuesMerge, found %q", c.ValuesMerge)
	}
	if err != nil {
		return nil, fmt.Errorf("merging valuesInline: %w", err)
	}
	out, err := merged.String()
	return []byte(out), err
}

// markInflated adds the annotation by which kustomize leaves a chart's
// namespaces alone, and which it drops at the end.
func markInflated(text []byte) ([]byte, error) {
	nodes, err := (&kio.ByteReader{Reader: bytes.NewReader(text), OmitReaderAnnotations: true}).Read()
	if err != nil {
		return nil, fmt.Errorf("reading what the chart printed: %w", err)
	}
	var out bytes.Buffer
	for _, node := range nodes {
		if err := node.PipeE(kyaml.SetAnnotation(konfig.HelmGeneratedAnnotation, "true")); err != nil {
			return nil, err
		}
		document, err := node.String()
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&out, "---\n%s", document)
	}
	return out.Bytes(), nil
}
