package compare

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/gonvenience/ytbx"
)

// path leads to a value inside an object.
type path []ytbx.PathElement

// simple is what stands in a path between dots; all else is put in brackets,
// as Kubernetes does it in its messages.
var simple = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// String gives the dot style: spec.template.spec.containers.app.args[0],
// metadata.labels[app.kubernetes.io/name]. Entries of a list that have a name
// are called by it. It is one line, whatever the keys are.
func (p path) String() string {
	var b strings.Builder
	for _, step := range p {
		switch {
		case isIndex(step):
			b.WriteString("[" + strconv.Itoa(step.Idx) + "]")
		case simple.MatchString(step.Name):
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step.Name)
		default:
			b.WriteString("[" + oneLine(step.Name) + "]")
		}
	}
	return b.String()
}

// id tells any two paths apart, which String does not for very long keys.
func (p path) id() string {
	var b strings.Builder
	for _, step := range p {
		b.WriteString(strconv.Quote(step.Key) + strconv.Quote(step.Name) + strconv.Itoa(step.Idx))
	}
	return b.String()
}

func (p path) key(name string) path {
	return append(p[:len(p):len(p)], ytbx.PathElement{Idx: -1, Name: name})
}

// entry is the path of the entry of a list that a scheme names.
func (p path) entry(scheme, name string) path {
	return append(p[:len(p):len(p)], ytbx.PathElement{Idx: -1, Key: schemeKey + scheme, Name: name})
}

// field is the key that the value stands under; "" for an entry of a list.
func (p path) field() string {
	if len(p) == 0 || isIndex(p[len(p)-1]) || p[len(p)-1].Key != "" {
		return ""
	}
	return p[len(p)-1].Name
}

func (p path) parent() path { return p[:len(p)-1] }

func isIndex(step ytbx.PathElement) bool { return step.Idx >= 0 }

// lookup follows the path from a plain value. It finds nothing where the path
// leads nowhere.
func (p path) lookup(value any) (found any, ok bool) {
	for _, step := range p {
		switch v := value.(type) {
		case map[string]any:
			value, ok = v[step.Name]
		case []any:
			value, ok = entry(v, step)
		default:
			ok = false
		}
		if !ok {
			return nil, false
		}
	}
	return value, true
}

func entry(list []any, step ytbx.PathElement) (any, bool) {
	if isIndex(step) {
		if step.Idx >= len(list) {
			return nil, false
		}
		return list[step.Idx], true
	}
	for _, e := range list {
		if name, ok := entryName(e, strings.TrimPrefix(step.Key, schemeKey)); ok && name == step.Name {
			return e, true
		}
	}
	return nil, false
}
