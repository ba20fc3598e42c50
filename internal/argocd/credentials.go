package argocd

import (
	"net/url"
	"slices"
	"strings"
)

// Credential is one repository or credential template of Argo CD: a Secret
// with the label argocd.argoproj.io/secret-type.
type Credential struct {
	// Template is true for repo-creds: it is for every URL below its own.
	Template bool
	// Type is git, helm or oci.
	Type string
	URL  string
	Name string
	// Project is read and kept. It decides nothing: whoever gives a Secret to
	// the run gives it to every Application.
	Project string

	Username          Secret
	Password          Secret
	BearerToken       Secret
	SSHPrivateKey     Secret
	TLSClientCertData string
	TLSClientCertKey  Secret
	App               GitHubApp

	// Insecure turns off the check of a server's certificate or host key.
	Insecure             bool
	EnableOCI            bool
	InsecureOCIForceHTTP bool
	ForceHTTPBasicAuth   bool
	EnableLFS            bool
	// Unsupported names a field that Argo CD reaches the repository with and
	// argoplan does not, such as gcpServiceAccountKey.
	Unsupported string
}

// HasLogin says whether there is anything to log in with.
func (c Credential) HasLogin() bool {
	for _, s := range []Secret{c.Username, c.Password, c.BearerToken, c.SSHPrivateKey, c.TLSClientCertKey, c.App.PrivateKey} {
		if !s.IsEmpty() {
			return true
		}
	}
	return c.Unsupported != ""
}

// Credentials are all that a run was given, in the order of the files. The zero
// value is none.
type Credentials struct{ list []Credential }

// Git gives the credential of a Git repository: the repository with this URL,
// or the template with the longest URL that this one begins with. What such a
// repository lacks, it takes from the template.
func (c Credentials) Git(repoURL string) (Credential, bool) {
	return c.choose(func(k Credential) bool { return k.Type == "git" }, repoURL, NormalizeGitURL)
}

// Helm gives the credential of a Helm repository, or of a URL of its index, by
// the same rule.
func (c Credentials) Helm(repoURL string) (Credential, bool) {
	return c.choose(func(k Credential) bool { return k.Type == "helm" && !k.EnableOCI }, repoURL, trimURL)
}

// HelmFile gives the credential for a URL below a Helm repository, such as that
// of an archive: the repository or template with the longest URL that this one
// lies below, else one of the same host.
func (c Credentials) HelmFile(address string) (Credential, bool) {
	var best Credential
	var found bool
	for _, k := range c.list {
		if k.Type != "helm" || k.EnableOCI || !sameHost(k.URL, address) {
			continue
		}
		// What address lies below outranks what merely has the same host.
		under, bestUnder := below(address, k.URL), found && below(address, best.URL)
		if !found || under && (!bestUnder || len(k.URL) > len(best.URL)) {
			best, found = k, true
		}
	}
	if full, ok := c.Helm(best.URL); found && ok {
		return full, true
	}
	return best, found
}

func below(address, prefix string) bool { return strings.HasPrefix(address, trimURL(prefix)+"/") }

// OCI gives the credential of a repository in an OCI registry, with or without
// oci:// in front, by the same rule. Without any it takes a registry's
// repository that lies above repoURL or below, as Argo CD does for chart
// dependencies, if it is on the same host.
func (c Credentials) OCI(repoURL string) (Credential, bool) {
	oci := func(k Credential) bool { return k.Type == "oci" || k.EnableOCI }
	if found, ok := c.choose(oci, repoURL, trimOCI); ok {
		return found, true
	}
	want := trimOCI(repoURL)
	for _, k := range c.list {
		have := trimOCI(k.URL)
		if oci(k) && sameHost(want, have) && (strings.HasPrefix(want, have) || strings.HasPrefix(have, want)) {
			return k, true
		}
	}
	return Credential{}, false
}

// Named maps the names of Helm repositories to their URLs, for dependencies on
// "@name" and "alias:name". Helm knows no such names for registries.
func (c Credentials) Named() map[string]string {
	names := map[string]string{}
	for _, k := range c.list {
		if k.Type == "helm" && !k.EnableOCI && !k.Template && k.Name != "" && names[k.Name] == "" {
			names[k.Name] = k.URL
		}
	}
	return names
}

// choose is Argo CD's rule (util/db/repository_secrets.go) with one more: a
// template is for its own host alone, while "https://git.example.com" begins
// "https://git.example.com.evil.example" too.
func (c Credentials) choose(kind func(Credential) bool, repoURL string, plain func(string) string) (Credential, bool) {
	want := plain(repoURL)
	i := slices.IndexFunc(c.list, func(k Credential) bool { return kind(k) && !k.Template && plain(k.URL) == want })
	if i >= 0 && c.list[i].HasLogin() {
		return c.list[i], true
	}
	var best *Credential
	for j, k := range c.list {
		prefix := plain(k.URL)
		if kind(k) && k.Template && strings.HasPrefix(want, prefix) && sameHost(want, prefix) && (best == nil || len(prefix) > len(plain(best.URL))) {
			best = &c.list[j]
		}
	}
	switch {
	case i < 0 && best == nil:
		return Credential{}, false
	case i < 0:
		return *best, true
	case best == nil:
		return c.list[i], true
	}
	return withLogin(c.list[i], *best), true
}

// withLogin keeps what a repository says of itself.
func withLogin(repository, template Credential) Credential {
	out := template
	out.URL, out.Name, out.Project, out.Template = repository.URL, repository.Name, repository.Project, false
	out.Insecure = repository.Insecure || template.Insecure
	out.EnableLFS, out.EnableOCI = repository.EnableLFS, repository.EnableOCI
	out.InsecureOCIForceHTTP = repository.InsecureOCIForceHTTP || template.InsecureOCIForceHTTP
	return out
}

// sameHost compares scheme, host and port of two URLs; without a scheme, what
// is before the first slash.
func sameHost(a, b string) bool { return hostOf(a) != "" && hostOf(a) == hostOf(b) }

func hostOf(address string) string {
	if !strings.Contains(address, "://") {
		host, _, _ := strings.Cut(address, "/")
		return strings.ToLower(host)
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(parsed.Scheme + "://" + parsed.Host)
}

func trimURL(u string) string { return strings.TrimSuffix(strings.TrimSpace(u), "/") }

func trimOCI(u string) string { return strings.TrimPrefix(trimURL(u), "oci://") }
