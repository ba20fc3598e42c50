package compare

import (
	"cmp"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Options shapes a comparison. The zero value is what Argo CD does by default.
type Options struct {
	// SensitiveAnnotations are annotations of Secrets whose values are masked,
	// as argocd-cm's resource.sensitive.mask.annotations names them. kubectl's
	// last-applied-configuration is always masked.
	SensitiveAnnotations []string
	// Redact names more values to mask, in other kinds.
	Redact []Rule
	// Hide gives a text without the secrets that are known, each as "<masked>"; nil
	// knows none. It must be complete before the first comparison.
	Hide func(text string) string
}

// Result is what differs between two renders.
type Result struct {
	// Changes is sorted: removed, modified, added; then by kind, namespace and
	// name.
	Changes []Change
	// Unchanged counts the resources that are equal on both sides.
	Unchanged int
	// Base and Head are the renders in the order given, with the Secrets'
	// values masked. Everything else is shared with the input.
	Base, Head []*unstructured.Unstructured
	// Warnings names the duplicates, of which only the last one counts.
	Warnings []string
	// Volatile names what differs from one render of base to the next, as "Kind
	// namespace/name path" or, for names that are made up, "Kind
	// namespace/name-…"; sorted. Only Settle fills it in.
	Volatile []string
}

// Comparer compares renders. It keeps nothing between two calls and may be
// used by several goroutines.
type Comparer struct {
	key     []byte
	options Options
}

// New makes a Comparer. key keys the digests by which secret values are
// compared; it should be random and live for one run.
func New(key []byte, o Options) *Comparer {
	return &Comparer{key: slices.Clone(key), options: o}
}

// Hiding gives a Comparer with other secrets to hide; see Options.
func (c *Comparer) Hiding(hide func(text string) string) *Comparer {
	other := *c
	other.options.Hide = hide
	return &other
}

// Compare pairs the objects of two renders and finds what differs. It never
// writes to its input. An error means that an object holds something that is
// not JSON.
func (c *Comparer) Compare(base, head []*unstructured.Unstructured) (Result, error) {
	base, head = withoutNil(base), withoutNil(head)
	pairs, warnings, err := c.pair(base, head)
	if err != nil {
		return Result{}, err
	}
	r := Result{Base: make([]*unstructured.Unstructured, len(base)), Head: make([]*unstructured.Unstructured, len(head)), Warnings: warnings}
	for _, p := range pairs {
		change, err := c.comparePair(&r, p, at(base, p.base), at(head, p.head))
		if err != nil {
			return Result{}, fmt.Errorf("comparing %s: %w", p.identity, err)
		}
		if change == nil {
			r.Unchanged++
			r.share(p)
			continue
		}
		r.Changes = append(r.Changes, *change)
	}
	c.maskRest(r.Base, base)
	c.maskRest(r.Head, head)
	sortChanges(r.Changes)
	return r, c.renames(&r, base, head)
}

// comparePair masks one resource at the sides that have it, and compares these.
func (c *Comparer) comparePair(r *Result, p pair, base, head *unstructured.Unstructured) (*Change, error) {
	switch {
	case head == nil:
		r.Base[p.base] = c.maskOne(base)
	case base == nil:
		r.Head[p.head] = c.maskOne(head)
	case equal(base.Object, head.Object):
		r.Base[p.base] = c.maskOne(base)
		r.Head[p.head] = r.Base[p.base]
		return nil, nil
	default:
		r.Base[p.base], r.Head[p.head] = c.maskPair(base, head)
	}
	return compareOne(at(r.Base, p.base), at(r.Head, p.head))
}

// maskRest masks the duplicates, which are in no pair.
func (c *Comparer) maskRest(masked, objects []*unstructured.Unstructured) {
	for i, u := range objects {
		if masked[i] == nil {
			masked[i] = c.maskOne(u)
		}
	}
}

// share makes one object of two that are equal, so that whoever goes on with the
// renders does it once.
func (r *Result) share(p pair) {
	if base, head := at(r.Base, p.base), at(r.Head, p.head); base != nil && head != nil && equal(base.Object, head.Object) {
		r.Head[p.head] = base
	}
}

// compareOne gives the change between two masked objects, one of which may be
// nil, or nil if they mean the same.
func compareOne(base, head *unstructured.Unstructured) (*Change, error) {
	if base != nil && head != nil && equal(base.Object, head.Object) {
		return nil, nil
	}
	change := describe(base, head)
	var err error
	switch change.Action {
	case Remove:
		change.Diff, err = wholeManifest(base.Object, '-')
	case Add:
		change.Diff, err = wholeManifest(head.Object, '+')
	case Modify:
		respelled, _ := respell(typeOf(head.Object), "", base.Object, head.Object)
		change.Paths, change.Diff, err = compareObjects(respelled, head.Object)
		change.Summary = summarize(base.Object, head.Object)
	}
	if err != nil || change.Diff == "" {
		return nil, err
	}
	return change, nil
}

// describe fills in all but the difference. Head tells what a modified
// resource is; base only what is removed.
func describe(base, head *unstructured.Unstructured) *Change {
	action, u := Modify, head
	switch {
	case head == nil:
		action, u = Remove, base
	case base == nil:
		action = Add
	}
	id := identify(u.Object)
	return &Change{
		Action:     action,
		APIVersion: scalar(u.Object["apiVersion"]),
		Kind:       id.kind,
		Namespace:  id.namespace,
		Name:       id.name,
		Hook:       Hook(u.Object),
		Base:       base,
		Head:       head,
	}
}

func sortChanges(changes []Change) {
	rank := map[Action]int{Remove: 0, Modify: 1, Add: 2}
	slices.SortStableFunc(changes, func(a, b Change) int {
		return cmp.Or(
			cmp.Compare(rank[a.Action], rank[b.Action]),
			cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Namespace, b.Namespace),
			cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.APIVersion, b.APIVersion),
		)
	})
}

// at gives objects[i], or nil for a side that has none.
func at(objects []*unstructured.Unstructured, i int) *unstructured.Unstructured {
	if i < 0 {
		return nil
	}
	return objects[i]
}

func withoutNil(objects []*unstructured.Unstructured) []*unstructured.Unstructured {
	isNil := func(u *unstructured.Unstructured) bool { return u == nil }
	if !slices.ContainsFunc(objects, isNil) {
		return objects
	}
	return slices.DeleteFunc(slices.Clone(objects), isNil)
}
