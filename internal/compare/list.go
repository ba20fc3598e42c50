package compare

import (
	"maps"
	"slices"
	"strings"

	"github.com/homeport/dyff/pkg/dyff"
	"go.yaml.in/yaml/v3"
)

// listEntries writes what happened to the entries of a list that has an
// identifier: added, removed, reordered. The text is written once per list,
// the paths once per detail.
func (w *writer) listEntries(at path, detail dyff.Detail, textDone bool) error {
	from, okFrom := at.lookup(w.base)
	to, okTo := at.lookup(w.head)
	before, isListBefore := from.([]any)
	after, isListAfter := to.([]any)
	id := scheme(at.field(), before, after)
	if !okFrom || !okTo || !isListBefore || !isListAfter || id == "" {
		w.lost = true
		return nil
	}
	if !textDone {
		lines, err := namedListDiff(at, id, before, after)
		if err != nil {
			return err
		}
		w.addSection(at, lines)
	}
	switch detail.Kind {
	case dyff.ADDITION:
		return w.addEntries(at, id, Add, after, before)
	case dyff.REMOVAL:
		return w.addEntries(at, id, Remove, before, after)
	}
	order := PathChange{Path: at.String(), Action: Modify}
	order.From, order.To = oneLiners(names(detail.From), names(detail.To), maxValue)
	w.paths = append(w.paths, order)
	return nil
}

// addEntries notes the entries of a list that another one lacks.
func (w *writer) addEntries(at path, id string, action Action, list, other []any) error {
	there := nameSet(other, id)
	for _, e := range list {
		name, _ := entryName(e, id)
		if there[name] {
			continue
		}
		if err := w.addOneSided(at.entry(id, name), action, e); err != nil {
			return err
		}
	}
	return nil
}

// namedListDiff shows the entries that came or went in full, and where: those
// on both sides are one line each. A change of order is seen the same way.
func namedListDiff(at path, id string, before, after []any) ([]string, error) {
	from, err := collapsed(before, id, nameSet(after, id))
	if err != nil {
		return nil, err
	}
	to, err := collapsed(after, id, nameSet(before, id))
	if err != nil {
		return nil, err
	}
	title := func(hunk) string { return headLine(at.String()) }
	lines := hunkLines(diffLines(from, to), title)
	if len(lines) > 0 && orderChanged(before, after, id) {
		lines = slices.Insert(lines, 1, "! order changed")
	}
	return lines, nil
}

// collapsed writes a list of maps as YAML, the identifier first. Of the entries
// in common there is only the identifier.
func collapsed(list []any, id string, common map[string]bool) ([]string, error) {
	var lines []string
	for _, e := range list {
		fields := maps.Clone(e.(map[string]any))
		name, _ := entryName(e, id)
		first, err := yamlLines([]any{taken(fields, id)})
		if err != nil {
			return nil, err
		}
		lines = append(lines, first...)
		if common[name] || len(fields) == 0 {
			continue
		}
		rest, err := yamlLines(fields)
		if err != nil {
			return nil, err
		}
		for _, text := range rest {
			if text != "" {
				text = "  " + text
			}
			lines = append(lines, text)
		}
	}
	return lines, nil
}

// taken takes the fields of a scheme out of an entry.
func taken(fields map[string]any, scheme string) map[string]any {
	found := map[string]any{}
	for _, f := range strings.Split(scheme, "+") {
		if value, there := fields[f]; there {
			found[f] = value
			delete(fields, f)
		}
	}
	return found
}

// orderChanged is true if the entries in common come in another order.
func orderChanged(before, after []any, id string) bool {
	return !slices.Equal(commonNames(before, after, id), commonNames(after, before, id))
}

func commonNames(list, other []any, id string) []string {
	there := nameSet(other, id)
	var result []string
	for _, e := range list {
		if name, _ := entryName(e, id); there[name] {
			result = append(result, name)
		}
	}
	return result
}

// names joins the names in a change of order.
func names(list *yaml.Node) string {
	var result []string
	for _, n := range list.Content {
		result = append(result, n.Value)
	}
	return strings.Join(result, ", ")
}
