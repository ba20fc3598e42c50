package render

import "bytes"

// jsonnetToken gives the first token of code, which isn't empty: a run of
// white space, a comment, a string, a word, or one byte of anything else. A
// string or comment that doesn't end is all of the rest; the interpreter reads
// all tokens before it parses and refuses such a file (the rules are those of
// https://jsonnet.org/ref/spec.html#lexing).
func jsonnetToken(code []byte) []byte {
	switch c := code[0]; {
	case isSpace(c):
		return code[:runOf(code, isSpace)]
	case isDigit(c): // "1in" is a number and a word
		return code[:runOf(code, isDigit)]
	case isWord(c):
		return code[:runOf(code, isWord)]
	case c == '#', bytes.HasPrefix(code, []byte("//")):
		return until(code, 1, "\n")
	case bytes.HasPrefix(code, []byte("/*")):
		return until(code, 2, "*/")
	case bytes.HasPrefix(code, []byte("|||")):
		return textBlock(code)
	case c == '"', c == '\'':
		return quoted(code)
	case c == '@' && len(code) > 1:
		return verbatim(code)
	}
	return code[:1]
}

// isFodder is true for what the parser never sees.
func isFodder(token []byte) bool {
	c := token[0]
	return isSpace(c) || c == '#' || c == '/' && len(token) > 1
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c)
}

func runOf(code []byte, is func(byte) bool) int {
	n := 0
	for n < len(code) && is(code[n]) {
		n++
	}
	return n
}

// until cuts code behind the first end that starts at from or later.
func until(code []byte, from int, end string) []byte {
	if n := bytes.Index(code[from:], []byte(end)); n >= 0 {
		return code[:from+n+len(end)]
	}
	return code
}

// quoted ends at the first quote without a backslash before it.
func quoted(code []byte) []byte {
	for n := 1; n < len(code); n++ {
		switch code[n] {
		case '\\':
			n++
		case code[0]:
			return code[:n+1]
		}
	}
	return code
}

// verbatim ends at the first quote that isn't doubled.
func verbatim(code []byte) []byte {
	for n := 2; n < len(code); n++ {
		if code[n] != code[1] {
			continue
		}
		if n+1 == len(code) || code[n+1] != code[1] {
			return code[:n+1]
		}
		n++
	}
	return code
}

// textBlock ends at "|||" on the first line that is indented less than the
// block's first one.
func textBlock(code []byte) []byte {
	head := until(code, 3, "\n")
	n := len(head) + blankLines(code[len(head):])
	indent := code[n : n+runOf(code[n:], isBlank)]
	if len(indent) == 0 || len(bytes.Trim(head[3:], "- \t\r\n")) > 0 {
		return code
	}
	for bytes.HasPrefix(code[n:], indent) {
		n += len(until(code[n:], 0, "\n"))
		n += blankLines(code[n:])
	}
	n += runOf(code[n:], isBlank)
	if !bytes.HasPrefix(code[n:], []byte("|||")) {
		return code
	}
	return code[:n+3]
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func blankLines(code []byte) int { return runOf(code, func(c byte) bool { return c == '\n' }) }
