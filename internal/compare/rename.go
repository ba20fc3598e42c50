package compare

import (
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// renames finds resources that go away and come back with the same content under
// another name, or in another namespace. Both changes stay, for Argo CD deletes
// the one and creates the other; they name each other, and the diff of both
// shows what differs alone. base and head are the renders before masking.
func (c *Comparer) renames(r *Result, base, head []*unstructured.Unstructured) error {
	removed, err := c.bySubstance(r, Remove, base)
	if err != nil || len(removed) == 0 {
		return err
	}
	added, err := c.bySubstance(r, Add, head)
	if err != nil {
		return err
	}
	for sum, gone := range removed {
		for k := range min(len(gone), len(added[sum])) {
			if err := rename(&r.Changes[gone[k]], &r.Changes[added[sum][k]]); err != nil {
				return err
			}
		}
	}
	return nil
}

// rename joins two changes.
func rename(from, to *Change) error {
	_, diff, err := compareObjects(from.Base.Object, to.Head.Object)
	if err != nil {
		return fmt.Errorf("comparing %s with %s: %w", from.title(), to.title(), err)
	}
	from.RenamedTo, to.RenamedFrom = to.title(), from.title()
	from.Diff, to.Diff = diff, diff
	return nil
}

// title is how a reader names the resource: "ConfigMap shop/web".
func (c *Change) title() string {
	name := c.Name
	if c.Namespace != "" {
		name = c.Namespace + "/" + name
	}
	return strings.TrimSpace(c.Kind + " " + name)
}

func (c *Change) identity() identity {
	if c.Base != nil {
		return identify(c.Base.Object)
	}
	return identify(c.Head.Object)
}

// bySubstance groups changes by what their resources hold, in their order.
func (c *Comparer) bySubstance(r *Result, action Action, objects []*unstructured.Unstructured) (map[digest][]int, error) {
	found := map[digest][]int{}
	all := index(objects)
	for i, change := range r.Changes {
		if change.Action != action {
			continue
		}
		id := change.identity()
		u := at(objects, last(all[id]))
		if u == nil {
			continue
		}
		sum, ok, err := c.substance(u, id)
		if err != nil {
			return nil, err
		}
		if ok {
			found[sum] = append(found[sum], i)
		}
	}
	return found, nil
}

// substance is a digest of a resource without its name and namespace, wherever
// it says them. One that says nothing else has none.
func (c *Comparer) substance(u *unstructured.Unstructured, id identity) (sum digest, ok bool, err error) {
	if id.nameless || len(u.Object) <= len([]string{"apiVersion", "kind", "metadata"}) {
		return sum, false, nil
	}
	content, err := json.Marshal(anonymous(u.Object, id))
	if err != nil {
		return sum, false, fmt.Errorf("encoding as JSON: %w", err)
	}
	return c.digest(content), true, nil
}

// anonymous copies a value with blanks for the name and the namespace.
func anonymous(value any, id identity) any {
	switch v := value.(type) {
	case map[string]any:
		result := make(map[string]any, len(v))
		for key, entry := range v {
			result[key] = anonymous(entry, id)
		}
		return result
	case []any:
		result := make([]any, len(v))
		for i, entry := range v {
			result[i] = anonymous(entry, id)
		}
		return result
	case string:
		if id.namespace != "" && v == id.namespace {
			return "\x00namespace"
		}
		return strings.ReplaceAll(v, id.name, "\x00name")
	}
	return value
}
