package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page's own files
	"encoding/base64"
	"fmt"
	"html/template"

	"github.com/argoplan/argoplan/internal/compare"
)

var (
	//go:embed html/page.html
	pageTemplate string
	//go:embed html/style.css
	pageStyle string
	//go:embed html/script.js
	pageScript string
)

// HTML is report.html: one page that needs nothing but itself. verdict is the
// result in one line, as the comment has it. The page works without its script;
// the script filters, and shows diffs side by side. All text is escaped by
// html/template, and characters that can't be seen are spelled out.
func (r *Report) HTML(verdict string) ([]byte, error) {
	t, err := template.New("report.html").Parse(pageTemplate)
	if err != nil {
		return nil, fmt.Errorf("reading the template of report.html: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, newView(r, verdict)); err != nil {
		return nil, fmt.Errorf("writing report.html: %w", err)
	}
	return []byte(compare.Visible(b.String())), nil
}

// pagePolicy lets the page load nothing, and run nothing but its own script: even
// text that escaped the escaping would stay text.
func pagePolicy() string {
	return fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'",
		sourceHash(pageStyle), sourceHash(pageScript))
}

// sourceHash is how a policy names an inline style or script.
func sourceHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
