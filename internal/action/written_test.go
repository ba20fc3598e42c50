package action

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSecondRender has a chart that may make up a value. Base is rendered a second
// time to tell what is made up, but not if the pull request wrote all that differs.
func TestSecondRender(t *testing.T) {
	t.Parallel()
	const application = "-- apps/a.yaml --\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {destination: {name: in-cluster, namespace: web}, " +
		"source: {repoURL: https://github.com/svc-design/gitops.git, targetRevision: main, path: chart}}\n" +
		"-- chart/Chart.yaml --\napiVersion: v2\nname: chart\nversion: 1.0.0\n"
	template := func(data string) string {
		return "-- chart/templates/c.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  tag: {{ .Values.tag | quote }}\n  " + data + "\n"
	}
	const unused = "unused: {{ if .Values.never }}{{ randAlphaNum 9 }}{{ end }}"
	const random = "made: {{ randAlphaNum 9 }}"
	many := strings.Repeat("# a long line of a file\n", mostWrittenText/24/2+1)
	for name, tt := range map[string]struct {
		base, over string
		renders    int64
		volatile   []string
	}{
		"written":                           {template(unused) + "-- chart/values.yaml --\ntag: v1\n", "-- chart/values.yaml --\ntag: v2\n", 2, nil},
		"made up besides":                   {template(random) + "-- chart/values.yaml --\ntag: v1\n", "-- chart/values.yaml --\ntag: v2\n", 3, []string{"ConfigMap web/c data.made"}},
		"not in the words of the change":    {template("sum: {{ sha256sum .Values.tag }}\n  "+unused) + "-- chart/values.yaml --\ntag: v1\n", "-- chart/values.yaml --\ntag: v2\n", 3, nil},
		"written in more than is looked at": {template(unused) + "-- chart/values.yaml --\ntag: v1\n" + many, "-- chart/values.yaml --\ntag: v2\n" + many, 3, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, k := laidOut(t, application+tt.base, tt.over)
			selected, _ := d.selectAffected()
			parts := k.renderAll(t.Context(), selected)
			if len(parts) != 1 || len(parts[0].Application.Changes) != 1 {
				t.Fatalf("got %+v", parts)
			}
			if diff := cmp.Diff(tt.volatile, slices.Clone(parts[0].Application.Volatile)); k.renders.Load() != tt.renders || diff != "" {
				t.Errorf("%d renders, want %d; made up (-want +got):\n%s", k.renders.Load(), tt.renders, diff)
			}
		})
	}
}
