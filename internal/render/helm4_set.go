package render

import "helm.sh/helm/v4/pkg/strvals"

func (helm4Engine) set(text string, values map[string]any) error {
	return strvals.ParseInto(text, values)
}

func (helm4Engine) setString(text string, values map[string]any) error {
	return strvals.ParseIntoString(text, values)
}

func (helm4Engine) setText(name, text string, values map[string]any) error {
	return strvals.ParseIntoFile(name+"=file", values, func([]rune) (any, error) { return text, nil })
}
