package compare

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// identity is Argo CD's key of a resource. The version is no part of it: an
// apiVersion bump within a group is one modified resource.
type identity struct {
	group, kind, namespace, name string
	// nameless is true for a generateName, and for no name at all. Several
	// resources may share such a key.
	nameless bool
}

// String gives "Deployment app/web", the way people name a resource.
func (id identity) String() string {
	name := id.name
	if id.namespace != "" {
		name = id.namespace + "/" + name
	}
	return visibleLine(strings.TrimSpace(id.kind + " " + name))
}

func (id identity) compare(other identity) int {
	return cmp.Or(
		cmp.Compare(id.kind, other.kind),
		cmp.Compare(id.namespace, other.namespace),
		cmp.Compare(id.name, other.name),
		cmp.Compare(id.group, other.group),
	)
}

// identify reads the key of an object. Odd metadata gives empty parts.
func identify(object map[string]any) identity {
	metadata, _ := object["metadata"].(map[string]any)
	id := identity{
		kind:      scalar(object["kind"]),
		namespace: scalar(metadata["namespace"]),
		name:      scalar(metadata["name"]),
	}
	if group, _, found := strings.Cut(scalar(object["apiVersion"]), "/"); found {
		id.group = group
	}
	if id.name == "" {
		id.nameless = true
		id.name = scalar(metadata["generateName"])
	}
	return id
}

// pair is one resource at both sides: indexes into the renders, -1 for none.
type pair struct {
	identity
	base, head int
}

// pair matches the objects of two renders, sorted by identity. Of duplicates
// the last one counts, as for Argo CD, and a warning says so.
func (c *Comparer) pair(base, head []*unstructured.Unstructured) (pairs []pair, warnings []string, err error) {
	bases, heads := index(base), index(head)
	ids := make([]identity, 0, len(bases))
	for id := range bases {
		ids = append(ids, id)
	}
	for id := range heads {
		if _, ok := bases[id]; !ok {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, identity.compare)

	for _, id := range ids {
		warnings = append(warnings, duplicates(id, len(bases[id]), len(heads[id]))...)
		if !id.nameless {
			pairs = append(pairs, pair{id, last(bases[id]), last(heads[id])})
			continue
		}
		matched, err := c.pairNameless(id, base, bases[id], head, heads[id])
		if err != nil {
			return nil, nil, fmt.Errorf("pairing %s: %w", id, err)
		}
		pairs = append(pairs, matched...)
	}
	return pairs, warnings, nil
}

// pairNameless matches resources that share a generateName: first those with
// the same content, then the others in their order.
func (c *Comparer) pairNameless(id identity, base []*unstructured.Unstructured, bases []int,
	head []*unstructured.Unstructured, heads []int,
) ([]pair, error) {
	byContent := map[digest][]int{}
	for _, h := range heads {
		sum, err := c.digestObject(head[h])
		if err != nil {
			return nil, err
		}
		byContent[sum] = append(byContent[sum], h)
	}
	var pairs []pair
	var restOfBase []int
	taken := map[int]bool{}
	for _, b := range bases {
		sum, err := c.digestObject(base[b])
		if err != nil {
			return nil, err
		}
		same := byContent[sum]
		if len(same) == 0 {
			restOfBase = append(restOfBase, b)
			continue
		}
		pairs = append(pairs, pair{id, b, same[0]})
		taken[same[0]] = true
		byContent[sum] = same[1:]
	}
	restOfHead := slices.DeleteFunc(slices.Clone(heads), func(h int) bool { return taken[h] })
	for i := range max(len(restOfBase), len(restOfHead)) {
		pairs = append(pairs, pair{id, nth(restOfBase, i), nth(restOfHead, i)})
	}
	return pairs, nil
}

func (c *Comparer) digestObject(u *unstructured.Unstructured) (digest, error) {
	// JSON sorts the keys and writes 1 and 1.0 alike.
	content, err := json.Marshal(u.Object)
	if err != nil {
		return digest{}, fmt.Errorf("encoding as JSON: %w", err)
	}
	return c.digest(content), nil
}

// duplicates warns of a named resource that appears more than once at a side.
func duplicates(id identity, atBase, atHead int) []string {
	var warnings []string
	warn := func(side string, n int) {
		if n > 1 && !id.nameless {
			warnings = append(warnings,
				fmt.Sprintf("%s appears %d times at %s; Argo CD keeps the last one", id, n, side))
		}
	}
	warn("base", atBase)
	warn("head", atHead)
	return warnings
}

// index groups the objects by identity, keeping their order.
func index(objects []*unstructured.Unstructured) map[identity][]int {
	groups := make(map[identity][]int, len(objects))
	for i, u := range objects {
		id := identify(u.Object)
		groups[id] = append(groups[id], i)
	}
	return groups
}

func last(indexes []int) int { return nth(indexes, len(indexes)-1) }

func nth(indexes []int, i int) int {
	if i < 0 || i >= len(indexes) {
		return -1
	}
	return indexes[i]
}
