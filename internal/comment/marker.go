package comment

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Marker is the hidden first line of a comment, by which a later run finds it.
type Marker struct {
	Key  string // from Key
	Head string // the pull request's head commit
	Run  string // "<run id>.<attempt>"
}

// Key gives 16 hexadecimal digits that stand for one comment: the repository,
// the workflow, the job, and what the user adds to tell two apart.
func Key(parts ...string) string {
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%q", parts)))[:16]
}

var (
	markerLine = regexp.MustCompile(`^<!-- argoplan:v1 key=([0-9a-f]{16}) head=([0-9a-f]{7,64}|-) run=([0-9]+\.[0-9]+|-) -->\r?(\n|$)`)
	hexID      = regexp.MustCompile(`^[0-9a-f]{7,64}$`)
	runID      = regexp.MustCompile(`^[0-9]+\.[0-9]+$`)
	runLink    = regexp.MustCompile(`\[Workflow run\]\([^()\s]*\)\s*$`)
)

// String gives the line without its end. A part that isn't well-formed is "-",
// so that nothing can end the HTML comment.
func (m Marker) String() string {
	if m == (Marker{}) {
		return ""
	}
	return fmt.Sprintf("<!-- argoplan:v1 key=%s head=%s run=%s -->", m.Key, orDash(hexID, m.Head), orDash(runID, m.Run))
}

func orDash(form *regexp.Regexp, s string) string {
	if form.MatchString(s) {
		return s
	}
	return "-"
}

// ParseMarker reads the first line of a comment. A marker anywhere else, such
// as one quoted in a diff, is none.
func ParseMarker(body string) (Marker, bool) {
	m := markerLine.FindStringSubmatch(body)
	if m == nil {
		return Marker{}, false
	}
	return Marker{Key: m[1], Head: strings.Trim(m[2], "-"), Run: strings.Trim(m[3], "-")}, true
}

// newer is true if run a came after run b; unknown runs are never newer.
func newer(a, b string) bool {
	ai, an := splitRun(a)
	bi, bn := splitRun(b)
	if ai != bi {
		return ai > bi
	}
	return an > bn
}

func splitRun(run string) (id, attempt uint64) {
	before, after, _ := strings.Cut(run, ".")
	id, _ = strconv.ParseUint(before, 10, 64) // 0 is older than any run
	attempt, _ = strconv.ParseUint(after, 10, 64)
	return id, attempt
}

// same compares two comments by what they tell the reader: a new run ID or a
// link to another run is no reason to write.
func same(a, b string) bool { return essence(a) == essence(b) }

func essence(body string) string {
	if m, ok := ParseMarker(body); ok {
		m.Run = ""
		_, rest, _ := strings.Cut(body, "\n")
		body = m.String() + "\n" + rest
	}
	body = runLink.ReplaceAllString(body, "")
	return strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
}
