// Package plainyaml reads YAML objects. Most files in a repository use a small
// part of the language, which can be read many times faster than the whole of it:
// that part is read here, and everything else by the library, as ever.
package plainyaml

import (
	"strings"

	"sigs.k8s.io/yaml"
)

// Unmarshal gives what sigs.k8s.io/yaml reads into a map[string]any, whatever the
// text is: the first document, its numbers as float64.
func Unmarshal(text []byte) (object map[string]any, err error) {
	if object, ok := plain(string(text)); ok {
		return object, nil
	}
	err = yaml.Unmarshal(text, &object)
	return object, err
}

// deepest bounds how far collections are nested.
const deepest = 40

// line is one of the text's.
type line struct {
	indent int
	text   string // without the indentation, and without spaces at its end
	whole  string
}

// says is false for an empty line, and for a comment.
func (l line) says() bool { return l.text != "" && l.text[0] != '#' }

// reader goes through the lines of one document. It gives up at the first thing
// that it isn't sure of.
type reader struct {
	lines []line // from at on, the first one says something
	at    int
}

// next goes on to the next line that says something.
func (r *reader) next() {
	for r.at++; r.at < len(r.lines) && !r.lines[r.at].says(); r.at++ {
	}
}

// plain reads an object in block style, whose keys are simple words and whose
// scalars each stand on one line, or below a "|". ok is false for any other text,
// right or wrong.
func plain(text string) (object map[string]any, ok bool) {
	lines, ok := split(text)
	r := &reader{lines: lines, at: -1}
	if r.next(); !ok {
		return nil, false
	}
	value, ok := r.collection(0, deepest)
	object, isMap := value.(map[string]any)
	return object, ok && isMap && r.at == len(lines)
}

// split cuts a text at its line ends. Tabs, carriage returns, the marks between
// documents and all beyond ASCII are not for this reader.
func split(text string) (lines []line, ok bool) {
	for i := range len(text) {
		if c := text[i]; (c < ' ' || c > '~') && c != '\n' {
			return nil, false
		}
	}
	lines = make([]line, 0, strings.Count(text, "\n")+1)
	for l := range strings.SplitSeq(text, "\n") {
		content := strings.TrimLeft(l, " ")
		if len(l) > 1000 || strings.HasPrefix(l, "---") || strings.HasPrefix(l, "...") {
			return nil, false
		}
		lines = append(lines, line{len(l) - len(content), strings.TrimRight(content, " "), l})
	}
	return lines, true
}

// collection reads a map or a list whose entries stand at an indentation.
func (r *reader) collection(indent, left int) (value any, ok bool) {
	if left == 0 || r.at == len(r.lines) || r.lines[r.at].indent != indent {
		return nil, false
	}
	if strings.HasPrefix(r.lines[r.at].text, "- ") {
		return r.list(indent, left)
	}
	return r.object(indent, left)
}

// list reads entries that are scalars, or objects that begin beside the dash.
func (r *reader) list(indent, left int) (list []any, ok bool) {
	for r.at < len(r.lines) && r.lines[r.at].indent == indent {
		l := &r.lines[r.at]
		rest, isEntry := strings.CutPrefix(l.text, "- ")
		if !isEntry {
			break
		}
		var entry any
		if _, _, isKey := key(rest); isKey {
			l.indent, l.text = indent+2, rest
			entry, ok = r.object(indent+2, left-1)
		} else {
			r.next()
			entry, ok = scalar(rest)
		}
		if !ok {
			return nil, false
		}
		list = append(list, entry)
	}
	return list, r.ended(indent)
}

// object reads entries of a map.
func (r *reader) object(indent, left int) (object map[string]any, ok bool) {
	object = map[string]any{}
	for r.at < len(r.lines) && r.lines[r.at].indent == indent && left > 0 {
		name, rest, isKey := key(r.lines[r.at].text)
		if _, twice := object[name]; !isKey || twice {
			break
		}
		r.next()
		if object[name], ok = r.value(rest, indent, left-1); !ok {
			return nil, false
		}
	}
	return object, len(object) > 0 && r.ended(indent)
}

// ended says whether what follows belongs to a collection further out.
func (r *reader) ended(indent int) bool {
	return r.at == len(r.lines) || r.lines[r.at].indent < indent ||
		r.lines[r.at].indent == indent && !strings.HasPrefix(r.lines[r.at].text, "- ")
}

// value reads what stands behind a key: a scalar, or a collection below it.
func (r *reader) value(rest string, indent, left int) (value any, ok bool) {
	switch rest {
	case "":
	case "|", "|-":
		return r.literal(indent, rest == "|")
	default:
		return scalar(rest)
	}
	if r.at == len(r.lines) {
		return nil, false
	}
	next := r.lines[r.at]
	if next.indent > indent {
		return r.collection(next.indent, left)
	}
	if next.indent == indent && strings.HasPrefix(next.text, "- ") {
		return r.list(indent, left)
	}
	return nil, false
}

// literal reads the lines below a "|", which stand deeper than its key. The text
// keeps its last line end if end says so.
func (r *reader) literal(indent int, end bool) (text string, ok bool) {
	first := r.at
	if first == len(r.lines) || r.lines[first].indent <= indent || !r.lines[first-1].says() {
		return "", false // nothing, or empty lines and comments before it
	}
	var b strings.Builder
	deep, blank := r.lines[first].indent, 0
	for r.at = first; r.at < len(r.lines) && (r.lines[r.at].text == "" || r.lines[r.at].indent >= deep); r.at++ {
		if l := r.lines[r.at]; l.text != "" {
			b.WriteString(strings.Repeat("\n", blank) + l.whole[deep:] + "\n")
			blank = 0
		} else if blank++; l.whole != "" {
			return "", false
		}
	}
	if r.at == len(r.lines) && blank == 0 || r.at < len(r.lines) && r.lines[r.at].indent > indent {
		return "", false // the text ends without a line end, or there is something in between
	}
	r.at--
	r.next()
	if !end {
		return strings.TrimSuffix(b.String(), "\n"), true
	}
	return b.String(), true
}
