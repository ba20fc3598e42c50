package fleet

import (
	"fmt"
	"strings"
)

// crds adds a chart that brings 5 MB of CustomResourceDefinitions, and the
// upgrade of it.
func (b *builder) crds() {
	a := Application{Name: "operator", Type: Helm, Path: "charts/operator", Values: []string{"env/operator.yaml"}}
	b.base["env/operator.yaml"] = values(a.Name, "1.0.2", "2")
	for i, files := range []tree{b.base, b.head} {
		files.put(a.Path, simpleChart("operator", []string{"1.0.0", "1.1.0"}[i], parts[:2], false))
		for n := range 25 {
			files[fmt.Sprintf("%s/crds/crd-%02d.yaml", a.Path, n)] = definition("operator", n, 43, i == 1)
		}
	}
	b.applications = append(b.applications, b.describe(a, true))
}

// bump adds a chart that makes 300 resources, and its next version.
func (b *builder) bump() {
	var components []string
	for i := range 43 {
		components = append(components, fmt.Sprintf("part%d", i))
	}
	a := Application{Name: "platform", Type: Helm, Path: "charts/platform", Values: []string{"env/platform.yaml"}}
	b.base["env/platform.yaml"] = "commonLabels: {environment: production}\n"
	b.base.put(a.Path, simpleChart("platform", "1.0.0", components, false))
	next := simpleChart("platform", "1.1.0", components, false)
	b.head[a.Path+"/Chart.yaml"] = strings.Replace(next["Chart.yaml"], "2.1.0", "2.2.0", 1)
	b.head[a.Path+"/values.yaml"] = strings.ReplaceAll(next["values.yaml"], `"1.14.2"`, `"1.15.0"`)
	b.applications = append(b.applications, b.describe(a, true))
}

// definition is a CustomResourceDefinition of about 4 kB a section. The next
// version says some things in other words and knows more fields.
func definition(group string, index, sections int, next bool) string {
	var s strings.Builder
	generator := "v0.17.2"
	if next {
		generator = "v0.18.0"
	}
	fmt.Fprintf(&s, `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  annotations: {controller-gen.kubebuilder.io/version: %[1]s}
  name: things%[2]ds.%[3]s.example.com
spec:
  group: %[3]s.example.com
  names: {kind: Thing%[2]d, listKind: Thing%[2]dList, plural: things%[2]ds, singular: things%[2]d}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      subresources: {status: {}}
      schema:
        openAPIV3Schema:
          description: Thing%[2]d is one of the things that the operator looks after.
          type: object
          required: [spec]
          properties:
            apiVersion: {type: string}
            kind: {type: string}
            metadata: {type: object}
            status: {type: object, x-kubernetes-preserve-unknown-fields: true}
            spec:
              type: object
              properties:
`, generator, index, group)
	for section := range sections {
		writeSection(&s, section, next)
	}
	return s.String()
}

// writeSection describes twenty fields.
func writeSection(s *strings.Builder, section int, next bool) {
	fmt.Fprintf(s, "                section%d:\n                  type: object\n                  description: Settings of section %d.\n                  properties:\n", section, section)
	fields := 20
	if next && section%10 == 0 {
		fields = 22
	}
	for n := range fields {
		words := "The operator reads it when it starts and again when it changes."
		if next && (section*20+n)%40 == 7 {
			words = "The operator reads it whenever it reconciles the thing."
		}
		fmt.Fprintf(s, `                    field%[1]d:
                      description: Field %[1]d of section %[2]d says how the operator treats this part. %[3]s
                      type: %[4]s
`, n, section, words, []string{"string", "integer", "boolean"}[n%3])
	}
}
