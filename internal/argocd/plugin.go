package argocd

// PluginDefinition is one config management plugin, as a sidecar would run it
// (reference: Argo CD's cmpserver/plugin/config.go).
type PluginDefinition struct {
	Name string `json:"name"`
	// Version is spec.version; Argo CD knows the plugin as "<name>-<version>"
	// when it is set.
	Version          string         `json:"version,omitempty"`
	Init             *PluginCommand `json:"init,omitempty"`
	Generate         PluginCommand  `json:"generate"`
	Discover         Discover       `json:"discover"`
	PreserveFileMode bool           `json:"preserveFileMode,omitempty"`
	ProvideGitCreds  bool           `json:"provideGitCreds,omitempty"`
	// Env is the environment of the sidecar container, where it is known:
	// "NAME=value" in the order of the pod's definition.
	Env []string `json:"-"`
	// EnvUnknown names what the sidecar's environment holds besides Env and no
	// file tells: variables from a Secret, a field or a template. Sorted.
	EnvUnknown []string `json:"-"`
	// Image is the sidecar's image, where it is known: the versions of the
	// tools that the cluster runs.
	Image string `json:"-"`
	// File is where the definition stands, relative to the tree.
	File string `json:"-"`
}

// PluginCommand is an argv: command followed by args, run without a shell.
type PluginCommand struct {
	Command []string `json:"command"`
	Args    []string `json:"args,omitempty"`
}

// Argv joins command and args.
func (c PluginCommand) Argv() []string {
	return append(append([]string{}, c.Command...), c.Args...)
}

// Discover is the rule by which a plugin claims a directory. Only the first of
// FileName, Find.Glob and Find.Command that is set counts.
type Discover struct {
	FileName string `json:"fileName,omitempty"`
	Find     Find   `json:"find,omitzero"`
}

// Find is a glob with ** or a command that prints something when it matches.
type Find struct {
	Glob string `json:"glob,omitempty"`
	PluginCommand
}

// IsZero is true for a plugin that is never found by discovery.
func (d Discover) IsZero() bool {
	return d.FileName == "" && d.Find.Glob == "" && len(d.Find.Command) == 0
}

// FullName is the name of the plugin's socket in Argo CD: "name" or
// "name-version". Discovery tries plugins in the order of these names.
func (p *PluginDefinition) FullName() string {
	if p.Version == "" {
		return p.Name
	}
	return p.Name + "-" + p.Version
}
