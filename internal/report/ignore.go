package report

import (
	"path"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/compare"
)

// ignored tells the changes that ignoreDifferences leaves out. What it says of
// managers of fields can't be followed: only the cluster knows them.
func (s scene) ignored(c compare.Change) bool {
	base, head, some := s.withoutIgnored(c)
	return some && compare.Equal(base, head)
}

// respected gives a change as a sync applies it: with the option
// RespectIgnoreDifferences, ignored fields stay as they are in the cluster.
func (s scene) respected(c compare.Change) compare.Change {
	if appOption(s.definition(), "RespectIgnoreDifferences") != "true" {
		return c
	}
	if base, head, some := s.withoutIgnored(c); some {
		c.Base, c.Head = &unstructured.Unstructured{Object: base}, &unstructured.Unstructured{Object: head}
	}
	return c
}

// withoutIgnored gives copies of a modified resource's objects without the
// ignored fields; some is false if there are none.
func (s scene) withoutIgnored(c compare.Change) (base, head map[string]any, some bool) {
	if c.Action != compare.Modify || c.Base == nil || c.Head == nil {
		return nil, nil, false
	}
	for _, d := range s.definition().Spec.IgnoreDifferences {
		if !concerns(d, headOf(c)) || len(d.JSONPointers)+len(d.JQPathExpressions) == 0 {
			continue
		}
		if !some {
			base, head, some = c.Base.DeepCopy().Object, c.Head.DeepCopy().Object, true
		}
		for _, expression := range d.JQPathExpressions {
			base, head = removeJQ(base, expression), removeJQ(head, expression)
		}
		for _, p := range d.JSONPointers {
			remove(base, pointer(p))
			remove(head, pointer(p))
		}
	}
	return base, head, some
}

// removeJQ leaves an object as it is where the expression can't be evaluated, as
// Argo CD does.
func removeJQ(object map[string]any, expression string) map[string]any {
	if left, err := withoutJQ(object, expression); err == nil {
		return left
	}
	return object
}

// concerns matches group and kind by pattern, as Argo CD does; an empty group
// is the core group.
func concerns(d argocd.IgnoreDifference, o object) bool {
	like := func(pattern, value string) bool { ok, err := path.Match(pattern, value); return ok && err == nil }
	return like(d.Group, o.group()) && like(d.Kind, o.text("kind")) &&
		(d.Name == "" || d.Name == o.text("metadata", "name")) &&
		(d.Namespace == "" || d.Namespace == o.text("metadata", "namespace"))
}

// pointer splits a JSON pointer (RFC 6901).
func pointer(p string) []string {
	steps := strings.Split(strings.TrimPrefix(p, "/"), "/")
	for i, step := range steps {
		steps[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
	}
	return steps
}
