package process

import (
	"bytes"
	"strings"
)

// capped keeps what is written up to max bytes, then reports once through full
// and swallows the rest. The buffer is not embedded: its ReadFrom would let
// io.Copy pass Write, and so the bound, by.
type capped struct {
	buf  bytes.Buffer
	max  int64
	full func(error)
	over bool
}

// Write never fails: a failing writer would end the command with a broken pipe,
// and the reader of the log would not learn why.
func (c *capped) Write(p []byte) (int, error) {
	switch {
	case c.over:
	case int64(c.buf.Len()+len(p)) > c.max:
		c.over, c.buf = true, bytes.Buffer{}
		c.full(&OutputError{Max: c.max})
	default:
		c.buf.Write(p)
	}
	return len(p), nil
}

// tail keeps the last max bytes that are written.
type tail struct {
	kept []byte
	max  int
}

// Write never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if extra := len(t.kept) - t.max; extra > 0 {
		t.kept = append(t.kept[:0], t.kept[extra:]...)
	}
	return len(p), nil
}

// String gives what was kept, without trailing newlines.
func (t *tail) String() string { return strings.TrimRight(string(t.kept), "\n") }
