package applicationset

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
)

func TestClusters(t *testing.T) {
	t.Parallel()
	local := map[string]any{"name": "in-cluster", "nameNormalized": "in-cluster", "server": "https://kubernetes.default.svc", "project": ""}
	plain := func(name, tier string) map[string]any {
		return map[string]any{"name": name, "nameNormalized": name, "server": "https://" + name + ".example", "project": "p-" + name,
			"metadata.labels.tier": tier, "metadata.annotations.note": "n"}
	}
	goParams := map[string]any{"name": "a", "nameNormalized": "a", "server": "https://a.example", "project": "p-a", "metadata": map[string]any{
		"labels": map[string]string{"tier": "edge"}, "annotations": map[string]string{"note": "n"}}}
	bare := argocd.ClusterSecret{Name: "Big One", Server: "https://kubernetes.default.svc"}
	for name, test := range map[string]struct {
		goTemplate bool
		generator  string
		clusters   []argocd.ClusterSecret
		want       any
	}{
		"none but the local one": {generator: `clusters: {}`, want: sets{local}},
		"sorted by name, the local one last": {
			generator: `clusters: {}`, clusters: []argocd.ClusterSecret{cluster("b", "core"), cluster("a", "edge")},
			want: sets{plain("a", "edge"), plain("b", "core"), local},
		},
		"a selector leaves out the local one": {
			generator: `clusters: {selector: {matchLabels: {tier: core}}}`, clusters: []argocd.ClusterSecret{cluster("b", "core"), cluster("a", "edge")},
			want: sets{plain("b", "core")},
		},
		"so do expressions": {
			generator: `clusters: {selector: {matchExpressions: [{key: tier, operator: Exists}]}}`, want: sets{},
		},
		"a bad selector": {
			generator: `clusters: {selector: {matchLabels: {tier: "a b"}}}`,
			want:      `error: selector: values[0][tier]: Invalid value: "a b": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
		},
		"the local one has a Secret": {
			goTemplate: true, generator: `clusters: {}`, clusters: []argocd.ClusterSecret{bare},
			want: sets{{"name": "Big One", "nameNormalized": "big-one", "server": "https://kubernetes.default.svc", "project": "", "metadata": map[string]any{}}},
		},
		"Go": {goTemplate: true, generator: `clusters: {selector: {matchLabels: {tier: edge}}}`, clusters: []argocd.ClusterSecret{cluster("a", "edge")}, want: sets{goParams}},
		"another namespace is not Argo CD's": {
			generator: `clusters: {}`, clusters: []argocd.ClusterSecret{{Name: "x", Server: "https://x", Namespace: "elsewhere"}}, want: sets{local},
		},
		"values": {
			generator: `clusters: {values: {v: "{{name}}!"}}`,
			want:      sets{{"name": "in-cluster", "nameNormalized": "in-cluster", "server": "https://kubernetes.default.svc", "project": "", "values.v": "in-cluster!"}},
		},
		"a flat list": {
			goTemplate: true, generator: `clusters: {flatList: true, selector: {matchLabels: {tier: edge}}}`, clusters: []argocd.ClusterSecret{cluster("a", "edge")},
			want: sets{{"clusters": sets{goParams}}},
		},
		"a selector of the entry sees labels in Go mode": {
			goTemplate: true, generator: `{clusters: {}, selector: {matchLabels: {metadata.labels.tier: edge}}}`,
			clusters: []argocd.ClusterSecret{cluster("a", "edge"), cluster("b", "core")}, want: sets{goParams},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := generate(t, test.goTemplate, test.generator, Options{Clusters: test.clusters, ControlPlane: "argocd"})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
