package plainyaml

import "strings"

// flow reads a map or a list in brackets that ends on its line.
func (r *reader) flow(depth int) (any, bool) {
	if depth > deepest {
		return nil, false
	}
	if r.at(0) == '{' {
		m := map[string]any{}
		ok := r.between('}', func() bool { return r.flowField(m, depth) })
		return m, ok
	}
	list := []any{}
	ok := r.between(']', func() bool {
		entry, ok := r.flowValue(depth)
		list = append(list, entry)
		return ok
	})
	return list, ok
}

// between reads what stands in brackets, one part after another with commas
// between them.
func (r *reader) between(end byte, part func() bool) bool {
	r.pos++
	r.blanks()
	if r.at(0) == end {
		r.pos++
		return true
	}
	for {
		if !part() {
			return false
		}
		r.blanks()
		c := r.at(0)
		r.pos++
		if c == end {
			return true
		}
		if c != ',' {
			return false
		}
		r.blanks()
	}
}

func (r *reader) flowField(m map[string]any, depth int) bool {
	key, ok := r.key()
	if _, twice := m[key]; !ok || twice {
		return false
	}
	r.pos++ // the colon
	r.blanks()
	m[key], ok = r.flowValue(depth)
	return ok
}

func (r *reader) flowValue(depth int) (any, bool) {
	switch c := r.at(0); {
	case c == '"' || c == '\'':
		return r.quoted()
	case c == '{' || c == '[':
		return r.flow(depth + 1)
	case !startsPlain(c, r.at(1)) || c == '-' && isFlowByte(r.at(1)):
		return nil, false
	}
	start := r.pos
	for ; !isFlowByte(r.at(0)); r.pos++ {
		if c := r.at(0); c == '\n' || c == '#' || c == ':' && (blank(r.at(1)) || isFlowByte(r.at(1))) {
			return nil, false
		}
	}
	if c := r.at(0); c != ',' && c != ']' && c != '}' {
		return nil, false
	}
	return r.resolve(strings.TrimRight(r.text[start:r.pos], " "))
}

// isFlowByte is true for what ends a plain scalar in brackets.
func isFlowByte(c byte) bool { return strings.IndexByte(",?[]{}", c) >= 0 }
