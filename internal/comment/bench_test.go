package comment

import (
	"fmt"
	"testing"

	"github.com/argoplan/argoplan/internal/report"
)

// BenchmarkMarkdown writes a report of 500 Applications, half of them alike.
func BenchmarkMarkdown(b *testing.B) {
	var apps []report.Application
	for i := range 250 {
		own := redis()
		own.Name = fmt.Sprintf("redis-%03d", i)
		own.Changes[0].Name = own.Name + "x"
		apps = append(apps, environment(fmt.Sprintf("env-%03d", i)), own)
	}
	r := newReport(apps...)
	for b.Loop() {
		Markdown(r, options())
	}
}
