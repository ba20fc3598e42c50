package argocd

import "sigs.k8s.io/yaml"

// Overridden gives the source as the text of an override file (.argocd-source.yaml)
// adds to it: lists are replaced, maps are merged. It shares nothing with s. What
// names the source stays; a render knows more about what a null does.
func (s Source) Overridden(text []byte) (Source, error) {
	before, err := yaml.Marshal(s)
	if err != nil {
		return s, err
	}
	var over Source
	if err := yaml.Unmarshal(before, &over); err != nil {
		return s, err
	}
	if err := yaml.Unmarshal(text, &over); err != nil {
		return s, err
	}
	over.RepoURL, over.Path, over.TargetRevision, over.Chart, over.Ref = s.RepoURL, s.Path, s.TargetRevision, s.Chart, s.Ref
	return over, nil
}
