package plainyaml

import (
	"strings"
)

// reader goes through one document. Its methods say ok false for what is not plain.
type reader struct {
	text string
	pos  int
	// col is the column of pos where a line's content begins; -1 is behind the end.
	col int
	// cut says that the last line had no end before one was put there.
	cut bool
	// odd are plain scalars that the library was asked about.
	odd map[string]any
}

// object reads a whole document.
func (r *reader) object() (map[string]any, bool) {
	if !readable(r.text) {
		return nil, false
	}
	if strings.HasPrefix(r.text, "---") {
		r.pos = len("---")
		if !r.endLine() {
			return nil, false
		}
	} else {
		r.next()
	}
	if r.col < 0 || r.dash() {
		return nil, false
	}
	object, ok := r.mapping(r.col, 1)
	return object, ok && r.col < 0
}

// next goes to the first content of the lines from pos on, which is where a line
// begins: over empty lines and comments.
func (r *reader) next() {
	for r.pos < len(r.text) {
		start := r.pos
		for r.pos < len(r.text) && r.text[r.pos] == ' ' {
			r.pos++
		}
		if c := r.at(0); c != '\n' && c != '#' {
			r.col = r.pos - start
			return
		}
		r.pos += strings.IndexByte(r.text[r.pos:], '\n') + 1
	}
	r.col = -1
}

// at gives a byte near pos; behind the end, a line feed.
func (r *reader) at(offset int) byte {
	if r.pos+offset < len(r.text) {
		return r.text[r.pos+offset]
	}
	return '\n'
}

// dash says whether an entry of a list begins at pos.
func (r *reader) dash() bool { return r.at(0) == '-' && blank(r.at(1)) }

func blank(c byte) bool { return c == ' ' || c == '\n' }

// rest skips blanks and tells whether anything but a comment is left of the line.
func (r *reader) rest() bool {
	r.blanks()
	return r.at(0) != '\n' && (r.at(0) != '#' || r.at(-1) != ' ')
}

func (r *reader) blanks() {
	for r.at(0) == ' ' {
		r.pos++
	}
}

// endLine goes on to the next content if nothing is left of the line.
func (r *reader) endLine() bool {
	if r.rest() {
		return false
	}
	r.pos += strings.IndexByte(r.text[r.pos:], '\n') + 1
	r.next()
	return true
}

// mapping reads a map whose keys stand in a column; pos is at the first one.
func (r *reader) mapping(col, depth int) (map[string]any, bool) {
	if depth > deepest {
		return nil, false
	}
	m := map[string]any{}
	for {
		key, ok := r.key()
		if !ok {
			return nil, false
		}
		r.pos++ // the colon
		value, ok := r.value(col, depth, true)
		fields := len(m)
		if m[key] = value; !ok || len(m) == fields {
			return nil, false // wrong, or the key was there
		}
		if r.col != col {
			return m, r.col < col
		}
	}
}

// value reads what stands behind a key, or behind an entry's dash, in a column.
// A list may stand in the column of its key.
func (r *reader) value(col, depth int, ofKey bool) (any, bool) {
	if r.rest() {
		return r.scalar(col, depth)
	}
	if !r.endLine() {
		return nil, false
	}
	switch {
	case r.col > col && r.dash(), ofKey && r.col == col && r.dash():
		return r.sequence(r.col, depth+1)
	case r.col > col:
		return r.mapping(r.col, depth+1)
	}
	return nil, true
}

// sequence reads a list whose dashes stand in a column; pos is at the first one.
func (r *reader) sequence(col, depth int) (any, bool) {
	if depth > deepest {
		return nil, false
	}
	list := []any{}
	for {
		entry, ok := r.entry(col, depth)
		if !ok {
			return nil, false
		}
		list = append(list, entry)
		if r.col != col || !r.dash() {
			return list, r.col <= col
		}
	}
}

// entry reads one entry of a list; pos is at its dash.
func (r *reader) entry(col, depth int) (any, bool) {
	dash := r.pos
	r.pos++
	if !r.rest() {
		return r.value(col, depth, false)
	}
	inner := col + r.pos - dash
	if r.dash() {
		return r.sequence(inner, depth+1)
	}
	content := r.pos
	_, ok := r.key()
	r.pos = content
	if ok {
		return r.mapping(inner, depth+1)
	}
	return r.scalar(col, depth)
}

// key reads a key up to its colon.
func (r *reader) key() (string, bool) {
	if c := r.at(0); c == '"' || c == '\'' {
		key, ok := r.quoted()
		return key, ok && len(key) <= longestKey && r.at(0) == ':' && blank(r.at(1))
	}
	start := r.pos
	for isKeyByte(r.at(0)) {
		r.pos++
	}
	key := r.text[start:r.pos]
	if key == "" || key[0] == '-' || len(key) > longestKey || r.at(0) != ':' || !blank(r.at(1)) {
		return "", false
	}
	value, ok := r.resolve(key)
	_, isText := value.(string)
	return key, ok && isText
}

// longestKey is well below what YAML allows for a key on one line.
const longestKey = 256

func isKeyByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '/' || c == '-'
}
