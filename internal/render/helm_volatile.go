package render

import (
	"bytes"
	"slices"

	"sigs.k8s.io/yaml"
)

// volatile are the template functions that give something else on each
// call: what is random, what asks the clock, and what walks a map in Go's order.
var volatile = setOf(
	"randAlphaNum", "randAlpha", "randAscii", "randNumeric", "randBytes", "randInt", "uuidv4", "shuffle",
	"genPrivateKey", "genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey",
	"genSignedCert", "genSignedCertWithKey", "bcrypt", "htpasswd", "encryptAES",
	"now", "ago", "date", "dateInZone", "date_in_zone", "htmlDate", "htmlDateInZone",
	"keys", "values",
)

func setOf(names ...string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[name] = true
	}
	return set
}

// chartTexts are the files of a chart and of all that it depends on.
type chartTexts struct {
	templates [][]byte
	files     [][]byte // all, the templates among them
}

func (c *chartTexts) add(other chartTexts) {
	c.templates = append(c.templates, other.templates...)
	c.files = append(c.files, other.files...)
}

// makesUp says whether two renders of a chart may differ, by the functions that
// it names. tpl runs what values and other files hold, so that these count
// where it is used. A false alarm costs one render.
func makesUp(chart chartTexts, values map[string]any) bool {
	if slices.ContainsFunc(chart.templates, callsVolatile) {
		return true
	}
	if !slices.ContainsFunc(chart.templates, func(text []byte) bool { return names(text, isTpl) }) {
		return false
	}
	given, err := yaml.Marshal(values)
	return err != nil || callsVolatile(given) || slices.ContainsFunc(chart.files, callsVolatile)
}

func callsVolatile(text []byte) bool { return names(text, isVolatile) }

func isVolatile(name []byte) bool { return volatile[string(name)] }

func isTpl(name []byte) bool { return string(name) == "tpl" }

// names says whether a template has a name between {{ and }} that is neither a
// field nor a variable nor in a comment, and that is wanted.
func names(text []byte, wanted func([]byte) bool) bool {
	for {
		start := bytes.Index(text, []byte("{{"))
		if start < 0 {
			return false
		}
		text = text[start+2:]
		if after, ok := comment(text); ok {
			text = after
			continue
		}
		end := bytes.Index(text, []byte("}}"))
		if end < 0 {
			end = len(text)
		}
		if inAction(text[:end], wanted) {
			return true
		}
		text = text[end:]
	}
}

// comment gives what is behind a comment, if an action begins with one; text/template knows it by
// "{{/*" and "{{- /*". A comment may hold what looks like actions.
func comment(action []byte) (after []byte, ok bool) {
	if len(action) > 1 && action[0] == '-' && bytes.IndexByte([]byte(" \t\r\n"), action[1]) >= 0 {
		action = action[2:]
	}
	rest, ok := bytes.CutPrefix(action, []byte("/*"))
	if ok {
		_, after, _ = bytes.Cut(rest, []byte("*/"))
	}
	return after, ok
}

// inAction looks through what is between {{ and }}, text in quotes included.
func inAction(action []byte, wanted func([]byte) bool) bool {
	for at := 0; at < len(action); {
		n := runOf(action[at:], isWord)
		if n == 0 {
			at++
			continue
		}
		if field := at > 0 && (action[at-1] == '.' || action[at-1] == '$'); !field && wanted(action[at:at+n]) {
			return true
		}
		at += n
	}
	return false
}
