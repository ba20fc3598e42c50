package compare_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/compare"
)

// hiding hides two words, as a redactor does what it knows.
func hiding(rules ...string) *compare.Comparer {
	options := compare.Options{Hide: strings.NewReplacer("hunter2", "<masked>", "swordfish", "<masked>", "48151623", "<masked>").Replace}
	for _, text := range rules {
		r, err := compare.ParseRule(text)
		if err != nil {
			panic(err)
		}
		options.Redact = append(options.Redact, r)
	}
	return compare.New([]byte("key"), options)
}

// Secrets are masked wherever they reappear, and a change of one stays a change.
func TestKnownSecretsAreHidden(t *testing.T) {
	t.Parallel()
	const config = "kind: ConfigMap\nmetadata: {name: a}\n"
	for _, tt := range []struct{ name, base, head, want string }{
		{"the same", config + `data: {url: "db://hunter2@x"}`, config + `data: {url: "db://hunter2@x"}`, ""},
		{"another value", config + `data: {url: "db://hunter2@x"}`, config + `data: {url: "db://swordfish@x"}`,
			"@@ data @@\n- url: db://<masked, before>@x\n+ url: db://<masked, after>@x"},
		{"in a list", config + `args: [a, hunter2]`, config + `args: [a, swordfish]`,
			"@@ args @@\n  - a\n- - <masked, before>\n+ - <masked, after>"},
		{"in a list that grows", config + `args: [hunter2]`, config + `args: [swordfish, b]`,
			"@@ args @@\n- - <masked, before>\n+ - <masked, after>\n+ - b"},
		{"in a list that shrinks", config + `args: [a, hunter2]`, config + `args: [swordfish]`,
			"@@ args @@\n- - a\n- - <masked, before>\n+ - <masked, after>"},
		{"at another place of a list", config + `args: [--x, k=hunter2]`, config + `args: [k=swordfish, --y]`,
			"@@ args @@\n- - --x\n- - k=<masked, before>\n+ - k=<masked, after>\n+ - --y"},
		{"the same at another place of a list", config + `args: [hunter2]`, config + `args: [b, hunter2]`,
			"@@ args @@\n+ - b\n  - <masked>"},
		{"two that change places", config + `args: [hunter2, swordfish, x]`, config + `args: [swordfish, hunter2]`,
			"@@ args @@\n- - <masked, before>\n  - <masked>\n- - x\n+ - <masked, after>"},
		{"in an entry with a name", config + `env: [{name: a, value: hunter2}]`, config + `env: [{name: b, value: x}, {name: a, value: swordfish}]`,
			"@@ env @@\n+ - name: b\n+   value: x\n  - name: a\n@@ env.a @@\n- value: <masked, before>\n+ value: <masked, after>"},
		{"as the name of an entry", config + `users: [{name: hunter2, a: b}, {name: x}]`, config + `users: [{name: swordfish, a: b}]`,
			"@@ users @@\n- - name: <masked, before>\n+ - name: <masked, after>\n    a: b\n- - name: x"},
		{"in an entry without a name", config + `users: [{token: hunter2}]`, config + `users: [{x: z}, {token: swordfish}]`,
			"@@ users @@\n- - token: <masked, before>\n+ - x: z\n+ - token: <masked, after>"},
		{"in a list in a list", config + `matrix: [[hunter2]]`, config + `matrix: [[swordfish, b]]`,
			"@@ matrix[0] @@\n- - <masked, before>\n+ - <masked, after>\n+ - b"},
		{"as a number", config + `port: 48151623`, config + `port: 1`, "- port: <masked>\n+ port: 1"},
		{"added", config, config + `data: {a: hunter2}`, "+ data:\n+   a: <masked>"},
		{"in an annotation of a Secret", "kind: Secret\nmetadata: {name: a, annotations: {x: hunter2}}", "kind: Secret\nmetadata: {name: a, annotations: {x: swordfish}}",
			"@@ metadata.annotations @@\n- x: <masked, before>\n+ x: <masked, after>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := hiding().Compare(objects(t, tt.base), objects(t, tt.head))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, c := range r.Changes {
				got += c.Diff
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("diff (-want +got):\n%s", diff)
			}
		})
	}
}

// Rules mask values of any kind, in the way of a Secret's.
func TestRules(t *testing.T) {
	t.Parallel()
	const vault = "apiVersion: a.example.com/v1\nkind: Vault\nmetadata: {name: a}\n"
	for _, tt := range []struct{ rule, base, head, want string }{
		{"ConfigMap data.password", "kind: ConfigMap\ndata: {password: one, user: me}", "kind: ConfigMap\ndata: {password: two, user: you}",
			"@@ data @@\n- password: <masked, before>\n+ password: <masked, after>\n- user: me\n+ user: you"},
		{"ConfigMap data[app.properties]", "kind: ConfigMap\ndata: {app.properties: one}", "kind: ConfigMap\ndata: {app.properties: two}",
			"@@ data @@\n- app.properties: <masked, before>\n+ app.properties: <masked, after>"},
		{"*.example.com/Vault spec.users.*.token", vault + "spec: {users: [{token: one}]}", vault + "spec: {users: [{token: two}]}",
			"@@ spec.users[0] @@\n- token: <masked, before>\n+ token: <masked, after>"},
		{"Vault", vault + "spec: {a: one}", vault + "spec: {a: two}", "@@ spec @@\n- a: <masked, before>\n+ a: <masked, after>"},
		{"other.example.com/Vault", vault + "spec: {a: one}", vault + "spec: {a: two}", "@@ spec @@\n- a: one\n+ a: two"},
		{"Secret data.a", "kind: Secret\ndata: {a: b25l}", "kind: Secret\ndata: {a: dHdv}", "@@ data @@\n- a: <masked, before>\n+ a: <masked, after>"},
		{"Vault", "kind: List\nitems: [{kind: Vault, spec: one}]", "kind: List\nitems: [{kind: Vault, spec: two}]", "@@ items[0] @@\n- spec: <masked, before>\n+ spec: <masked, after>"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			r, err := hiding(tt.rule).Compare(objects(t, tt.base), objects(t, tt.head))
			if err != nil || len(r.Changes) != 1 {
				t.Fatalf("%d changes, %v", len(r.Changes), err)
			}
			if diff := cmp.Diff(tt.want, r.Changes[0].Diff); diff != "" {
				t.Errorf("diff (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseRuleRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a b c", "[ data", "ConfigMap data[", "ConfigMap data[]", "ConfigMap .a", "ConfigMap a..b", "/Vault x"} {
		if r, err := compare.ParseRule(text); err == nil {
			t.Errorf("ParseRule(%q) = %+v", text, r)
		}
	}
}

// What is masked is told, decoded, to those who hide it elsewhere; what everybody
// may see is told, too.
func TestSecretsAndWords(t *testing.T) {
	t.Parallel()
	list := objects(t, `kind: Secret
metadata: {name: shop-db, namespace: shop, annotations: {plain: visible}}
data: {a: aHVudGVyMg==}
stringData: {b: swordfish, c: 48151623}
---
kind: Vault
metadata: {name: vault}
spec: {token: topsecret, size: large}
---
kind: ConfigMap
metadata: {name: config}
data: {name: confidential}
spec: {containers: [{name: web, image: "ghcr.io/acme/orders:1.2"}]}
`)
	c := hiding("Vault spec.token")
	if diff := cmp.Diff([]string{"48151623", "hunter2", "swordfish", "topsecret"}, c.Secrets(list)); diff != "" {
		t.Errorf("Secrets (-want +got):\n%s", diff)
	}
	words := map[string]bool{}
	for _, w := range compare.Words(list) {
		words[w] = true
	}
	for word, want := range map[string]bool{"shop-db": true, "shop": true, "vault": true, "orders": true, "web": true, "image": true, "confidential": false, "topsecret": false, "visible": false} {
		if words[word] != want {
			t.Errorf("Words has %s: %v", word, words[word])
		}
	}
}
