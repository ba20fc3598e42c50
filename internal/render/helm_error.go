package render

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
)

// chartError explains why a directory could not be loaded as a chart.
func chartError(err error, dir string) error {
	err = fmt.Errorf("loading the chart: %w", shorten(err, dir))
	if strings.Contains(err.Error(), "Chart.yaml file is missing") || strings.Contains(err.Error(), "unable to detect chart") {
		return fault.InFile(fault.WithHint(err,
			"The directory is taken for a chart; its file must be named Chart.yaml exactly."), "Chart.yaml")
	}
	return err
}

// kubeVersionError is about a version that Argo CD passes on and Helm refuses.
func kubeVersionError(version string, err error) error {
	return fault.WithHint(fmt.Errorf("invalid kube version '%s': %w", version, err),
		"Write it as major.minor or major.minor.patch, such as 1.34.2.")
}

// atTemplate finds the innermost place that Helm names:
// "template: chart/templates/web.yaml:12:3" or "web/templates/web.yaml:12".
var atTemplate = regexp.MustCompile(`[^\s:(]+/((?:charts/[^\s:]+/)?templates/[^\s:]+:\d+)`)

// templateFile gives "templates/web.yaml:12" for an error that names a
// template, or "".
func templateFile(message string) string {
	if found := atTemplate.FindStringSubmatch(message); found != nil {
		return found[1]
	}
	return ""
}

// templateError names the template that err speaks of and adds the hint for
// the failures whose fix is known. Helm's own message is kept.
func templateError(err error, dir string) error {
	message := err.Error()
	file := templateFile(message)
	err = fmt.Errorf("rendering the chart: %w", shorten(err, dir))
	if hint := helmHint(message); hint != "" {
		err = fault.WithHint(err, "%s", hint)
	}
	if file != "" {
		return fault.InFile(err, file)
	}
	return err
}

// helmHint knows what to do about Helm's common messages.
func helmHint(message string) string {
	switch {
	case strings.Contains(message, "which is incompatible with Kubernetes"):
		return "Set kube-version to that of the destination cluster, or choose another version of the chart."
	case strings.Contains(message, "values don't meet the specifications of the schema"):
		return "Correct the values, or set helm.skipSchemaValidation as the Application would."
	case strings.Contains(message, "release name"):
		return "Set helm.releaseName to a lower-case name of at most 53 characters."
	case strings.Contains(message, "no matches for kind"), strings.Contains(message, "unable to build kubernetes objects"):
		return "Add the API version to api-versions if the destination cluster serves it."
	case strings.Contains(message, "nil pointer evaluating"):
		return "A value that the template reads is not set; set it, or guard it in the template."
	}
	return ""
}

// shorten makes the paths in a library's message relative to dir, which the
// reader never sees: it is a tree of this run or a private copy.
func shorten(err error, dir string) error {
	short := strings.NewReplacer(dir+"/", "", dir, ".").Replace(err.Error())
	return &shortened{message: short, err: err}
}

type shortened struct {
	message string
	err     error
}

func (s *shortened) Error() string { return s.message }
func (s *shortened) Unwrap() error { return s.err }
