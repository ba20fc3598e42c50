package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/compare"
)

func immutable(s scene, c compare.Change) []Danger {
	base, head := baseOf(c), headOf(c)
	if c.Action != compare.Modify || c.Hook != "" && replacedHook(base) {
		return nil
	}
	var found []Danger
	for _, f := range frozenFields()[head.kind()] {
		if f.when != nil && !f.when(base, head) || f.same(base, head) {
			continue
		}
		path := strings.Join(f.path, ".")
		message, fails := s.refusal(head, path)
		found = append(found, Danger{Path: path, Message: message, FailsSync: fails})
	}
	return found
}

// replacedHook is true for a hook that is deleted before it would be applied a
// second time.
func replacedHook(o object) bool {
	policies := hookPolicies(o)
	return slices.Contains(policies, "BeforeHookCreation") || slices.Contains(policies, "HookSucceeded")
}

// refusal says what a sync makes of a field that can't change. A binding's
// roleRef is special: without server-side apply Argo CD goes through kubectl
// auth reconcile, which deletes and creates the binding.
func (s scene) refusal(head object, path string) (message string, fails bool) {
	kind, def := head.text("kind"), s.definition()
	switch {
	case recreates(def, head):
		return fmt.Sprintf("Kubernetes does not let %s change: Force=true makes the sync delete the %s and create it anew.", path, kind), false
	case path == "roleRef" && option(def, head, "ServerSideApply") != "true" && option(def, head, "Replace") != "true":
		return fmt.Sprintf("Kubernetes does not let roleRef change: the sync deletes the %s and creates it anew.", kind), false
	case kind == "Job":
		return fmt.Sprintf("Kubernetes does not let %s change: the sync fails while the Job is there.", path), false
	}
	return fmt.Sprintf("Kubernetes does not let %s change: the sync will fail.", path), true
}

// frozen is a field that no update may change.
type frozen struct {
	path []string
	// fallback is what the API server fills in.
	fallback any
	// except are fields below it that may change.
	except []string
	// when limits it to some objects; nil for all.
	when func(base, head object) bool
	// differs replaces the comparison of the values; nil for their equality.
	differs func(base, head any) bool
	// bare says that differs reads what is written, empty fields and all.
	bare bool
}

// same compares the field as the API server sees it.
func (f frozen) same(base, head object) bool {
	if !f.bare {
		return f.sameNormal(base, head)
	}
	return !f.differs(base.at(f.path...), head.at(f.path...))
}

func (f frozen) sameNormal(base, head object) bool {
	before, after := f.value(base), f.value(head)
	if f.differs != nil {
		return !f.differs(before, after)
	}
	return compare.Equal(before, after)
}

func (f frozen) value(o object) any {
	value := o.at(f.path...)
	if isEmpty(value) {
		value = f.fallback
	}
	value = normal(value)
	if m, ok := value.(map[string]any); ok {
		for _, path := range f.except {
			drop(m, strings.Split(path, "."))
		}
		if isEmpty(m) {
			return nil
		}
	}
	return value
}

// drop deletes a field; "*" stands for every entry of a list.
func drop(value any, path []string) {
	if list, ok := value.([]any); ok && path[0] == "*" {
		for _, entry := range list {
			drop(entry, path[1:])
		}
		return
	}
	m, ok := value.(map[string]any)
	switch {
	case !ok:
	case len(path) == 1:
		delete(m, path[0])
	default:
		drop(m[path[0]], path[1:])
	}
}

// isEmpty is true for what the API server takes as absent.
func isEmpty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}
