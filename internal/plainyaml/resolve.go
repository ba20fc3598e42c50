package plainyaml

import (
	"encoding/json"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"
)

// resolve gives what a plain scalar means: a string, as nearly always, or what
// the YAML library makes of it.
func (r *reader) resolve(text string) (any, bool) {
	if isText(text) {
		return text, true
	}
	if value, ok := word(text); ok {
		return value, true
	}
	if isCount(text) {
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil
	}
	if value, known := r.odd[text]; known {
		return value, true
	}
	if strings.Contains(text, "\n") {
		return nil, false
	}
	value, ok := asked(text)
	if !ok {
		return nil, false
	}
	if r.odd == nil {
		r.odd = map[string]any{}
	}
	r.odd[text] = value
	return value, true
}

// asked gives what the library reads, a number as Kubernetes takes it from JSON.
func asked(text string) (any, bool) {
	var object map[string]any
	err := yaml.Unmarshal([]byte("value: "+text+"\n"), &object, func(d *json.Decoder) *json.Decoder { d.UseNumber(); return d })
	if err != nil {
		return nil, false
	}
	number, ok := object["value"].(json.Number)
	if !ok {
		return object["value"], true
	}
	if n, err := number.Int64(); err == nil {
		return n, true
	}
	f, err := number.Float64()
	return f, err == nil
}

// isText says whether a plain scalar is surely a string. false says nothing.
func isText(text string) bool {
	if text == "" {
		return false
	}
	switch c := text[0]; {
	case strings.IndexByte("yYnNtTfFoO", c) >= 0:
		return len(text) > len("false") || !isWord(text)
	case c == '~', c == '.':
		return false
	case c == '+', c == '-', c >= '0' && c <= '9':
		// No number and no date holds one of these.
		return strings.ContainsAny(text, "/%*=,ghjklmqrsuvwyGHJKLMQRSUVWY") || isVersion(text)
	}
	return true
}

// isVersion is true for digits with several dots, such as 1.2.3.
func isVersion(text string) bool {
	dots := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == '.':
			dots++
		case c < '0' || c > '9':
			return false
		}
	}
	return dots > 1
}

// isCount is true for a whole number in its usual spelling that surely fits.
func isCount(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	if digits == "" || len(digits) > 18 || digits[0] == '0' && (len(digits) > 1 || len(text) > 1) {
		return false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return false
		}
	}
	return true
}

func isWord(text string) bool {
	_, ok := word(text)
	return ok
}

// word gives the meaning of YAML 1.1's words.
func word(text string) (value any, ok bool) {
	switch text {
	case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
		return true, true
	case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
		return false, true
	case "null", "Null", "NULL", "~":
		return nil, true
	}
	return nil, false
}
