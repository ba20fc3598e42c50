package source

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
	"helm.sh/helm/v3/pkg/repo"

	"github.com/argoplan/argoplan/internal/fault"
)

// shown is how many names or versions an error lists.
const shown = 5

// resolve finds the entry of the index that Argo CD would pull, and the
// version that it calls the revision: an exact version as it is written, a
// constraint as the highest version that satisfies it. A constraint takes
// pre-releases only if it names one.
func resolve(index *repo.IndexFile, chart, version string) (*repo.ChartVersion, string, error) {
	if version == "" {
		return nil, "", errNoVersion()
	}
	entries, ok := index.Entries[chart]
	if !ok || len(entries) == 0 {
		return nil, "", unknownChart(index, chart)
	}
	for _, entry := range entries {
		if entry.Version == version {
			return entry, version, nil
		}
	}
	constraint, err := semver.NewConstraint(version)
	if err != nil {
		return nil, "", unknownVersion(entries, chart, version)
	}
	for _, entry := range entries {
		if candidate, err := semver.NewVersion(entry.Version); err == nil && constraint.Check(candidate) {
			return entry, revision(version, entry.Version), nil
		}
	}
	return nil, "", unknownVersion(entries, chart, version)
}

func errNoVersion() error {
	return fault.WithHint(errors.New("expected a version of the chart, found none"), "Set targetRevision to a version or a range such as 1.x.")
}

// revision keeps an exact version as the Application writes it, such as 1.2.3
// for the entry v1.2.3.
func revision(asked, found string) string {
	if _, err := semver.StrictNewVersion(strings.TrimPrefix(asked, "v")); err == nil {
		return asked
	}
	return found
}

func unknownVersion(entries repo.ChartVersions, chart, version string) error {
	var newest []string
	for _, entry := range entries[:min(shown, len(entries))] {
		newest = append(newest, entry.Version)
	}
	hint := "Set targetRevision to a version that the repository has."
	if strings.ContainsAny(version, "<>=~^*xX ") {
		hint = "A range matches pre-releases only if it names one, such as >=1.0.0-0."
	}
	return fault.WithHint(fmt.Errorf("the chart %s has no version %s; the newest are %s",
		chart, version, strings.Join(newest, ", ")), "%s", hint)
}

func unknownChart(index *repo.IndexFile, chart string) error {
	names := slices.Sorted(maps.Keys(index.Entries))
	if len(names) == 0 {
		return fmt.Errorf("the repository holds no charts, expected %s", chart)
	}
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(distance(chart, a), distance(chart, b))
	})
	return fault.WithHint(fmt.Errorf("the repository has no chart %s; the nearest names are %s",
		chart, strings.Join(names[:min(shown, len(names))], ", ")), "Check chart and repoURL.")
}

// distance is the number of letters to insert, delete or change.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
