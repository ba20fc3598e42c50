package applicationset

import (
	"fmt"
	"strings"
	"sync"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
)

// maxTpl is how deep the function tpl may call itself.
const maxTpl = 3

// functions are those of Argo CD's Go templates: sprig's, without what reads
// the machine's environment, and a few more. tpl is added to each template.
func functions() template.FuncMap {
	all := template.FuncMap(sprig.GenericFuncMap())
	for _, name := range []string{"env", "expandenv", "getHostByName"} {
		delete(all, name)
	}
	all["normalize"] = normalize
	all["slugify"] = slugify
	all["toYaml"] = func(v any) (string, error) {
		data, err := yaml.Marshal(v)
		return strings.TrimSuffix(string(data), "\n"), err
	}
	all["fromYaml"] = func(text string) (map[string]any, error) {
		m := map[string]any{}
		return m, yaml.Unmarshal([]byte(text), &m)
	}
	all["fromYamlArray"] = func(text string) ([]any, error) {
		list := []any{}
		err := yaml.Unmarshal([]byte(text), &list)
		return list, err
	}
	return all
}

// base has the functions that all templates have, and no text.
var base = sync.OnceValue(func() *template.Template { return template.New("base").Funcs(functions()) })

// parse makes each text a template of its own, once: there are few texts and many
// sets of parameters.
func (t templater) parse(text string, options []string) (*template.Template, error) {
	key := strings.Join(options, ",") + "\n" + text
	if parsed := t.parsed[key]; parsed != nil {
		return parsed, nil
	}
	parent, err := base().Clone()
	if err != nil {
		return nil, fmt.Errorf("preparing a template: %w", err)
	}
	parent = parent.Option(options...)
	parent.Funcs(template.FuncMap{"tpl": tpl(parent)})
	parsed, err := parent.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("parsing the template %q: %w", text, err)
	}
	t.parsed[key] = parsed
	return parsed, nil
}

// execute renders a Go template.
func (t templater) execute(text string, params map[string]any, options []string) (string, error) {
	if !strings.Contains(text, "{{") {
		return text, nil
	}
	parsed, err := t.parse(text, options)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if err := parsed.Execute(&out, params); err != nil {
		return "", fmt.Errorf("executing the template %q: %w", text, err)
	}
	return out.String(), nil
}

// tpl is a function that renders a text as a template with parent's options and
// functions. Unlike the template around it, it prints nothing for what is
// missing.
func tpl(parent *template.Template) func(string, any) (string, error) {
	depth := 0
	return func(text string, values any) (string, error) {
		depth++
		defer func() { depth-- }()
		if depth > maxTpl {
			return "", fmt.Errorf("expected tpl to call itself at most %d deep", maxTpl)
		}
		child, err := parent.Clone()
		if err == nil {
			child, err = child.New(parent.Name()).Parse(text)
		}
		if err != nil {
			return "", fmt.Errorf("parsing %q for tpl: %w", text, err)
		}
		var out strings.Builder
		if err := child.Execute(&out, values); err != nil {
			return "", fmt.Errorf("executing %q for tpl: %w", text, err)
		}
		return strings.ReplaceAll(out.String(), "<no value>", ""), nil
	}
}
