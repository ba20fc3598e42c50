package compare_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/compare"
)

const canary = "c4nary-va1ue/+?"

// secrets are Secrets with the canary in a place each, proper and not.
var secrets = map[string]string{
	"data":            `{kind: Secret, apiVersion: v1, data: {k: "%s"}}`,
	"stringData":      `{kind: Secret, apiVersion: v1, stringData: {k: "%s"}}`,
	"binaryData":      `{kind: Secret, apiVersion: v1, binaryData: {k: "%s"}}`,
	"any version":     `{kind: Secret, apiVersion: v7alpha1, data: {k: "%s"}}`,
	"no version":      `{kind: Secret, data: {k: "%s"}}`,
	"other group":     `{kind: Secret, apiVersion: example.com/v1, data: {k: "%s"}}`,
	"data as text":    `{kind: Secret, data: "%s"}`,
	"data as list":    `{kind: Secret, data: ["%s", 1]}`,
	"nested":          `{kind: Secret, data: {k: {l: ["%s"]}}}`,
	"last applied":    `{kind: Secret, metadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"k":"%s"}'}}}`,
	"annotation":      `{kind: Secret, metadata: {annotations: {example.com/token: "%s"}}}`,
	"odd annotations": `{kind: Secret, metadata: {annotations: ["%s"]}}`,
	"odd metadata":    `{kind: Secret, metadata: ["%s"]}`,
	"list":            `{kind: List, items: [{kind: Secret, data: {k: "%s"}}]}`,
	"list in a list":  `{kind: List, items: [{kind: List, items: [{kind: Secret, data: {k: "%s"}}]}]}`,
	"SecretList":      `{kind: SecretList, items: [{data: {k: "%s"}}]}`,
	"odd SecretList":  `{kind: SecretList, items: ["%s"]}`,
	"odd items":       `{kind: SecretList, items: {k: "%s"}}`,
}

// No secret leaves the package, in any spelling, however the Secret changes;
// and a changed one is always a change.
func TestMaskHidesSecrets(t *testing.T) {
	t.Parallel()
	options := compare.Options{SensitiveAnnotations: []string{"example.com/token"}}
	for name, format := range secrets {
		for _, plain := range []string{canary, base64.StdEncoding.EncodeToString([]byte(canary))} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				one := objects(t, fmt.Sprintf(format, plain))
				two := objects(t, fmt.Sprintf(format, plain+"2"))
				comparer := compare.New([]byte("key"), options)
				changed, err := comparer.Compare(one, two)
				if err != nil || len(changed.Changes) == 0 {
					t.Fatalf("changed: %v, %+v", err, changed.Changes)
				}
				added, err := comparer.Compare(nil, one)
				if err != nil {
					t.Fatal(err)
				}
				assertHidden(t, changed, added, comparer.Mask(one))
				same, err := comparer.Compare(one, objects(t, fmt.Sprintf(format, plain)))
				if err != nil || len(same.Changes) != 0 {
					t.Errorf("unchanged: %v, %+v", err, same.Changes)
				}
			})
		}
	}
}

func assertHidden(t *testing.T, results ...any) {
	t.Helper()
	content, err := json.Marshal(results)
	if err != nil {
		t.Fatal(err)
	}
	for _, spelling := range []string{
		canary, hex.EncodeToString([]byte(canary)), url.QueryEscape(canary),
		base64.StdEncoding.EncodeToString([]byte(canary))[:16],
		base64.StdEncoding.EncodeToString([]byte("x" + canary))[2:16],
		base64.StdEncoding.EncodeToString([]byte("xx" + canary))[3:16],
	} {
		if strings.Contains(string(content), spelling) {
			t.Errorf("found %q in %s", spelling, content)
		}
	}
}

func TestMaskPairs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, base, head string
		want             string // "" for no change
	}{
		{"the same content in data and stringData", `data: {k: b25l}`, `stringData: {k: one}`,
			"- data:\n-   k: <masked>\n+ stringData:\n+   k: <masked>"},
		{"moved and changed", `data: {k: b25l}`, `stringData: {k: two}`,
			"- data:\n-   k: <masked, before>\n+ stringData:\n+   k: <masked, after>"},
		{"overridden by stringData", `data: {k: b25l}`, `data: {k: b25l}, stringData: {k: two}`,
			"+ stringData:\n+   k: <masked, after>"},
		{"other line breaks in base64", `data: {k: b25l}`, `data: {k: "b25\nl"}`, ""},
		{"number and text", `data: {k: 1234}`, `data: {k: "1234"}`,
			"@@ data @@\n- k: <masked, before>\n+ k: <masked, after>"},
		{"null and text", `data: {k: null}`, `data: {k: eA==}`, "@@ data @@\n- k: null\n+ k: <masked>"},
		{"values swapped", `data: {k: b25l, l: dHdv}`, `data: {k: dHdv, l: b25l}`,
			"@@ data @@\n- k: <masked, before>\n+ k: <masked, after>\n- l: <masked, before>\n+ l: <masked, after>"},
		{"longer value", `data: {k: eA==}`, `data: {k: eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4}`,
			"@@ data @@\n- k: <masked, before>\n+ k: <masked, after>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			secret := func(content string) string { return "{kind: Secret, metadata: {name: a}, " + content + "}" }
			var got []string
			for _, key := range []string{"one", "two"} { // the key never shows
				r, err := compare.New([]byte(key), compare.Options{}).Compare(
					objects(t, secret(tt.base)), objects(t, secret(tt.head)))
				if err != nil {
					t.Fatal(err)
				}
				text := ""
				for _, c := range r.Changes {
					text += c.Diff
				}
				got = append(got, text)
			}
			if diff := cmp.Diff([]string{tt.want, tt.want}, got); diff != "" {
				t.Errorf("diff (-want +got):\n%s", diff)
			}
		})
	}
}

// The renders of both sides carry what the diff shows.
func TestMaskedRenders(t *testing.T) {
	t.Parallel()
	const format = `{kind: Secret, metadata: {name: %s}, stringData: {k: "%s"}}`
	base := objects(t, fmt.Sprintf(format, "a", "early")+"\n---\n"+fmt.Sprintf(format, "b", "x")+"\n---\n"+fmt.Sprintf(format, "a", "late"))
	head := objects(t, fmt.Sprintf(format, "a", "other")+"\n---\n"+fmt.Sprintf(format, "b", "x"))
	r := mustCompare(t, base, head)
	var got []string
	for _, u := range append(r.Base, r.Head...) {
		got = append(got, fmt.Sprint(u.GetName(), " ", u.Object["stringData"]))
	}
	want := []string{
		"a map[k:<masked>]", "b map[k:<masked>]", "a map[k:<masked, before>]",
		"a map[k:<masked, after>]", "b map[k:<masked>]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("renders (-want +got):\n%s", diff)
	}
}

func TestMaskLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	in := objects(t, "kind: ConfigMap\ndata: {k: v}\n---\nkind: List\nitems: [{kind: ConfigMap, data: {k: v}}]\n")
	out := compare.New(nil, compare.Options{}).Mask(in)
	if diff := cmp.Diff(in, out); diff != "" {
		t.Errorf("Mask (-in +out):\n%s", diff)
	}
}
