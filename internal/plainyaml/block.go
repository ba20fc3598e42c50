package plainyaml

import (
	"strings"
	"unicode/utf8"
)

// readable says whether a text ends as a line does and holds nothing but
// characters that are themselves in YAML: no tabs, other line breaks or controls.
func readable(text string) bool {
	return strings.HasSuffix(text, "\n") && stands(text, '\n')
}

// stands says whether a text holds nothing but characters that stand for
// themselves in YAML, line feeds, and one other.
func stands(text string, other byte) bool {
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c < 0x7F || c == '\n' || c == other {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if r < 0xA0 || r == 0x2028 || r == 0x2029 || r == 0xFEFF || r == utf8.RuneError || r >= 0xFFFE {
			return false
		}
		i += n
	}
	return true
}

// scalar reads what begins behind a key or a dash, whose column is col, on the
// same line, and goes on to the next content.
func (r *reader) scalar(col, depth int) (value any, ok bool) {
	switch c := r.at(0); c {
	case '"', '\'':
		value, ok = r.quoted()
	case '{', '[':
		value, ok = r.flow(depth + 1)
	case '|':
		return r.literal(col)
	default:
		if !startsPlain(c, r.at(1)) {
			return nil, false
		}
		return r.plain(col)
	}
	return value, ok && r.endLine()
}

// startsPlain says whether a plain scalar may begin with c, before next.
func startsPlain(c, next byte) bool {
	if c == '-' {
		return !blank(next)
	}
	return strings.IndexByte("?:,[]{}#&*!|>'\"%@` \n", c) < 0
}

// plain reads a plain scalar in a block, whose lines after the first are
// indented by more than col.
func (r *reader) plain(col int) (any, bool) {
	text, more, ok := r.plainLine()
	if !ok {
		return nil, false
	}
	lines := []byte(nil)
	for more {
		start := r.pos
		breaks := r.emptyLines()
		if c := r.at(0); r.pos >= len(r.text) || r.pos-r.lineStart() <= col || c == '#' {
			r.pos = start
			break
		}
		if lines == nil {
			lines = []byte(text)
		}
		if breaks == 0 {
			lines = append(lines, ' ')
		}
		for range breaks {
			lines = append(lines, '\n')
		}
		if text, more, ok = r.plainLine(); !ok {
			return nil, false
		}
		lines = append(lines, text...)
	}
	r.next()
	if lines != nil {
		text = string(lines)
	}
	return r.resolve(text)
}

// emptyLines skips empty lines and the indentation behind, and counts the lines.
func (r *reader) emptyLines() int {
	for n := 0; ; n++ {
		for r.at(0) == ' ' {
			r.pos++
		}
		if r.at(0) != '\n' || r.pos >= len(r.text) {
			return n
		}
		r.pos++
	}
}

func (r *reader) lineStart() int { return strings.LastIndexByte(r.text[:r.pos], '\n') + 1 }

// plainLine reads one line of a plain scalar and goes to the start of the next.
// more is false if a comment ends the scalar.
func (r *reader) plainLine() (text string, more, ok bool) {
	end := r.pos + strings.IndexByte(r.text[r.pos:], '\n')
	line := r.text[r.pos:end]
	r.pos, more = end+1, true
	for i := strings.IndexByte(line, '#'); i > 0; {
		if line[i-1] == ' ' {
			line, more = line[:i], false
			break
		}
		next := strings.IndexByte(line[i+1:], '#')
		if next < 0 {
			break
		}
		i += next + 1
	}
	line = strings.TrimRight(line, " ")
	if strings.Contains(line, ": ") || strings.HasSuffix(line, ":") {
		return "", false, false
	}
	return line, more, true
}

// quoted reads a string in quotes that ends on its line.
func (r *reader) quoted() (string, bool) {
	quote := r.at(0)
	r.pos++
	start := r.pos
	for {
		c := r.at(0)
		r.pos++
		switch {
		case c == '\n':
			return "", false
		case c == '\\' && quote == '"', c == quote && quote == '\'' && r.at(0) == quote:
			r.pos = start
			return r.escaped(quote)
		case c == quote:
			return r.text[start : r.pos-1], true
		}
	}
}

// escaped reads on in a string that holds escapes.
func (r *reader) escaped(quote byte) (string, bool) {
	var text []byte
	for {
		c := r.at(0)
		r.pos++
		switch {
		case c == '\n':
			return "", false
		case c == quote && quote == '\'' && r.at(0) == quote:
			r.pos++
		case c == quote:
			return string(text), true
		case c == '\\' && quote == '"':
			i := strings.IndexByte(`nt"\`, r.at(0))
			if i < 0 {
				return "", false
			}
			c = "\n\t\"\\"[i]
			r.pos++
		}
		text = append(text, c)
	}
}

// literal reads a literal block, whose lines are indented by more than col.
func (r *reader) literal(col int) (any, bool) {
	r.pos++
	chomp := r.at(0)
	if chomp == '-' || chomp == '+' {
		r.pos++
	}
	if r.at(0) != '\n' {
		return nil, false
	}
	r.pos++
	indent, ok := r.literalIndent(col)
	if !ok {
		return nil, false
	}
	var text []byte
	end := 0 // of the last line that is not empty
	for r.pos < len(r.text) {
		line := r.text[r.pos : r.pos+strings.IndexByte(r.text[r.pos:], '\n')]
		margin := len(line) - len(strings.TrimLeft(line, " "))
		if margin < indent && margin < len(line) {
			break
		}
		r.pos += len(line) + 1
		line = line[min(indent, len(line)):]
		text = append(append(text, line...), '\n')
		if line != "" {
			end = len(text)
		}
	}
	if r.cut && r.pos >= len(r.text) {
		return nil, false // a line end of ours is no part of it
	}
	switch chomp {
	case '-':
		text = text[:end-1]
	case '+':
	default:
		text = text[:end]
	}
	r.next()
	return string(text), true
}

// literalIndent gives the column of a literal block's text, which must be that
// of its first line, with nothing wider before it.
func (r *reader) literalIndent(col int) (int, bool) {
	start, widest := r.pos, 0
	for {
		line := r.pos
		for r.at(0) == ' ' {
			r.pos++
		}
		indent := r.pos - line
		if r.pos >= len(r.text) {
			return 0, false
		}
		if r.at(0) != '\n' {
			r.pos = start
			return indent, indent > col && indent >= widest
		}
		widest = max(widest, indent)
		r.pos++
	}
}
