package comment

import (
	"fmt"
	"strings"

	"github.com/argoplan/argoplan/internal/report"
)

// An image is often in many places: the table names the first ones, and the
// rest can be unfolded.
const (
	appsPerImage     = 4
	resourcesPerCell = 3
)

// writeImages writes the table of container images.
func (p *page) writeImages(b *strings.Builder) {
	if len(p.r.Images) == 0 {
		return
	}
	limit := min(len(p.r.Images), p.firstScreen())
	p.writeImageTable(b, p.r.Images[:limit])
	rest := p.r.Images[limit:]
	if p.rung < full {
		if len(rest) > 0 {
			fmt.Fprintf(b, "%s in the report\n\n", count(len(rest), "more image"))
		}
		return
	}
	if len(rest) > 0 {
		fmt.Fprintf(b, "<details><summary>%s</summary>\n\n", count(len(rest), "more image"))
		p.writeImageTable(b, rest)
		b.WriteString("</details>\n\n")
	}
	p.writePlaces(b)
}

func (p *page) writeImageTable(b *strings.Builder, images []report.Image) {
	b.WriteString("| Image | From | To | Where |\n|---|---|---|---|\n")
	for _, im := range images {
		where, _ := p.whereCell(im)
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", cell(im.Name), version(im.From), version(im.To), where)
	}
	b.WriteString("\n")
}

// version is one side of an image; "" is an image that isn't there.
func version(tag string) string {
	if tag == "" {
		return "none"
	}
	return cell(tag)
}

// writePlaces names every place of the images that the table cuts.
func (p *page) writePlaces(b *strings.Builder) {
	var lines []string
	for _, im := range p.r.Images {
		if _, whole := p.whereCell(im); whole {
			continue
		}
		var spans []string
		for _, w := range im.Where {
			spans = append(spans, codeSpan(w))
		}
		lines = append(lines, fmt.Sprintf("- %s: %s\n", codeSpan(im.Name), strings.Join(spans, ", ")))
	}
	if len(lines) > 0 {
		fmt.Fprintf(b, "<details><summary>All places of %s</summary>\n\n%s\n</details>\n\n",
			count(len(lines), "image"), strings.Join(lines, ""))
	}
}

// whereCell names the places of an image by Application. It is whole if none
// is left out.
func (p *page) whereCell(im report.Image) (text string, whole bool) {
	var apps []string
	resources := map[string][]string{}
	for _, w := range im.Where {
		app, resource := p.place(w)
		apps = appendNew(apps, app)
		if resource != "" {
			resource = cell(resource)
			resources[app] = appendNew(resources[app], resource)
		}
	}
	whole = len(apps) <= appsPerImage
	var lines []string
	for _, app := range apps[:min(len(apps), appsPerImage)] {
		r := resources[app]
		line := cell(app) + strings.TrimSuffix(": "+strings.Join(r[:min(len(r), resourcesPerCell)], ", "), ": ")
		if more := len(r) - resourcesPerCell; more > 0 {
			line += fmt.Sprintf(" and %d more", more)
			whole = false
		}
		lines = append(lines, line)
	}
	if more := len(apps) - appsPerImage; more > 0 {
		lines = append(lines, "and "+count(more, "more Application"))
	}
	return strings.Join(lines, "<br>"), whole
}

// place reads "namespace/application Kind namespace/name container". The
// container is left to the diff, the namespace to the Application.
func (p *page) place(where string) (app, resource string) {
	fields := strings.Fields(where)
	if len(fields) < 3 {
		return where, ""
	}
	app = fields[0]
	if label, ok := p.labels[app]; ok {
		app = label
	}
	return app, fields[1] + " " + fields[2][strings.LastIndexByte(fields[2], '/')+1:]
}
