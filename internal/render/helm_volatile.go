package render

import (
	"bytes"
	"slices"

	"sigs.k8s.io/yaml"
)

// volatileFunctions are the template functions that give something else on each
// call: what is random, what asks the clock, and what walks a map in Go's order.
var volatileFunctions = []string{
	"randAlphaNum", "randAlpha", "randAscii", "randNumeric", "randBytes", "randInt", "uuidv4", "shuffle",
	"genPrivateKey", "genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey",
	"genSignedCert", "genSignedCertWithKey", "bcrypt", "htpasswd", "encryptAES",
	"now", "ago", "date", "dateInZone", "date_in_zone", "htmlDate", "htmlDateInZone",
	"keys", "values",
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
	if !slices.ContainsFunc(chart.templates, func(text []byte) bool { return calls(text, "tpl") }) {
		return false
	}
	given, err := yaml.Marshal(values)
	return err != nil || callsVolatile(given) || slices.ContainsFunc(chart.files, callsVolatile)
}

func callsVolatile(text []byte) bool {
	return slices.ContainsFunc(volatileFunctions, func(name string) bool { return calls(text, name) })
}

// calls says whether a template names a function between {{ and }}.
func calls(text []byte, name string) bool {
	for at := 0; ; at += len(name) {
		i := bytes.Index(text[at:], []byte(name))
		if i < 0 {
			return false
		}
		at += i
		if alone(text, at, at+len(name)) && inAction(text[:at]) {
			return true
		}
	}
}

// alone says whether text[from:to] is a whole name: neither a part of one, nor a
// field or a variable.
func alone(text []byte, from, to int) bool {
	return (from == 0 || !isWord(text[from-1]) && text[from-1] != '.' && text[from-1] != '$') &&
		(to == len(text) || !isWord(text[to]))
}

// inAction says whether what follows before is inside of {{ }}.
func inAction(before []byte) bool {
	return bytes.LastIndex(before, []byte("{{")) > bytes.LastIndex(before, []byte("}}"))
}
