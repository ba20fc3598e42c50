package comment

import (
	"strings"
	"unicode/utf8"
)

// style is how a terminal shows text: the parameters of its SGR sequence.
type style string

const (
	plain  style = ""
	bold   style = "1"
	faint  style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
	cyan   style = "36"
	alarm  style = "1;31"
)

// screen collects lines for a terminal.
type screen struct {
	strings.Builder
	width int
	color bool
}

// paint styles text, which has no sequences of its own: every text has been
// through visible.
func (s *screen) paint(as style, text string) string {
	if !s.color || as == plain || text == "" {
		return text
	}
	return "\x1b[" + string(as) + "m" + text + "\x1b[0m"
}

// line writes text as it is, cut into pieces that fit. What is cut off goes on
// below, two columns further in.
func (s *screen) line(as style, indent, text string) {
	room := max(s.width-len(indent), minRoom)
	head, rest := cut(text, room)
	if head == "" {
		indent = ""
	}
	s.WriteString(indent + s.paint(as, head) + "\n")
	for rest != "" {
		head, rest = cut(rest, room-2)
		s.WriteString(indent + "  " + s.paint(as, head) + "\n")
	}
}

// text writes a sentence, broken between words. All lines but the first are two
// columns further in.
func (s *screen) text(as style, indent, sentence string) {
	room := max(s.width-len(indent)-2, minRoom)
	var line string
	first := true
	flush := func() {
		s.line(as, indent, line)
		if first {
			indent, first = indent+"  ", false
		}
	}
	for _, word := range strings.Fields(visible(sentence)) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > room:
			flush()
			line = word
		default:
			line += " " + word
		}
	}
	if line != "" {
		flush()
	}
}

// minRoom is what a line has at least, however narrow the terminal.
const minRoom = 20

// cut splits text after n characters.
func cut(text string, n int) (head, rest string) {
	if len(text) <= n || utf8.RuneCountInString(text) <= n {
		return text, ""
	}
	at := 0
	for range n {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return text[:at], text[at:]
}

// table writes rows in columns. The widest column gives way until all fit.
func (s *screen) table(rows [][]string, as func(row, column int) style) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	shrink(widths, max(s.width, minRoom)-2*(len(widths)-1))
	for r, row := range rows {
		for i, cell := range row {
			cell = clip(cell, widths[i])
			s.WriteString(s.paint(as(r, i), cell))
			if i < len(row)-1 {
				s.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2))
			}
		}
		s.WriteString("\n")
	}
}

// shrink takes from the widest until the sum is at most room.
func shrink(widths []int, room int) {
	for {
		sum, widest := 0, 0
		for i, w := range widths {
			sum += w
			if w > widths[widest] {
				widest = i
			}
		}
		if sum <= room || widths[widest] <= 4 {
			return
		}
		widths[widest]--
	}
}
