package argocd

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/plainyaml"
)

// group is the API group of Argo CD's own kinds.
const group = "argoproj.io"

// document is one YAML document and the line it begins at.
type document struct {
	text []byte
	line int
	// parsed, object and err are what object gave before.
	parsed bool
	value  map[string]any
	err    error
}

// object parses the document, once. Nobody may change the result.
func (d *document) object() (map[string]any, error) {
	if !d.parsed {
		d.value, d.err = plainyaml.Unmarshal(d.text)
		d.parsed = true
	}
	return d.value, d.err
}

// documents splits a file at its "---" lines. A document begins at its first
// line that is neither empty nor a comment.
func documents(data []byte) []*document {
	var docs []*document
	cur := &document{}
	for i, line := range bytes.SplitAfter(data, []byte("\n")) {
		if isSeparator(line) {
			docs, cur = append(docs, cur), &document{}
			continue
		}
		if cur.line == 0 && hasContent(line) {
			cur.line = i + 1
		}
		cur.text = append(cur.text, line...)
	}
	docs = append(docs, cur)
	kept := docs[:0]
	for _, d := range docs {
		if d.line > 0 {
			kept = append(kept, d)
		}
	}
	return kept
}

// isSeparator follows the YAML reader of Kubernetes: three dashes at the start
// of a line, then nothing but space or a comment.
func isSeparator(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("---"))
	return ok && !hasContent(rest)
}

func hasContent(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) > 0 && line[0] != '#'
}

// applications gives the Applications of one file. Parsing is dear, and a file that
// both trees have alike is parsed once.
func (f *file) applications() Found {
	if f.found == nil {
		f.found = &Found{}
		for _, d := range f.documents() {
			f.found.add(f.name, d)
		}
	}
	return *f.found
}

func (f *Found) add(name string, d *document) {
	if !bytes.Contains(d.text, []byte(group)) {
		return
	}
	object, err := d.object()
	if err != nil {
		f.problem(name, d.line, fmt.Errorf("parsing YAML: %w", err))
		return
	}
	f.object(name, d.line, object)
}

// object adds an Application, or the items of a List.
func (f *Found) object(file string, line int, object map[string]any) {
	kind, _ := object["kind"].(string)
	if items, ok := object["items"].([]any); ok && strings.HasSuffix(kind, "List") {
		for _, item := range items {
			if o, ok := item.(map[string]any); ok {
				f.object(file, line, o)
			}
		}
		return
	}
	if version, _ := object["apiVersion"].(string); kind != "Application" || !strings.HasPrefix(version, group+"/") {
		return
	}
	a, err := application(object)
	if err != nil {
		f.problem(file, line, err)
		return
	}
	a.File, a.Line = file, line
	f.Applications = append(f.Applications, a)
}

func (f *Found) problem(file string, line int, err error) {
	f.Problems = append(f.Problems, Problem{File: file, Line: line, Err: err})
}

// application reads one Application. Without a name or any source there is
// nothing to render: the document is then a patch for another one, or broken.
func application(object map[string]any) (Application, error) {
	var typed struct {
		Metadata struct {
			Name        string            `json:"name"`
			Namespace   string            `json:"namespace"`
			Annotations map[string]string `json:"annotations"`
			Finalizers  []string          `json:"finalizers"`
		} `json:"metadata"`
		Spec Spec `json:"spec"`
	}
	err := convert(object, &typed)
	a := Application{
		Name: typed.Metadata.Name, Namespace: typed.Metadata.Namespace,
		Annotations: typed.Metadata.Annotations, Finalizers: typed.Metadata.Finalizers,
		Spec: typed.Spec, Definition: withoutStatus(object),
	}
	switch sources, _ := a.EffectiveSources(); {
	case a.Name == "":
		return a, errors.New("expected an Application with metadata.name, found none")
	case err != nil:
		a.Invalid = fmt.Errorf("reading the definition: %w", err)
	case len(sources) == 0:
		return a, fmt.Errorf("expected Application %s to have spec.source or spec.sources, found neither: a patch is not previewed by itself", a.Name)
	}
	return a, nil
}

// convert goes through JSON, as the API server does.
func convert(from map[string]any, to any) error {
	data, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, to)
}

// withoutStatus is the part of an object that a user writes.
func withoutStatus(object map[string]any) map[string]any {
	kept := make(map[string]any, len(object))
	for k, v := range object {
		if k != "status" {
			kept[k] = v
		}
	}
	return kept
}

func duplicateOf(a, first *Application) Problem {
	return Problem{File: a.File, Line: a.Line, Err: fmt.Errorf(
		"Application %s is defined again; the definition in %s line %d is used", ID{a.Namespace, a.Name}, first.File, first.Line)}
}
