package applicationset

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"
)

// templater replaces parameters in texts. It belongs to one ApplicationSet.
type templater struct {
	goTemplate bool
	options    []string // of text/template
	parsed     map[string]*template.Template
}

func newTemplater(s setSpec) (templater, error) {
	for _, option := range s.GoTemplateOptions {
		if !s.GoTemplate {
			break // nobody reads them
		}
		// text/template itself panics on what it doesn't know.
		if !slices.Contains([]string{"missingkey=default", "missingkey=invalid", "missingkey=zero", "missingkey=error"}, option) {
			return templater{}, fmt.Errorf("goTemplateOptions: expected missingkey=default, invalid, zero or error, found %q", option)
		}
	}
	return templater{goTemplate: s.GoTemplate, options: s.GoTemplateOptions, parsed: map[string]*template.Template{}}, nil
}

// replace renders one text. In the plain mode a tag that names no parameter, or
// one that isn't a string, stays as it is.
func (t templater) replace(text string, params map[string]any) (string, error) {
	if t.goTemplate {
		return t.execute(text, params, t.options)
	}
	return replaceTags(text, params)
}

// replaceTags is the plain mode: {{ name }}, with space around the name.
// Braces that open and close on different lines only are no tag, as for Argo
// CD, which first looks for a line that has both.
func replaceTags(text string, params map[string]any) (string, error) {
	if !slices.ContainsFunc(strings.Split(text, "\n"), hasTag) {
		return text, nil
	}
	var out strings.Builder
	for rest := text; ; {
		before, after, found := strings.Cut(rest, "{{")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		tag, behind, closed := strings.Cut(after, "}}")
		if !closed {
			return "", fmt.Errorf("expected }} after {{ in %q, found none", text)
		}
		if value, ok := params[strings.TrimSpace(tag)].(string); ok && strings.TrimSpace(tag) != "" {
			out.WriteString(value)
		} else {
			out.WriteString("{{" + tag + "}}")
		}
		rest = behind
	}
}

func hasTag(line string) bool {
	_, after, found := strings.Cut(line, "{{")
	return found && strings.Contains(after, "}}")
}

// deep replaces in every string of a value as JSON has it, also in the keys of
// maps. Keys without a value are dropped.
func (t templater) deep(value any, params map[string]any) (any, error) {
	switch v := value.(type) {
	case string:
		return t.replace(v, params)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			item, err := t.deep(v[i], params)
			if err != nil {
				return nil, err
			}
			out[i] = item
		}
		return out, nil
	case map[string]any:
		return t.deepMap(v, params)
	}
	return value, nil
}

func (t templater) deepMap(m, params map[string]any) (any, error) {
	out := make(map[string]any, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if m[key] == nil {
			continue
		}
		item, err := t.deep(m[key], params)
		if err != nil {
			return nil, err
		}
		if key, err = t.replace(key, params); err != nil {
			return nil, err
		}
		out[key] = item
	}
	return out, nil
}

// rendered replaces in all of from and reads the result into to.
func (t templater) rendered(from, to any, params map[string]any) error {
	var plain any
	if err := convert(from, &plain); err != nil {
		return err
	}
	filled, err := t.deep(plain, params)
	if err != nil {
		return err
	}
	return convert(filled, to)
}

// values adds the map "values" of a generator to its parameters. A value sees
// the generator's parameters and not the other values.
func (t templater) values(values map[string]string, params map[string]any) error {
	if len(values) == 0 {
		return nil
	}
	filled := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		text, err := t.replace(values[key], params)
		if err != nil {
			return fmt.Errorf("values.%s: %w", key, err)
		}
		filled[key] = text
	}
	if t.goTemplate {
		params["values"] = filled
		return nil
	}
	for key, text := range filled {
		params["values."+key] = text
	}
	return nil
}

// isMissingKey says whether a template failed on a parameter that isn't there.
func isMissingKey(err error) bool {
	var exec template.ExecError
	return errors.As(err, &exec) && (strings.Contains(err.Error(), "map has no entry for key") || strings.Contains(err.Error(), "can't evaluate field"))
}
