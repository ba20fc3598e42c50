package action

import (
	"fmt"

	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/report"
)

// writeFound writes the Applications of the revision, or of head, to files as
// Argo CD would hold them: without a status, and with what an ApplicationSet or
// a chart filled in.
func (d *comparison) writeFound() error {
	for _, a := range d.found[1].Applications {
		text, err := yaml.Marshal(a.Definition)
		if err != nil {
			return fmt.Errorf("writing Application %s: %w", a.Name, err)
		}
		id := a.ID(d.in.controlPlane)
		if err := report.WriteFile(d.in.outputDir, report.ManifestFile(id.Namespace, id.Name), text); err != nil {
			return err
		}
	}
	return nil
}

// listStatus is the exit status of a list. It is incomplete if Argo CD would
// refuse an Application, if one that may render others could not be rendered, or
// if an ApplicationSet could not be expanded.
func (d *comparison) listStatus(k *kitchen) int {
	status := exitDone
	for i := range d.found[1].Applications {
		a := &d.found[1].Applications[i]
		lost := k.lost[1][a.ID(d.in.controlPlane)]
		switch {
		case a.Invalid != nil:
			d.log.fail(a.File, a.Line, fmt.Sprintf("Application %s: %v", a.Name, a.Invalid))
		case lost != nil:
			complain(d.log, a, &rendered{Render: report.Render{Err: fmt.Errorf("what it renders is unknown, and may be Applications: %w", lost)}})
		default:
			continue
		}
		status = exitIncomplete
	}
	if unknown := d.unexpanded(); unknown != "" {
		d.log.fail("", 0, unknown)
		status = exitIncomplete
	}
	return status
}
