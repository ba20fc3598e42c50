package plainyaml

import (
	"slices"
	"strconv"
	"strings"
)

// words are those that mean something else than themselves, in lower case.
var words = []string{"y", "yes", "n", "no", "true", "false", "on", "off", "null", "nan", "inf"}

func special(word string) bool {
	return len(word) <= 5 && slices.Contains(words, strings.ToLower(word))
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// inKey says whether a key may hold a character.
func inKey(c byte) bool { return isLetter(c) || isDigit(c) || strings.IndexByte("_-./", c) >= 0 }

// key splits "name: rest" or "name:".
func key(text string) (name, rest string, ok bool) {
	end := 0
	for end < len(text) && inKey(text[end]) {
		end++
	}
	if end == 0 || end == len(text) || text[end] != ':' || !isLetter(text[0]) || special(text[:end]) {
		return "", "", false
	}
	name, rest = text[:end], text[end+1:]
	if rest == "" {
		return name, "", true
	}
	rest, ok = strings.CutPrefix(rest, " ")
	return name, strings.TrimLeft(rest, " "), ok
}

// scalar reads a value that ends with its line.
func scalar(text string) (value any, ok bool) {
	switch text {
	case "":
		return nil, false
	case "true", "false":
		return text == "true", true
	case "{}":
		return map[string]any{}, true
	case "[]":
		return []any{}, true
	}
	switch c := text[0]; {
	case c == '\'' || c == '"':
		return quoted(text[1:], text[:1])
	case c == '{':
		return flowMap(text)
	case c == '[':
		return flowList(text)
	case isDigit(c):
		return number(text)
	case isLetter(c), c == '/', c == '$', strings.HasPrefix(text, "./"), strings.HasPrefix(text, "../"):
		return text, isText(text)
	}
	return nil, false
}

// quoted reads what needs no escape.
func quoted(text, quote string) (string, bool) {
	inner, ok := strings.CutSuffix(text, quote)
	return inner, ok && !strings.ContainsAny(inner, quote+`\`)
}

// number reads small integers, and what begins as a number and is a version or an
// address: digits with two dots or more.
func number(text string) (any, bool) {
	for i := range len(text) {
		if !isDigit(text[i]) && text[i] != '.' {
			return nil, false
		}
	}
	if dots := strings.Count(text, "."); dots > 0 {
		return text, dots > 1
	}
	n, err := strconv.Atoi(text)
	return float64(n), err == nil && len(text) < 10 && (text[0] != '0' || text == "0")
}

// isText says whether words without quotes are a text, and all of it: there is no
// comment behind them, and no other key inside.
func isText(text string) bool {
	return !special(text) && !strings.ContainsAny(text, "#`\\") && !strings.Contains(text, "  ") &&
		!strings.Contains(text, ": ") && text[len(text)-1] != ':'
}

// inner gives what stands between brackets, if it is words and quotes without any
// sign that could mean something there.
func inner(text, end string) (entries []string, ok bool) {
	text, ok = strings.CutSuffix(text[1:], end)
	if !ok || strings.ContainsAny(text, `{}[]#&*!|>%?<\`) || strings.TrimSpace(text) == "" {
		return nil, false
	}
	return strings.Split(text, ","), true
}

// flowList reads "[a, b]", which has no other list or map in it.
func flowList(text string) (list []any, ok bool) {
	entries, ok := inner(text, "]")
	for _, entry := range entries {
		value, isScalar := flowScalar(entry)
		list, ok = append(list, value), ok && isScalar
	}
	return list, ok
}

// flowMap reads "{a: b, c: d}".
func flowMap(text string) (object map[string]any, ok bool) {
	entries, ok := inner(text, "}")
	object = make(map[string]any, len(entries))
	for _, entry := range entries {
		name, rest, isKey := key(strings.TrimSpace(entry))
		value, isScalar := flowScalar(rest)
		if _, twice := object[name]; twice || !isKey || !isScalar {
			return nil, false
		}
		object[name] = value
	}
	return object, ok
}

// flowScalar reads an entry without a colon.
func flowScalar(text string) (value any, ok bool) {
	if text = strings.TrimSpace(text); strings.Contains(text, ":") {
		return nil, false
	}
	return scalar(text)
}
