package applicationset

type sourceHydrator struct {
	DrySource  drySource  `json:"drySource"`
	SyncSource syncSource `json:"syncSource"`
	HydrateTo  *hydrateTo `json:"hydrateTo,omitempty"`
}

type drySource struct {
	RepoURL        string           `json:"repoURL"`
	TargetRevision string           `json:"targetRevision"`
	Path           string           `json:"path"`
	Helm           *helm            `json:"helm,omitempty"`
	Kustomize      *kustomize       `json:"kustomize,omitempty"`
	Directory      *directorySource `json:"directory,omitempty"`
	Plugin         *pluginSource    `json:"plugin,omitempty"`
}

type syncSource struct {
	TargetBranch string `json:"targetBranch"`
	Path         string `json:"path"`
	RepoURL      string `json:"repoURL,omitempty"`
}

type hydrateTo struct {
	TargetBranch string `json:"targetBranch"`
}

type syncPolicy struct {
	Automated                *automated         `json:"automated,omitempty"`
	SyncOptions              []string           `json:"syncOptions,omitempty"`
	Retry                    *retry             `json:"retry,omitempty"`
	ManagedNamespaceMetadata *namespaceMetadata `json:"managedNamespaceMetadata,omitempty"`
}

type automated struct {
	Prune      *bool `json:"prune,omitempty"`
	SelfHeal   *bool `json:"selfHeal,omitempty"`
	AllowEmpty *bool `json:"allowEmpty,omitempty"`
	Enabled    *bool `json:"enabled,omitempty"`
}

type retry struct {
	Limit   int64    `json:"limit,omitempty"`
	Backoff *backoff `json:"backoff,omitempty"`
	Refresh bool     `json:"refresh,omitempty"`
}

type backoff struct {
	Duration    string `json:"duration,omitempty"`
	Factor      *int64 `json:"factor,omitempty"`
	MaxDuration string `json:"maxDuration,omitempty"`
}

type namespaceMetadata struct {
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type ignore struct {
	Group                 string   `json:"group,omitempty"`
	Kind                  string   `json:"kind"`
	Name                  string   `json:"name,omitempty"`
	Namespace             string   `json:"namespace,omitempty"`
	JSONPointers          []string `json:"jsonPointers,omitempty"`
	JQPathExpressions     []string `json:"jqPathExpressions,omitempty"`
	ManagedFieldsManagers []string `json:"managedFieldsManagers,omitempty"`
}
