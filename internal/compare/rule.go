package compare

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Rule names values to mask beside those of Secrets.
type Rule struct {
	// Group and Kind are patterns of path.Match; a Group of "*" is any.
	Group, Kind string
	// Path leads to the value; "*" is any key or any entry of a list. Empty is all
	// but apiVersion, kind and metadata.
	Path []string
}

// ParseRule reads "KIND [PATH]" or "GROUP/KIND [PATH]", such as "ConfigMap
// data.password", "ConfigMap data[app.properties]" or "*.example.com/Vault
// spec.users.*.token". Without GROUP it is every group.
func ParseRule(text string) (Rule, error) {
	fields := strings.Fields(text)
	if len(fields) == 0 || len(fields) > 2 {
		return Rule{}, fmt.Errorf("expected KIND PATH, found %q", text)
	}
	r := Rule{Group: "*", Kind: fields[0]}
	if group, kind, ok := strings.Cut(fields[0], "/"); ok {
		r.Group, r.Kind = group, kind
	}
	for _, pattern := range []string{r.Group, r.Kind} {
		if _, err := filepath.Match(pattern, ""); err != nil || pattern == "" {
			return Rule{}, fmt.Errorf("expected a pattern for group and kind, found %q", fields[0])
		}
	}
	var err error
	if len(fields) == 2 {
		r.Path, err = parseSteps(fields[1])
	}
	return r, err
}

// parseSteps splits a path at its dots; what is in brackets is one step.
func parseSteps(text string) ([]string, error) {
	var steps []string
	for rest := text; rest != ""; {
		if inner, ok := strings.CutPrefix(rest, "["); ok {
			step, after, closed := strings.Cut(inner, "]")
			if !closed || step == "" {
				return nil, fmt.Errorf("expected a path such as spec.users.*.token or data[app.properties], found %q", text)
			}
			steps, rest = append(steps, step), strings.TrimPrefix(after, ".")
			continue
		}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		if end == 0 {
			return nil, fmt.Errorf("expected a path such as spec.users.*.token or data[app.properties], found %q", text)
		}
		steps = append(steps, rest[:end])
		rest = strings.TrimPrefix(rest[end:], ".")
	}
	return steps, nil
}

// concerns says whether a rule is for an object.
func (r Rule) concerns(object map[string]any) bool {
	id := identify(object)
	group, errGroup := filepath.Match(r.Group, id.group)
	kind, errKind := filepath.Match(r.Kind, id.kind)
	return group && kind && errGroup == nil && errKind == nil
}
