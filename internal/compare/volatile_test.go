package compare

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// these reads YAML documents.
func these(t *testing.T, text string) []*unstructured.Unstructured {
	t.Helper()
	var list []*unstructured.Unstructured
	for _, document := range strings.Split(text, "---\n") {
		var object map[string]any
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			t.Fatal(err)
		}
		if object != nil {
			list = append(list, &unstructured.Unstructured{Object: object})
		}
	}
	return list
}

const (
	secretText = "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: app}\ndata: {password: PW, user: USER}\n"
	deployText = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: app}
spec:
  replicas: COUNT
  template:
    metadata: {annotations: {checksum/secret: SUM, made: here}}
    spec:
      containers:
      - {name: EXTRA, image: a}
      - {name: web, image: b, env: [{name: SEED, value: RANDOM}]}
`
	mapText = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: app}\nlist: [VALUE, LAST]\n"
	jobText = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: NAME, namespace: app, labels: {job: NAME}}\nspec: {backoffLimit: 1}\n"
)

func with(text string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(text) }

func TestSettle(t *testing.T) {
	t.Parallel()
	deploy := func(count, sum, random, extra string) string {
		return with(deployText, "COUNT", count, "SUM", sum, "RANDOM", random, "EXTRA", extra)
	}
	for name, test := range map[string]struct {
		base, again, head string
		changes           []string
		volatile          []string
		unchanged         int
	}{
		"a password that each render makes up": {
			with(secretText, "PW", "YQ==", "USER", "dQ=="), with(secretText, "PW", "Yg==", "USER", "dQ=="), with(secretText, "PW", "Yw==", "USER", "dQ=="),
			nil, []string{"Secret app/db data.password"}, 1},
		"and a user that changes": {
			with(secretText, "PW", "YQ==", "USER", "dQ=="), with(secretText, "PW", "Yg==", "USER", "dQ=="), with(secretText, "PW", "Yw==", "USER", "dg=="),
			[]string{"modified Secret db: data.user data.password*"}, []string{"Secret app/db data.password"}, 0},
		"below named entries that moved": {
			deploy("1", "1", "x", "old"), deploy("1", "2", "y", "old"), deploy("2", "3", "z", "old"),
			[]string{"modified Deployment web: spec.replicas spec.template.metadata.annotations[checksum/secret]* spec.template.spec.containers.web.env.SEED.value*"},
			[]string{"Deployment app/web spec.template.metadata.annotations[checksum/secret]", "Deployment app/web spec.template.spec.containers.web.env.SEED.value"}, 0},
		"pure": {deploy("1", "1", "x", "a"), deploy("1", "1", "x", "a"), deploy("2", "1", "x", "a"),
			[]string{"modified Deployment web: spec.replicas"}, nil, 0},
		"a name that each render makes up": {
			with(jobText, "NAME", "migrate-ab"), with(jobText, "NAME", "migrate-ac"), with(jobText, "NAME", "migrate-xy"), nil, []string{"Job app/migrate-…"}, 0},
		"a name and a value": {
			with(jobText, "NAME", "run-ab", "backoffLimit: 1", "seed: a"), with(jobText, "NAME", "run-ac", "backoffLimit: 1", "seed: b"), with(jobText, "NAME", "run-xy", "backoffLimit: 1", "seed: a"),
			[]string{"removed Job run-ab:", "added Job run-xy:"}, nil, 0},
		"a list without names": {
			with(mapText, "VALUE", "x", "LAST", "a"), with(mapText, "VALUE", "y", "LAST", "a"), with(mapText, "VALUE", "z", "LAST", "b"),
			[]string{"modified ConfigMap m: list list[0]*"}, []string{"ConfigMap app/m list[0]"}, 0},
		"a new name beside it": {
			with(jobText, "NAME", "one"), with(jobText, "NAME", "one"), with(jobText, "NAME", "two"), []string{"removed Job one:", "added Job two:"}, nil, 0},
		"gone at head": {with(secretText, "PW", "YQ=="), with(secretText, "PW", "Yg=="), "", []string{"removed Secret db:"}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := these(t, test.base)
			before := base[0].DeepCopy()
			r, err := New([]byte("key"), Options{}).Settle(base, these(t, test.again), these(t, test.head))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.changes, told(r.Changes)); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.volatile, r.Volatile); diff != "" {
				t.Errorf("volatile (-want +got):\n%s", diff)
			}
			if r.Unchanged != test.unchanged {
				t.Errorf("%d unchanged, want %d", r.Unchanged, test.unchanged)
			}
			if diff := cmp.Diff(before, base[0]); diff != "" {
				t.Errorf("the input was written to:\n%s", diff)
			}
		})
	}
}

// told gives each change in one line; a star marks volatile paths, which must
// not show a value.
func told(changes []Change) (list []string) {
	for _, c := range changes {
		line := string(c.Action) + " " + c.Kind + " " + c.Name + ":"
		for _, p := range c.Paths {
			line += " " + p.Path
			if p.Volatile {
				line += "*" + p.From + p.To
			}
		}
		list = append(list, line)
	}
	return list
}

// TestSettleIsStable renders head twice: nothing that is made up may reach the
// report.
func TestSettleIsStable(t *testing.T) {
	t.Parallel()
	settle := func(random string) Result {
		base := these(t, with(deployText, "COUNT", "1", "SUM", random, "RANDOM", random))
		again := these(t, with(deployText, "COUNT", "1", "SUM", random+"2", "RANDOM", random+"2"))
		head := these(t, with(deployText, "COUNT", "2", "SUM", random+"3", "RANDOM", random+"3"))
		r, err := New([]byte("key"), Options{}).Settle(base, again, head)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if diff := cmp.Diff(settle("a"), settle("b")); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
}

// TestChangesHoldTheirObjects is what the rules on dangers read, masked.
func TestChangesHoldTheirObjects(t *testing.T) {
	t.Parallel()
	base, head := these(t, with(secretText, "PW", "YQ==")), these(t, with(secretText, "PW", "Yg=="))
	r, err := New([]byte("key"), Options{}).Compare(base, head)
	if err != nil || len(r.Changes) != 1 {
		t.Fatalf("%d changes, %v", len(r.Changes), err)
	}
	password, _, _ := unstructured.NestedString(r.Changes[0].Head.Object, "data", "password")
	if password != maskedAfter || r.Changes[0].Base == nil {
		t.Errorf("head's password is %q, base %v", password, r.Changes[0].Base)
	}
	if r, err = New(nil, Options{}).Compare(nil, head); err != nil || r.Changes[0].Base != nil || r.Changes[0].Head == nil {
		t.Errorf("of an added resource: %+v, %v", r.Changes, err)
	}
}
