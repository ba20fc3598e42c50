package compare

import (
	"fmt"

	"github.com/gonvenience/ytbx"
	"github.com/homeport/dyff/pkg/dyff"
	"go.yaml.in/yaml/v3"
)

// compareObjects finds what differs between two masked objects and writes it
// down. Both results are empty if nothing does.
func compareObjects(base, head any) ([]PathChange, string, error) {
	base, err := plain(base)
	if err != nil {
		return nil, "", fmt.Errorf("reading base: %w", err)
	}
	head, err = plain(head)
	if err != nil {
		return nil, "", fmt.Errorf("reading head: %w", err)
	}
	if equal(base, head) {
		return nil, "", nil
	}
	u := unfold(base, head)
	diffs, err := semanticDiffs(u.base, u.head)
	if err != nil {
		return nil, "", err
	}
	w := writer{base: u.base, head: u.head, sections: map[string]*section{}}
	for _, d := range diffs {
		if err := w.write(d); err != nil {
			return nil, "", err
		}
	}
	w.notes(u.notes, base, head)
	if text := w.text(); text != "" && !w.lost {
		return w.paths, text, nil
	}
	text, err := lineByLine(base, head)
	return nil, text, err
}

// semanticDiffs asks dyff. It gives none if the pair is so large that dyff,
// whose time grows with the square of a list's length, would take long. The
// bound counts work and not time, so that it is the same on every machine.
//
// Only dyff's comparison is used. It reads no global settings; its printers
// do, which is one reason why the writer is our own.
func semanticDiffs(base, head any) ([]dyff.Diff, error) {
	var b nodeBuilder
	from, to, err := b.documents(base, head)
	if err != nil {
		return nil, fmt.Errorf("reading the pair: %w", err)
	}
	if b.cost > pairCost || b.depth > maxDepth {
		return nil, nil
	}
	report, err := dyff.CompareInputFiles(
		ytbx.InputFile{Documents: []*yaml.Node{from}},
		ytbx.InputFile{Documents: []*yaml.Node{to}},
		// The pair is known to be one: dyff's entity detection would take an
		// apiVersion bump for two resources.
		dyff.KubernetesEntityDetection(false),
		dyff.AdditionalIdentifiers(schemeKeys()...),
		dyff.IgnoreOrderChanges(false),
	)
	if err != nil {
		return nil, fmt.Errorf("comparing with dyff: %w", err)
	}
	return report.Diffs, nil
}
