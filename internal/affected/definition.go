package affected

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// shown bounds how many changed fields one reason names.
const shown = 4

// definition gives the reasons that lie in the Application's own document.
func definition(p Pair, changed []string) []string {
	switch {
	case p.Base == nil:
		return []string{definer(p, changed) + " adds the Application"}
	case p.Head == nil:
		return []string{definer(p, changed) + " no longer defines the Application"}
	}
	var reasons []string
	if p.RenamedFrom.Name != "" {
		reasons = append(reasons, fmt.Sprintf("renamed from %s: Argo CD deletes that one and creates this one", p.RenamedFrom))
	}
	fields := changedFields("", p.Base.Definition, p.Head.Definition)
	if p.RenamedFrom.Name != "" {
		fields = slices.DeleteFunc(fields, func(f string) bool { return f == "metadata.name" || f == "metadata.namespace" })
	}
	if len(fields) > 0 {
		reasons = append(reasons, fmt.Sprintf("%s changes %s", definer(p, changed), list(fields)))
	}
	return reasons
}

// unknown is the reason where one side lacks the Application and may have it.
func unknown(p Pair) string {
	if p.Base == nil {
		return "nobody can say whether base has it"
	}
	return "nobody can say whether head has it"
}

// definer is what an Application's definition comes from: a file, the render of
// its parent, or an ApplicationSet.
func definer(p Pair, changed []string) string {
	a := p.Either()
	if a.Set != "" {
		return generator(p, changed)
	}
	if n := len(a.Parents); n > 0 {
		return "the render of " + a.Parents[n-1].String()
	}
	return a.File
}

// list names the first few of many.
func list(names []string) string {
	if len(names) <= shown {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more fields", strings.Join(names[:shown], ", "), len(names)-shown)
}

// changedFields gives the paths of the fields that differ, sorted, going down
// into maps only.
func changedFields(path string, a, b any) []string {
	am, aok := a.(map[string]any)
	bm, bok := b.(map[string]any)
	if aok && bok && reflect.ValueOf(am).Pointer() == reflect.ValueOf(bm).Pointer() {
		return nil // of a document that was parsed once for both sides
	}
	if !aok || !bok {
		if reflect.DeepEqual(a, b) {
			return nil
		}
		return []string{path}
	}
	keys := maps.Clone(am)
	maps.Copy(keys, bm)
	var fields []string
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		fields = append(fields, changedFields(strings.TrimPrefix(path+"."+key, "."), am[key], bm[key])...)
	}
	return fields
}
