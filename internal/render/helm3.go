package render

import (
	"bytes"
	"fmt"
	"slices"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/release"
	"sigs.k8s.io/yaml"
)

// helm3Engine is Helm 3.
type helm3Engine struct{}

// tool is what the go.mod of this project pins.
func (helm3Engine) tool() string { return "Helm v3.22.0" }

// parseValues reads the first YAML document; Helm 3 looks at no other.
func (helm3Engine) parseValues(text []byte) (map[string]any, error) {
	values := map[string]any{}
	err := yaml.Unmarshal(text, &values)
	return values, err
}

func (e helm3Engine) template(dir string, r *helmRelease) ([]byte, bool, error) {
	loaded, err := e.load(dir)
	if err != nil {
		return nil, false, err
	}
	install, err := e.install(r)
	if err != nil {
		return nil, false, err
	}
	guarded := !install.SkipSchemaValidation && e.schema(loaded).namesOthers()
	install.SkipSchemaValidation = install.SkipSchemaValidation || guarded
	// Before the run, which moves values around.
	volatile := makesUp(e.texts(loaded), r.values)
	rendered, err := install.Run(loaded, r.values)
	if err == nil && guarded {
		err = e.validate(rendered, r)
	}
	if err != nil {
		return nil, false, templateError(err, dir)
	}
	return e.print(rendered, r), volatile, nil
}

// validate holds the values that were rendered against the schemas.
func (e helm3Engine) validate(rendered *release.Release, r *helmRelease) error {
	values, err := chartutil.CoalesceValues(rendered.Chart, rendered.Config)
	if err != nil {
		return err
	}
	return e.schema(rendered.Chart).validate(r.getters, values)
}

// load reads a chart directory and checks what "helm template" checks before
// it renders.
func (helm3Engine) load(dir string) (*chart.Chart, error) {
	loaded, err := loader.LoadDir(dir)
	if err != nil {
		return nil, chartError(err, dir)
	}
	if err := installable(loaded.Metadata.Type); err != nil {
		return nil, err
	}
	if dependencies := loaded.Metadata.Dependencies; dependencies != nil {
		if err := action.CheckDependencies(loaded, dependencies); err != nil {
			return nil, &missingDependencies{err: err}
		}
	}
	return loaded, nil
}

// install is set up as cmd/helm/template.go does, with a configuration of its
// own: no cluster is asked, "lookup" finds nothing and no name is resolved.
func (helm3Engine) install(r *helmRelease) (*action.Install, error) {
	install := action.NewInstall(&action.Configuration{Log: func(string, ...any) {}})
	install.DryRun = true
	install.DryRunOption = "true"
	install.ClientOnly = true
	install.Replace = true
	install.ReleaseName = r.name
	install.Namespace = r.namespace
	install.APIVersions = chartutil.VersionSet(r.apiVersions)
	install.IncludeCRDs = !r.options.SkipCrds
	install.SkipSchemaValidation = r.options.SkipSchemaValidation
	if r.kubeVersion == "" {
		return install, nil
	}
	version, err := chartutil.ParseKubeVersion(r.kubeVersion)
	if err != nil {
		return nil, kubeVersionError(r.kubeVersion, err)
	}
	install.KubeVersion = version
	return install, nil
}

func (helm3Engine) print(rendered *release.Release, r *helmRelease) []byte {
	var hooks bytes.Buffer
	for _, hook := range rendered.Hooks {
		if r.prints(slices.Contains(hook.Events, release.HookTest)) {
			fmt.Fprintf(&hooks, hookForm, hook.Path, hook.Manifest)
		}
	}
	return printRelease(rendered.Manifest, hooks.Bytes())
}

// texts are the files of a chart and of those that it depends on.
func (e helm3Engine) texts(c *chart.Chart) (all chartTexts) {
	for _, f := range c.Templates {
		all.templates = append(all.templates, f.Data)
	}
	for _, f := range c.Raw {
		all.files = append(all.files, f.Data)
	}
	for _, dependency := range c.Dependencies() {
		all.add(e.texts(dependency))
	}
	return all
}

// schema is that of a chart and of those that it depends on.
func (e helm3Engine) schema(c *chart.Chart) chartSchema {
	s := chartSchema{chart: c.Name(), text: c.Schema}
	for _, dependency := range c.Dependencies() {
		s.depends = append(s.depends, e.schema(dependency))
	}
	return s
}
