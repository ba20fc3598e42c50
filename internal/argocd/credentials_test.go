package argocd

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/fault"
)

// secretYAML is one Secret; fields are name and value in turn.
func secretYAML(kind string, fields ...string) string {
	text := "apiVersion: v1\nkind: Secret\nmetadata: {name: x, labels: {argocd.argoproj.io/secret-type: " + kind + "}}\nstringData:\n"
	for i := 0; i < len(fields); i += 2 {
		text += "  " + fields[i] + ": '" + fields[i+1] + "'\n"
	}
	return text
}

func readCredentials(t *testing.T, documents ...string) Credentials {
	t.Helper()
	c, err := Credentials{}.ReadCredentials("credentials", []byte(strings.Join(documents, "---\n")))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// described shows what a credential holds, for comparing.
func described(c Credential) string {
	return fmt.Sprintf("%s %s %s:%s", c.Type, c.URL, c.Username.Reveal(), c.Password.Reveal())
}

func TestCredentialsAreChosen(t *testing.T) {
	t.Parallel()
	c := readCredentials(t,
		secretYAML("repo-creds", "url", "https://git.example.com", "username", "host"),
		secretYAML("repo-creds", "url", "https://git.example.com/org/", "username", "org"),
		secretYAML("repository", "url", "https://git.example.com/org/own.git", "username", "own"),
		secretYAML("repository", "url", "https://git.example.com/org/bare"),
		secretYAML("repository", "url", "git@git.example.com:org/web", "sshPrivateKey", "k", "username", "ssh"),
		secretYAML("repo-creds", "url", "ssh://git@git.example.com/team", "username", "team"),
		secretYAML("repository", "type", "helm", "name", "stable", "url", "https://charts.example.com/stable/", "username", "helm"),
		secretYAML("repository", "type", "helm", "name", "reg", "url", "reg.example.com/charts", "enableOCI", "true", "username", "oci"),
		secretYAML("repo-creds", "type", "oci", "url", "oci://reg.example.com/apps", "username", "apps"),
	)
	for name, tt := range map[string]struct {
		choose  func(string) (Credential, bool)
		url     string
		want    string
		wantURL string
	}{
		"exact":                      {c.Git, "https://git.example.com/org/own", "own", "https://git.example.com/org/own.git"},
		"exact, other spelling":      {c.Git, "https://GIT.example.com/Org/Own.git", "own", "https://git.example.com/org/own.git"},
		"longest template":           {c.Git, "https://git.example.com/org/any", "org", "https://git.example.com/org/"},
		"template of the host":       {c.Git, "https://git.example.com/x/any", "host", "https://git.example.com"},
		"repository without a login": {c.Git, "https://git.example.com/org/bare", "org", "https://git.example.com/org/bare"},
		"host that begins alike":     {c.Git, "https://git.example.com.evil.example/org/own", "", ""},
		"host as user":               {c.Git, "https://git.example.com@evil.example/org/own", "", ""},
		"other port":                 {c.Git, "https://git.example.com:8443/org/any", "", ""},
		"other scheme":               {c.Git, "http://git.example.com/org/own", "", ""},
		"short form of ssh":          {c.Git, "git@git.example.com:org/web.git", "ssh", "git@git.example.com:org/web"},
		"long form of ssh":           {c.Git, "ssh://git@git.example.com/org/web", "ssh", "git@git.example.com:org/web"},
		"ssh template":               {c.Git, "git@git.example.com:team/x", "team", "ssh://git@git.example.com/team"},
		"helm":                       {c.Helm, "https://charts.example.com/stable", "helm", "https://charts.example.com/stable/"},
		"helm, other repository":     {c.Helm, "https://charts.example.com/other", "", ""},
		"helm is not git":            {c.Git, "https://charts.example.com/stable", "", ""},
		"registry":                   {c.OCI, "oci://reg.example.com/charts", "oci", "reg.example.com/charts"},
		"registry template":          {c.OCI, "reg.example.com/apps/web", "apps", "oci://reg.example.com/apps"},
		"above":                      {c.OCI, "oci://reg.example.com/charts/web", "oci", "reg.example.com/charts"},
		"registry that begins alike": {c.OCI, "oci://reg.example.com.evil.example/apps", "", ""},
		"registry is not helm":       {c.Helm, "reg.example.com/charts", "", ""},
	} {
		got, ok := tt.choose(tt.url)
		if ok != (tt.want != "") || got.Username.Reveal() != tt.want || got.URL != tt.wantURL {
			t.Errorf("%s: got %s, %v, want %s of %s", name, described(got), ok, tt.want, tt.wantURL)
		}
	}
	want := map[string]string{"stable": "https://charts.example.com/stable/"}
	if diff := cmp.Diff(want, c.Named()); diff != "" {
		t.Error(diff)
	}
}

func TestReadCredentials(t *testing.T) {
	t.Parallel()
	c := readCredentials(t, `# a comment
apiVersion: v1
kind: List
items:
- kind: Secret
  metadata: {labels: {argocd.argoproj.io/secret-type: repository}}
  data: {url: aHR0cHM6Ly9naXQuZXhhbXBsZS5jb20vYQ==, password: ZnJvbSBkYXRh}
  stringData: {password: hunter2, insecure: true, enableLfs: "true", project: shop, name: a}
`, secretYAML("repository", "url", "https://me:hunter2@git.example.com/b", "gcpServiceAccountKey", "1"),
		secretYAML("repository", "url", "ssh://git@git.example.com/c", "insecureIgnoreHostKey", "true", "useAzureWorkloadIdentity", "false"))
	var got []string
	for _, k := range c.list {
		got = append(got, fmt.Sprintf("%s %v %v %s%s%s %v", described(k), k.Insecure, k.EnableLFS, k.Name, k.Project, k.Unsupported, k.HasLogin()))
	}
	want := []string{
		"git https://git.example.com/a :hunter2 true true ashop true",
		"git https://git.example.com/b me:hunter2 false false gcpServiceAccountKey true",
		"git ssh://git@git.example.com/c : true false  false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if c, err := c.ReadCredentials("x", []byte("\n# nothing\n---\n")); err != nil || len(c.list) != 3 {
		t.Errorf("no document gives %d, %v", len(c.list), err)
	}
}

func TestReadGitHubApp(t *testing.T) {
	t.Parallel()
	c := readCredentials(t,
		secretYAML("repo-creds", "url", "https://github.com/a", "githubAppID", "1", "githubAppInstallationID", "2", "githubAppPrivateKey", "hunter2"),
		secretYAML("repo-creds", "url", "https://ghe.example.com/a", "githubAppID", "3", "githubAppPrivateKey", "hunter2", "githubAppEnterpriseBaseUrl", "https://ghe.example.com/api/v3/"),
		secretYAML("repository", "url", "https://charts.example.com", "type", "helm", "githubAppID", "3", "githubAppPrivateKey", "hunter2"))
	var got []string
	for _, k := range c.list {
		got = append(got, fmt.Sprint(k.App.ID, k.App.InstallationID, k.App.API, k.App.PrivateKey.Reveal(), k.HasLogin(), k.Unsupported))
	}
	want := []string{
		"1 2https://api.github.comhunter2 true", "3 0https://ghe.example.com/api/v3hunter2 true",
		"3 0https://api.github.comhunter2 truegithubAppPrivateKey",
	}
	for i := range want {
		if strings.ReplaceAll(got[i], " ", "") != strings.ReplaceAll(want[i], " ", "") {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
}

func TestReadCredentialsErrors(t *testing.T) {
	t.Parallel()
	head := "kind: Secret\nmetadata: {labels: {argocd.argoproj.io/secret-type: repository}}\n"
	for name, tt := range map[string]struct{ text, want string }{
		"not YAML":       {head + "stringData: {password: hunter2", "document at line 1: expected YAML, found an error in its line"},
		"a scalar":       {"hunter2", "expected YAML"},
		"second":         {secretYAML("repository", "url", "https://h/x") + "---\nhunter2: hunter2\n", "document at line 7: expected a Secret with the label"},
		"no label":       {"kind: Secret\nstringData: {url: https://h/x, password: hunter2}\n", "expected a Secret with the label"},
		"another label":  {secretYAML("cluster", "url", "hunter2"), "expected a Secret with the label"},
		"no url":         {secretYAML("repository", "password", "hunter2"), "expected url, found none"},
		"another type":   {secretYAML("repository", "url", "https://h/x", "type", "hunter2"), "type: expected git, helm or oci"},
		"not base64":     {head + "data: {url: hunter2!}\n", "data.url: expected base64"},
		"a number":       {head + "stringData: {url: 12345}\n", "stringData.url: expected a string; write it in quotes"},
		"not a boolean":  {secretYAML("repository", "url", "https://h/x", "insecure", "hunter2"), "insecure: expected true or false"},
		"app, no key":    {secretYAML("repository", "url", "https://h/x", "githubAppID", "1"), "expected githubAppID and githubAppPrivateKey together"},
		"app, odd ID":    {secretYAML("repository", "url", "https://h/x", "githubAppID", "hunter2", "githubAppPrivateKey", "hunter2"), "githubAppID: expected a number above 0"},
		"item no object": {"kind: List\nitems: [hunter2]\n", "item 1: expected an object"},
		"item":           {"kind: List\nitems: [{kind: hunter2}]\n", "item 1: expected a Secret"},
	} {
		_, err := Credentials{}.ReadCredentials("the input", []byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "reading the credentials of the input") {
			t.Errorf("%s: got %v, want %s", name, err, tt.want)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") || !strings.Contains(fault.HintOf(err), "stringData") {
			t.Errorf("%s: error is %q, hint %q", name, err, fault.HintOf(err))
		}
	}
}

func TestReadDockerConfig(t *testing.T) {
	t.Parallel()
	c, err := Credentials{}.ReadDockerConfig("config.json", []byte(`{"auths": {
		"reg.example.com": {"auth": "bWU6aHVudGVyMg=="},
		"https://index.docker.io/v1/": {"username": "hub", "password": "p:q"},
		"token.example.com": {"auth": "eDo=", "identitytoken": "t"},
		"helper.example.com": {}
	}, "credHelpers": {"helper.example.com": "x"}}`))
	if err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]string{
		"reg.example.com/a":              "me:hunter2",
		"oci://docker.io/library/x":      "hub:p:q",
		"oci://token.example.com/x":      "x:",
		"oci://helper.example.com/x":     "none",
		"oci://reg.example.com.evil/x":   "none",
		"oci://reg.example.com:5000/a/b": "none",
	} {
		got := "none"
		if k, ok := c.OCI(url); ok {
			got = k.Username.Reveal() + ":" + k.Password.Reveal()
		}
		if got != want {
			t.Errorf("%s gives %s, want %s", url, got, want)
		}
	}
	for _, text := range []string{"", "hunter2", `{"auths": {"h": {"auth": "hunter2!"}}}`, `{"auths": {"h": {"auth": "aHVudGVyMg=="}}}`, `{"auths": ["hunter2"]}`} {
		_, err := Credentials{}.ReadDockerConfig("config.json", []byte(text))
		if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "config.json") {
			t.Errorf("%q gives %v", text, err)
		}
	}
}
