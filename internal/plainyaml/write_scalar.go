package plainyaml

import (
	"regexp"
	"strings"
	"unicode/utf8"

	goyaml "go.yaml.in/yaml/v2"
)

// style is how a string stands in YAML.
type style int

const (
	plainStyle style = iota
	singleQuoted
	doubleQuoted
	literalStyle
)

// isPlainASCII is true for a key without line breaks, controls and what isn't ASCII.
func isPlainASCII(key string) bool {
	for i := range len(key) {
		if key[i] < ' ' || key[i] >= 0x7F {
			return false
		}
	}
	return true
}

// scalar writes a string of a value, whose further lines are indented, and the
// end of its line.
func (w *writer) scalar(text string, indent int) bool {
	if w.text(text, indent, true) != literalStyle || text[len(text)-1] != '\n' {
		w.end("")
	}
	w.line = len(w.out)
	return true
}

// text writes a string; long ones are broken if folds says so.
func (w *writer) text(text string, indent int, folds bool) style {
	how := styleOf(text)
	switch how {
	case plainStyle:
		w.folded(text, indent, folds, len(text))
	case singleQuoted:
		w.out = append(w.out, '\'')
		w.folded(text, indent, folds, len(text)-1)
		w.out = append(w.out, '\'')
	case doubleQuoted:
		w.escaped(text, indent, folds)
	case literalStyle:
		w.literal(text, indent)
	}
	return how
}

// styleOf chooses as the library does.
func styleOf(text string) style {
	s := survey(text)
	switch {
	case s.breaks && (s.trailingSpace || s.spaceBreak || s.tabs):
		return doubleQuoted
	case s.breaks:
		return literalStyle
	case !meansText(text) || s.tabs:
		return doubleQuoted
	case s.indicators || s.leadingSpace || s.trailingSpace:
		return singleQuoted
	}
	return plainStyle
}

// traits are what the style of a string depends on.
type traits struct {
	breaks, tabs, leadingSpace, trailingSpace, spaceBreak, indicators bool
}

func survey(text string) traits {
	if text == "" {
		return traits{}
	}
	t := traits{
		breaks: strings.IndexByte(text, '\n') >= 0, tabs: strings.IndexByte(text, '\t') >= 0,
		leadingSpace: text[0] == ' ', trailingSpace: text[len(text)-1] == ' ',
		indicators: strings.HasPrefix(text, "---") || strings.HasPrefix(text, "...") || strings.IndexByte("#,[]{}&*!|>'\"%@`", text[0]) >= 0 ||
			strings.IndexByte("?:-", text[0]) >= 0 && (len(text) == 1 || text[1] == ' ' || text[1] == '\t') || text[len(text)-1] == ':' || strings.Contains(text, ": "),
	}
	t.spaceBreak = t.breaks && strings.Contains(text, " \n")
	t.indicators = t.indicators || strings.Contains(text, " #")
	return t
}

// base60 is a number of YAML 1.1 that the library quotes and doesn't read.
var base60 = regexp.MustCompile(`^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$`)

// meansText says whether a string without quotes is read as that string, and by
// others as well.
func meansText(text string) bool {
	switch {
	case text == "" || isWord(text):
		return false
	case isText(text):
		return true
	case isCount(text) || base60.MatchString(text):
		return false
	}
	quoted, err := goyaml.Marshal(text)
	return err == nil && quoted[0] != '"'
}

// column is where the next character will stand.
func (w *writer) column() int { return utf8.RuneCount(w.out[w.line:]) }

// folded writes a text that needs no escapes but for single quotes. A line that
// grew beyond the width ends at the next single blank before last.
func (w *writer) folded(text string, indent int, folds bool, last int) {
	quoted := last < len(text)
	if !folds || len(w.out)-w.line+widest(text, quoted) <= width {
		w.quotes(text, quoted)
		return
	}
	for i := 0; i < len(text); {
		// Words up to the first blank behind the width.
		end := i
		for column := w.column(); end < len(text) && !(column > width && w.breaks(text, end, last)); end++ {
			if utf8.RuneStart(text[end]) {
				column++
			}
			if quoted && text[end] == '\'' {
				column++
			}
		}
		w.quotes(text[i:end], quoted)
		if end < len(text) {
			w.fold(indent)
			end++
		}
		i = end
	}
}

// widest is the most columns that a text can take, where single quotes may stand
// twice.
func widest(text string, quoted bool) int {
	if quoted {
		return len(text) + strings.Count(text, "'")
	}
	return len(text)
}

// breaks says whether a line may end at a blank: a single one, neither the first
// nor from last on.
func (w *writer) breaks(text string, i, last int) bool {
	return i > 0 && i < last && text[i] == ' ' && text[i-1] != ' ' && (i+1 == len(text) || text[i+1] != ' ')
}

// quotes writes a text, and single quotes in it twice if it stands in such.
func (w *writer) quotes(text string, twice bool) {
	if twice {
		text = strings.ReplaceAll(text, "'", "''")
	}
	w.out = append(w.out, text...)
}

// fold begins a new line in a scalar.
func (w *writer) fold(indent int) {
	w.end("")
	w.spaces(indent)
}

// escaped writes a text in double quotes.
func (w *writer) escaped(text string, indent int, folds bool) {
	w.out = append(w.out, '"')
	column, spaces := w.column(), false
	for i := range len(text) {
		c := text[i]
		at := strings.IndexByte("\n\t\"\\", c)
		switch {
		case at >= 0:
			w.out = append(w.out, '\\', `nt"\`[at])
			column += 2
		case c == ' ' && folds && !spaces && column > width && i > 0 && i < len(text)-1:
			w.fold(indent)
			column = indent
			if text[i+1] == ' ' {
				w.out = append(w.out, '\\')
				column++
			}
		default:
			w.out = append(w.out, c)
			if utf8.RuneStart(c) {
				column++
			}
		}
		spaces = c == ' '
	}
	w.out = append(w.out, '"')
}

// literal writes a text of several lines as a literal block.
func (w *writer) literal(text string, indent int) {
	w.out = append(w.out, '|')
	if text[0] == ' ' || text[0] == '\n' {
		w.out = append(w.out, '2')
	}
	switch {
	case text[len(text)-1] != '\n':
		w.out = append(w.out, '-')
	case len(text) == 1 || text[len(text)-2] == '\n':
		w.out = append(w.out, '+')
	}
	w.out = append(w.out, '\n')
	for line := range strings.Lines(text) {
		if line != "\n" {
			w.spaces(indent)
		}
		w.out = append(w.out, line...)
	}
}
