package action

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReportExamples holds the examples of docs/report.md against the comments
// that they are from.
func TestReportExamples(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile(filepath.Join(root, "docs", "report.md"))
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)<!-- from ([a-z-]+)(?:/([a-z-]+))? -->\n````markdown\n(.*?)\n````").FindAllStringSubmatch(string(doc), -1)
	if len(examples) < 12 || len(examples) != strings.Count(string(doc), "````markdown") {
		t.Errorf("found %d examples", len(examples))
	}
	for _, e := range examples {
		want, err := os.ReadFile(filepath.Join(root, "testdata", "repos", e[1], "want", cmp.Or(e[2], "comment")+".md"))
		if err != nil {
			t.Error(err)
		} else if !strings.Contains(string(want), e[3]) {
			t.Errorf("the comment of %s has no\n%s", e[1], e[3])
		}
	}
}
