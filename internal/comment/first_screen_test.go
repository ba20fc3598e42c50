package comment

import (
	"strings"
	"testing"
)

// TestFirstScreenShowsTheImage upgrades a chart that touches a label on 200
// resources and one image: 30 lines, about a screen, show the image.
func TestFirstScreenShowsTheImage(t *testing.T) {
	t.Parallel()
	page := Markdown(twoHundred(), options())
	checkPage(t, page, options())
	lines := strings.Split(page, "\n")
	screen := strings.Join(lines[:min(len(lines), 30)], "\n")
	for _, want := range []string{"| `web` | `1.0.0` | `1.1.0` |", "- image: web:1.0.0", "+ image: web:1.1.0"} {
		if !strings.Contains(screen, want) {
			t.Errorf("no %q within 30 lines:\n%s", want, screen)
		}
	}
	if n := strings.Count(page, "helm.sh/chart: web-1.1.0"); n != 1 {
		t.Errorf("the label is shown %d times", n)
	}
}
