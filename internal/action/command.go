package action

import (
	"context"
	"fmt"
	"io"
	"slices"
)

// command is one thing that the binary does.
type command struct {
	name string
	// definitions are its flags; those of diff are the action's inputs, and what
	// makes no sense there.
	definitions []definition
	// names is true if it takes names of Applications.
	names bool
	run   func(ctx context.Context, env environment, in inputs, log *logger, stdout io.Writer) int
}

// commands lists them; the first is what runs without a name.
func commands() []command {
	return []command{
		{name: "diff", definitions: slices.Concat(definitions(), diffDefinitions(), profileDefinitions()), run: diff},
		{name: "render", definitions: slices.Concat(only(definitions(), renderInputs), renderDefinitions(), profileDefinitions()), names: true, run: renderCommand},
		{name: "list", definitions: slices.Concat(only(definitions(), listInputs), listDefinitions(), profileDefinitions()), run: listCommand},
		{name: "version", run: printVersion},
	}
}

// diffDefinitions are the flags of diff that aren't inputs of the action.
func diffDefinitions() []definition {
	return []definition{
		{"format", "auto", "How to print the report: terminal (in colour unless NO_COLOR is set, in lines of COLUMNS), markdown, or auto (terminal on a terminal, else markdown).",
			choice(func(in *inputs) *string { return &in.format }, "auto", "markdown", "terminal")},
		{"timings", "false", "Log what each stage took.", boolean(func(in *inputs) *bool { return &in.timings })},
	}
}

// renderInputs are the inputs of the action that render knows, too.
var renderInputs = []string{
	"repo", "repository", "repository-aliases", "base-branch", "applications", "applications-dir", "mirrors", "kube-version", "api-versions", "cluster-versions", "settings",
	"control-plane-namespace", "plugins", "plugin-env", "plugin-sandbox", "plugin-read", "plugin-write", "plugin-timeout", "stand-ins", "render-timeout", "max-memory", "parallel", "cache-dir", "cache-size", "token",
	"argocd-version", "credentials", "credentials-files", "allowed-hosts", "deny-private-networks", "ssh-known-hosts", "submodules", "lfs", "clusters", "generator-parameters",
}

// listInputs are the inputs of the action that list knows, too.
var listInputs = append([]string{"base-ref", "head-ref", "base-dir", "head-dir", "select"}, renderInputs...)

// listDefinitions are the flags of list alone.
func listDefinitions() []definition {
	return []definition{
		{"json", "false", "Print the list as JSON.", boolean(func(in *inputs) *bool { return &in.json })},
		{"output-dir", "", "Directory to write each Application to, as ApplicationSets and charts fill it in: <namespace>/<application>.yaml.",
			text(func(in *inputs) *string { return &in.outputDir })},
	}
}

// renderDefinitions are the flags of render alone.
func renderDefinitions() []definition {
	return []definition{
		{"rev", "", "Revision to render. Default: the working tree.", text(func(in *inputs) *string { return &in.headRef })},
		{"dir", "", "Directory to render instead of a repository; no Git is needed.", text(func(in *inputs) *string { return &in.headDir })},
		{"output-dir", "", "Directory to write one file per Application to: <namespace>/<application>.yaml. Default: standard output.",
			text(func(in *inputs) *string { return &in.outputDir })},
		{"show-secrets", "false", "Print the values of Secrets instead of masking them.", boolean(func(in *inputs) *bool { return &in.showSecrets })},
	}
}

// only keeps the definitions with these names.
func only(all []definition, names []string) []definition {
	return slices.DeleteFunc(all, func(d definition) bool { return !slices.Contains(names, d.name) })
}

// pick finds the command that the arguments begin with.
func pick(args []string) (command, []string) {
	for _, c := range commands() {
		if len(args) > 0 && args[0] == c.name {
			return c, args[1:]
		}
	}
	return commands()[0], args
}

func printVersion(_ context.Context, _ environment, _ inputs, _ *logger, stdout io.Writer) int {
	fmt.Fprintln(stdout, "argoplan "+version())
	return exitDone
}
