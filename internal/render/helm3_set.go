package render

import "helm.sh/helm/v3/pkg/strvals"

func (helm3Engine) set(text string, values map[string]any) error {
	return strvals.ParseInto(text, values)
}

func (helm3Engine) setString(text string, values map[string]any) error {
	return strvals.ParseIntoString(text, values)
}

func (helm3Engine) setText(name, text string, values map[string]any) error {
	return strvals.ParseIntoFile(name+"=file", values, func([]rune) (any, error) { return text, nil })
}
