package compare

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hidden are the characters that a reader doesn't see or that reorder what is
// seen: controls, formats (bidi, zero width, tags), separators other than the
// space, variation selectors and what else has no glyph of its own.
var hidden = []*unicode.RangeTable{
	unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Zs,
	unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point,
	{R16: []unicode.Range16{{Lo: 0x2800, Hi: 0x2800, Stride: 1}}}, // an empty Braille pattern
}

// Visible spells hidden characters out as \u{200B}, all but newline and tab, and
// bytes that are no UTF-8 as \x{FF}. What is spelled out already stays as it is,
// so that a Diff may be part of text.
func Visible(text string) string {
	if isPlainASCII(text, "\n\t \\") {
		return text
	}
	return spell(text, "\n\t ", false)
}

// visible spells hidden characters out as \u{200B}, all but newline and tab.
// The result is as telling as the text: a literal \u{ is spelled out too.
func visible(text string) string {
	return escape(text, "\n\t ")
}

// visibleLine is visible for what must stay on one line.
func visibleLine(text string) string {
	return escape(text, " ")
}

func escape(text, keep string) string {
	if isPlainASCII(text, keep) {
		return text
	}
	return spell(text, keep, true)
}

// spell spells out what a reader doesn't see and, if again, what looks as if it
// had been spelled out.
func spell(text, keep string, again bool) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x{%02X}`, text[i])
		case again && r == '\\' && (strings.HasPrefix(text[i:], `\u{`) || strings.HasPrefix(text[i:], `\x{`)):
			b.WriteString(`\u{5C}`)
		case !strings.ContainsRune(keep, r) && unicode.In(r, hidden...):
			fmt.Fprintf(&b, `\u{%04X}`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isPlainASCII finds quickly that there is nothing to escape.
func isPlainASCII(text, keep string) bool {
	for i := range len(text) {
		c := text[i]
		if c >= utf8.RuneSelf || c == '\\' && !strings.Contains(keep, `\`) || c == 0x7F || c < ' ' && !strings.Contains(keep, string(rune(c))) {
			return false
		}
	}
	return true
}

// visibleEnd spells out the blanks at the end of a changed line.
func visibleEnd(line string) string {
	end := strings.TrimRight(line, " \t")
	blanks := strings.NewReplacer(" ", `\u{20}`, "\t", `\u{9}`)
	return end + blanks.Replace(line[len(end):])
}
