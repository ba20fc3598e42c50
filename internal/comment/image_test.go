package comment

import (
	"fmt"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/report"
)

func TestWhereCell(t *testing.T) {
	t.Parallel()
	many := func(n int, format string) []string {
		var where []string
		for i := range n {
			where = append(where, fmt.Sprintf(format, i))
		}
		return where
	}
	tests := []struct {
		name  string
		where []string
		want  string
		whole bool
	}{
		{"one", []string{"argocd/web Deployment shop/api main"}, "`web`: `Deployment api`", true},
		{"two containers", []string{"argocd/web Deployment shop/api main", "argocd/web Deployment shop/api side"}, "`web`: `Deployment api`", true},
		{"another namespace", []string{"team-a/web Deployment shop/api main"}, "`team-a/web`: `Deployment api`", true},
		{"cut resources", many(5, "argocd/web Job shop/j%d c"), "`web`: `Job j0`, `Job j1`, `Job j2` and 2 more", false},
		{"cut Applications", many(6, "x/a%d Job s/j c"), "`x/a0`: `Job j`<br>`x/a1`: `Job j`<br>`x/a2`: `Job j`<br>`x/a3`: `Job j`<br>and 2 more Applications", false},
		{"another form", []string{"some|where"}, "`some\\|where`", true},
		{"none", nil, "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newPage(newReport(chart()), options())
			got, whole := p.whereCell(report.Image{Where: tt.where})
			if got != tt.want || whole != tt.whole {
				t.Errorf("got %s, %v; want %s, %v", got, whole, tt.want, tt.whole)
			}
		})
	}
}

// TestImagesAreCounted wants every image and place on the full page, and the
// number of those left out on a shorter one.
func TestImagesAreCounted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		budget, rows int
		want         string
	}{
		{DefaultBudget, 13, "<details><summary>All places of 1 image</summary>"},
		{3_900, 10, "3 more images in the report"},
		{3_000, 5, "8 more images in the report"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.budget), func(t *testing.T) {
			t.Parallel()
			o := options()
			o.Budget = tt.budget
			r := manyImages()
			page := Markdown(r, o)
			checkPage(t, page, o)
			if n := strings.Count(page, "\n| `registry.example.com"); n != tt.rows || !strings.Contains(page, tt.want) {
				t.Errorf("%d rows, want %d and %q\n%s", n, tt.rows, tt.want, page)
			}
			for _, w := range r.Images[3].Where {
				if tt.budget == DefaultBudget && !strings.Contains(page, w) {
					t.Errorf("%s isn't named", w)
				}
			}
		})
	}
}
