package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// surprise is something about Argo CD that its users stumble over, and what
// holds argoplan to it: cases of testdata/conformance, or "file:Test" of the
// main module.
type surprise struct {
	text string
	held []string
}

// surprises is the list of docs/surprises.md.
var surprises = []surprise{
	{"A plugin's `find.command` runs in the source's directory, has to print something, and is not run at all if `fileName` or `find.glob` is set.",
		[]string{"plugins/discover-command", "plugins/discover-command-silent", "plugins/discover-first-rule-only"}},
	{"What ends a plugin is the deadline of the whole request, not `ARGOCD_EXEC_TIMEOUT`; init, generate and discovery share it.",
		[]string{"internal/render/plugin_error_test.go:TestPluginHangs", "internal/render/plugin_discover_test.go:TestDiscoverTimeout"}},
	{"`$NAME` stands for nine build variables alone, never for the environment. Any other name is empty, so a `$` in a Helm parameter is eaten unless it is written `$$`.",
		[]string{"helm/parameter-substituted", "helm/parameter-dollars", "helm-value-files/substituted-undefined"}},
	{"`helm.version: \"3\"` is refused; `v3` is accepted.", []string{"helm/version-3", "helm/version-v3"}},
	{"A release name that is too long is an error, not cut. It is the plain name of an Application outside of the control plane's namespace, whose override file is still `.argocd-source-<namespace>_<name>.yaml`.",
		[]string{"helm/release-name-of-54-characters-is-more-than-helm-takes-in", "helm/release-name-without-namespace", "detect/override-of-instance"}},
	{"Any file whose name ends with `Chart.yaml` makes a directory Helm, a kustomization beats it, a plugin that claims the directory beats both, and a chart from a repository can be a plain directory.",
		[]string{"detect/any-name-that-ends-with-chart-yaml", "detect/kustomize-beats-helm", "plugins/implicit-beats-chart", "helm-charts/as-directory"}},
	{"A `null` in an override file takes nothing away, and its maps only add.", []string{"detect/override-null", "detect/override-map-adds"}},
	{"Chart dependencies are built only when Helm says that they are missing: a stale `charts/` is used as it is. `requirements.yaml` is not read for them, and plain http repositories are never added.",
		[]string{"helm-charts/dependency-vendored-stale", "helm-charts/requirements-vendored", "helm-charts/dependency-http", "helm-charts/dependency-locked-http"}},
	{"Build options per Kustomize version are ignored. Common labels are always substituted, common annotations only on request, and `labelIncludeTemplates` needs `labelWithoutSelector`.",
		[]string{"internal/argocd/settings_test.go:TestSettingsPerKustomizeVersion", "kustomize/common-labels-substituted", "kustomize/common-annotations-not-substituted", "kustomize/common-annotations-substituted", "kustomize/common-labels-templates-alone"}},
	{"With `ignoreMissingComponents`, Argo CD 3.6.1 adds only the first component that exists. argoplan adds all, as every other version does.",
		[]string{"kustomize/components-ignored-two-exist", "kustomize/components-missing-ignored"}},
	{"In a plain directory a JSON file without a kind fails the Application. A YAML file without one is left out, unless it also holds `apiVersion:`, `kind:` and `metadata:`, or a good document came before.",
		[]string{"directory/json-without-kind", "directory/yaml-without-kind", "directory/yaml-broken-ignored", "directory/yaml-broken-with-marker-words", "directory/yaml-broken-after-good"}},
	{"The `*` of a directory's include and exclude crosses slashes, a broken pattern matches nothing, and hidden directories are read.",
		[]string{"directory/include-star-crosses", "directory/include-broken", "directory/exclude-broken", "directory/hidden-directories"}},
	{"A plugin gets a fresh copy, in which no file is executable, and no shell. It gets `.git` from Argo CD, and none from argoplan.",
		[]string{"plugins/modes-are-reset", "plugins/no-shell", "plugins/init", "plugins/git-directory"}},
	{"An object of any kind with a list `items` at its top is taken for a list of objects; with `items: null` it vanishes.",
		[]string{"objects/items-in-any-kind", "objects/items-null"}},
	{"Of two objects with the same group, kind, namespace and name, the last one wins, whatever their versions.",
		[]string{"objects/duplicates", "internal/compare/golden_test.go:TestGolden"}},
	{"A list `sources` of one entry is a multi-source Application: a `$` in its value files is a reference, not a variable.",
		[]string{"multi-source/one-in-a-list", "multi-source/environment-is-a-ref-in-multi-source", "multi-source/environment-in-single-source"}},
	{"Git hides the old path of a renamed file from Argo CD. argoplan looks at both.",
		[]string{"internal/checkout/changed_test.go:TestChanged"}},
	{"Value files that are listed twice count once, patterns in them need Argo CD 3.4, and a URL is not looked at before Helm fetches it.",
		[]string{"helm-value-files/twice", "helm-value-files/glob-recursive", "helm-value-files/url-missing"}},
	{"The suffix of a Kubernetes version, as in `v1.29.3-gke.100`, is cut off for charts and plugins.",
		[]string{"helm/kube-version-of-cluster", "plugins/environment-kube-version"}},
	{"An annotation that isn't text, such as an unquoted `true`, fails the Application although Helm takes it. A label does not.",
		[]string{"objects/annotation-not-text", "objects/label-not-text"}},
}

func TestSurprises(t *testing.T) {
	t.Parallel()
	root := ".."
	cases, err := ownCases(filepath.Join(root, "testdata", "conformance"))
	if err != nil {
		t.Fatal(err)
	}
	var doc strings.Builder
	doc.WriteString("# What surprises about Argo CD\n\nEach line is held by cases of `testdata/conformance` or by a test.\n\n")
	for i, s := range surprises {
		fmt.Fprintf(&doc, "%d. %s\n", i+1, s.text)
		for _, held := range s.held {
			file, test, isTest := strings.Cut(held, ":")
			if isTest {
				text, err := os.ReadFile(filepath.Join(root, file))
				if err != nil || !strings.Contains(string(text), "func "+test+"(") {
					t.Errorf("%d: no test %s in %s: %v", i+1, test, file, err)
				}
			} else if !slices.ContainsFunc(cases, func(c Case) bool { return c.Name == held }) {
				t.Errorf("%d: no case %s", i+1, held)
			}
		}
	}
	path := filepath.Join(root, "docs", "surprises.md")
	if *writeDocs {
		if err := os.WriteFile(path, []byte(doc.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != doc.String() {
		t.Errorf("docs/surprises.md is not what the list says (%v); run with -write", err)
	}
}
