package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/argoplan/argoplan/internal/fault"
)

// kustomizeFlags are the build options that change what a build gives.
type kustomizeFlags struct {
	helm           bool
	plugins        bool // asked for; argoplan runs none
	managedBy      bool
	anywhere       bool // files outside of their kustomization, never outside of the repository
	reorder        krusty.ReorderOption
	kubeVersion    string
	apiVersions    []string
	restrictorName string
	reorderName    string
}

// parseKustomizeFlags reads argocd-cm's kustomize.buildOptions, split at white
// space as Argo CD does: no quotes. The flags are those of kustomize 5.8.1;
// what would execute or write something is refused.
func parseKustomizeFlags(options []string) (kustomizeFlags, error) {
	f := kustomizeFlags{}
	set := pflag.NewFlagSet("kustomize build", pflag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.BoolVar(&f.helm, "enable-helm", false, "")
	set.BoolVar(&f.managedBy, "enable-managedby-label", false, "")
	set.StringVar(&f.restrictorName, "load-restrictor", "LoadRestrictionsRootOnly", "")
	set.StringVar(&f.reorderName, "reorder", "legacy", "")
	set.StringVar(&f.kubeVersion, "helm-kube-version", "", "")
	set.StringArrayVar(&f.apiVersions, "helm-api-versions", nil, "")
	f.pluginFlags(set)
	set.String("helm-command", "", "")
	set.StringP("output", "o", "", "")
	err := set.Parse(strings.Fields(strings.Join(options, " ")))
	if err == nil {
		err = f.check(set)
	}
	if err != nil {
		return f, fault.WithHint(fmt.Errorf("reading kustomize.buildOptions: %w", err),
			"Correct kustomize.buildOptions of argocd-cm; the flags are those of kustomize build "+kustomizeVersion+".")
	}
	return f, nil
}

// pluginFlags change nothing for a build without plugins, and one with plugins
// is never run.
func (f *kustomizeFlags) pluginFlags(set *pflag.FlagSet) {
	set.BoolVar(&f.plugins, "enable-alpha-plugins", false, "")
	for _, name := range []string{"enable-exec", "network", "as-current-user", "helm-debug", "stack-trace"} {
		set.Bool(name, false, "")
	}
	set.String("network-name", "", "")
	set.StringArray("mount", nil, "")
	set.StringArrayP("env", "e", nil, "")
}

func (f *kustomizeFlags) check(set *pflag.FlagSet) error {
	for _, name := range []string{"helm-command", "output"} {
		if set.Changed(name) {
			return fmt.Errorf("--%s is not allowed", name)
		}
	}
	if set.NArg() > 0 {
		return fmt.Errorf("expected flags only, found %q", set.Arg(0))
	}
	if !slices.Contains([]string{"", "LoadRestrictionsNone", "LoadRestrictionsRootOnly"}, f.restrictorName) {
		return fmt.Errorf("expected LoadRestrictionsNone or LoadRestrictionsRootOnly for --load-restrictor, found %q", f.restrictorName)
	}
	if f.reorderName != "legacy" && f.reorderName != "none" {
		return fmt.Errorf("expected legacy or none for --reorder, found %q", f.reorderName)
	}
	f.anywhere = f.restrictorName == "LoadRestrictionsNone"
	f.reorder = krusty.ReorderOptionUnspecified
	if set.Changed("reorder") {
		f.reorder = krusty.ReorderOption(f.reorderName)
	}
	return nil
}

// options gives kustomize's own. Plugins and Helm stay off whatever the flags
// say: both would execute commands with this process's environment.
func (f kustomizeFlags) options() *krusty.Options {
	o := krusty.MakeDefaultOptions()
	o.Reorder = f.reorder
	o.AddManagedbyLabel = f.managedBy
	if f.anywhere {
		o.LoadRestrictions = types.LoadRestrictionsNone
	}
	return o
}
