package plainyaml

import (
	"math"
	"slices"
	"strconv"
)

// width is the column behind which the YAML library breaks a line at the next
// blank.
const width = 80

// writer writes what the YAML library writes, byte for byte and several times
// faster. What is unusual it leaves to that: each method says false for it.
type writer struct {
	out []byte
	// line is where the current line begins in out.
	line int
	// stack holds the fields of the current map and of those around it.
	stack []keyed
}

// keyed is one field of a map.
type keyed struct {
	key   string
	value any
}

// Append adds an object as YAML to a text that ends as a line does, with the bytes
// of the library. ok is false for what isn't plain: strings that need escapes
// beyond the usual ones, numbers of which JSON has another spelling, and what no
// parser gives.
func Append(to []byte, object map[string]any) (text []byte, ok bool) {
	w := &writer{out: to, line: len(to)}
	if len(object) == 0 || !w.fields(object, 0) {
		return nil, false
	}
	return w.out, true
}

// fields writes a map that is not empty from the current column on, which is
// indent.
func (w *writer) fields(m map[string]any, indent int) bool {
	below := len(w.stack)
	for key, value := range m {
		w.stack = append(w.stack, keyed{key, value})
	}
	fields := w.stack[below:]
	slices.SortFunc(fields, func(a, b keyed) int { return compareKeys(a.key, b.key) })
	for i, f := range fields {
		if i > 0 {
			w.spaces(indent)
		}
		if len(f.key) > longestSimpleKey || !isPlainASCII(f.key) {
			return false
		}
		w.text(f.key, indent, false)
		w.out = append(w.out, ':')
		if !w.value(f.value, indent, true) {
			return false
		}
	}
	clear(fields)
	w.stack = w.stack[:below]
	return true
}

// longestSimpleKey is the bound up to which the library writes "key:".
const longestSimpleKey = 128

// value writes what stands behind a key or a dash, and the end of its line. indent
// is the column of that key or dash.
func (w *writer) value(value any, indent int, ofKey bool) bool {
	switch v := value.(type) {
	case map[string]any:
		if len(v) == 0 {
			w.end(" {}")
			return true
		}
		if ofKey {
			w.end("")
			w.spaces(indent + 2)
		} else {
			w.out = append(w.out, ' ')
		}
		return w.fields(v, indent+2)
	case []any:
		return w.list(v, indent, ofKey)
	case string:
		w.out = append(w.out, ' ')
		return stands(v, '\t') && w.scalar(v, indent+2)
	case nil:
		w.end(" null")
	case bool:
		w.end(" " + strconv.FormatBool(v))
	case int64:
		w.out = strconv.AppendInt(append(w.out, ' '), v, 10)
		w.end("")
	case float64:
		if v != v || v == math.Trunc(v) {
			return false // the library's spelling goes through JSON
		}
		w.out = strconv.AppendFloat(append(w.out, ' '), v, 'g', -1, 64)
		w.end("")
	default:
		return false
	}
	return true
}

// list writes a list; the entries of a key's stand in the key's own column.
func (w *writer) list(list []any, indent int, ofKey bool) bool {
	if len(list) == 0 {
		w.end(" []")
		return true
	}
	if ofKey {
		w.end("")
		w.spaces(indent)
	} else {
		indent += 2
		w.out = append(w.out, ' ')
	}
	for i, entry := range list {
		if i > 0 {
			w.spaces(indent)
		}
		w.out = append(w.out, '-')
		if !w.value(entry, indent, false) {
			return false
		}
	}
	return true
}

// end writes the end of a line.
func (w *writer) end(text string) {
	w.out = append(append(w.out, text...), '\n')
	w.line = len(w.out)
}

func (w *writer) spaces(n int) {
	for range n {
		w.out = append(w.out, ' ')
	}
}

// compareKeys orders keys as the library does: letters behind all else, and
// numbers by their value.
func compareKeys(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	if i == len(a) || i == len(b) {
		return len(a) - len(b)
	}
	x, y := isLetter(a[i]), isLetter(b[i])
	switch {
	case x && y:
		return int(a[i]) - int(b[i])
	case x:
		return 1
	case y:
		return -1
	}
	return compareNumbers(a, b, i)
}

// compareNumbers orders two keys by the numbers that begin or go on at i, from
// where the keys differ.
func compareNumbers(a, b string, i int) int {
	before := int64(0)
	if a[i] == '0' || b[i] == '0' {
		for j := i - 1; j >= 0 && isDigit(a[j]) && before == 0; j-- {
			if a[j] != '0' {
				before = 1 // a zero counts in 10, not in 01
			}
		}
	}
	x, endX := numberAt(a, i, before)
	y, endY := numberAt(b, i, before)
	switch {
	case x < y, x == y && endX < endY:
		return -1
	case x > y, endX > endY:
		return 1
	}
	return int(a[i]) - int(b[i])
}

// numberAt reads digits that go on behind a number, and says where they end.
func numberAt(key string, i int, number int64) (int64, int) {
	for ; i < len(key) && isDigit(key[i]); i++ {
		number = number*10 + int64(key[i]-'0')
	}
	return number, i
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
