package render

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"helm.sh/helm/v4/pkg/action"
	anychart "helm.sh/helm/v4/pkg/chart"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	chartloader "helm.sh/helm/v4/pkg/chart/v2/loader"
	release "helm.sh/helm/v4/pkg/release/v1"
)

// helm4Engine is Helm 4. It merges values by other rules than Helm 3 where one
// of them is null.
type helm4Engine struct{}

// tool is what the go.mod of this project pins.
func (helm4Engine) tool() string { return "Helm v4.3.0" }

// parseValues merges all YAML documents of the text.
func (helm4Engine) parseValues(text []byte) (map[string]any, error) {
	return chartloader.LoadValues(bytes.NewReader(text))
}

func (e helm4Engine) template(dir string, r *helmRelease) ([]byte, bool, error) {
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
	if err != nil {
		return nil, false, templateError(err, dir)
	}
	printable, ok := rendered.(*release.Release)
	if !ok {
		return nil, false, fmt.Errorf("rendering the chart: expected a release of version 1, found %T", rendered)
	}
	if guarded {
		if err := e.validate(printable, r); err != nil {
			return nil, false, templateError(err, dir)
		}
	}
	return e.print(printable, r), volatile, nil
}

// validate holds the values that were rendered against the schemas.
func (e helm4Engine) validate(rendered *release.Release, r *helmRelease) error {
	values, err := util.CoalesceValues(rendered.Chart, rendered.Config)
	if err != nil {
		return err
	}
	return e.schema(rendered.Chart).validate(r.getters, values)
}

// load reads a chart directory and checks what "helm template" checks before
// it renders. Charts of apiVersion v3 are an experiment that needs a variable
// in Helm's environment, which Argo CD doesn't set.
func (helm4Engine) load(dir string) (*chart.Chart, error) {
	any, err := loader.LoadDir(dir)
	if err != nil {
		return nil, chartError(err, dir)
	}
	loaded, ok := any.(*chart.Chart)
	if !ok {
		return nil, chartError(errors.New("invalid chart apiVersion"), dir)
	}
	if err := installable(loaded.Metadata.Type); err != nil {
		return nil, err
	}
	var dependencies []anychart.Dependency
	for _, dependency := range loaded.Metadata.Dependencies {
		dependencies = append(dependencies, dependency)
	}
	if err := action.CheckDependencies(loaded, dependencies); err != nil {
		return nil, &missingDependencies{err: err}
	}
	return loaded, nil
}

// install is set up as pkg/cmd/template.go does, with a configuration of its
// own: no cluster is asked, "lookup" finds nothing and no name is resolved.
func (helm4Engine) install(r *helmRelease) (*action.Install, error) {
	install := action.NewInstall(action.NewConfiguration(action.ConfigurationSetLogger(slog.DiscardHandler)))
	install.DryRunStrategy = action.DryRunClient
	install.Replace = true
	install.ReleaseName = r.name
	install.Namespace = r.namespace
	install.APIVersions = common.VersionSet(r.apiVersions)
	install.IncludeCRDs = !r.options.SkipCrds
	install.SkipSchemaValidation = r.options.SkipSchemaValidation
	if r.kubeVersion == "" {
		return install, nil
	}
	version, err := common.ParseKubeVersion(r.kubeVersion)
	if err != nil {
		return nil, kubeVersionError(r.kubeVersion, err)
	}
	install.KubeVersion = version
	return install, nil
}

func (helm4Engine) print(rendered *release.Release, r *helmRelease) []byte {
	var hooks bytes.Buffer
	for _, hook := range rendered.Hooks {
		if r.prints(slices.Contains(hook.Events, release.HookTest)) {
			fmt.Fprintf(&hooks, hookForm, hook.Path, hook.Manifest)
		}
	}
	return printRelease(rendered.Manifest, hooks.Bytes())
}

// texts are the files of a chart and of those that it depends on.
func (e helm4Engine) texts(c *chart.Chart) (all chartTexts) {
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
func (e helm4Engine) schema(c *chart.Chart) chartSchema {
	s := chartSchema{chart: c.Name(), text: c.Schema}
	for _, dependency := range c.Dependencies() {
		s.depends = append(s.depends, e.schema(dependency))
	}
	return s
}
