// Package logtext makes text of others safe for a terminal and for a runner's log.
package logtext

import (
	"fmt"
	"strings"
	"unicode"
)

// bar begins each line that would otherwise be read as a workflow command.
const bar = "│ "

// Clean makes text safe to print: a runner takes "::name::" at the start of a
// line, and "##[name]" anywhere in it, for a command, on both streams; a
// terminal obeys escape sequences. Lines stay lines.
func Clean(text string) string {
	text = Inert(text)
	var b strings.Builder
	for i, line := range strings.Split(normalizeLines(text), "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		if strings.HasPrefix(strings.TrimSpace(line), "::") {
			b.WriteString(bar)
		}
		writeVisible(&b, line)
	}
	return b.String()
}

// Inert breaks what a runner takes for a command anywhere in a line.
func Inert(text string) string { return strings.ReplaceAll(text, "##[", "##\u00b7[") }

// normalizeLines makes one kind of line end: a lone carriage return begins a
// line for the runner.
func normalizeLines(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.TrimRight(text, "\r\n"), "\r\n", "\n"), "\r", "\n")
}

// writeVisible spells out what would not be seen, or would move the cursor.
func writeVisible(b *strings.Builder, line string) {
	for _, r := range line {
		if r != '\t' && !unicode.IsPrint(r) {
			fmt.Fprintf(b, `\u{%04X}`, r)
			continue
		}
		b.WriteRune(r)
	}
}
