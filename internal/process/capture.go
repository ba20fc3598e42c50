package process

import "bytes"

// capped keeps what is written up to max bytes, then reports once through full
// and swallows the rest.
type capped struct {
	bytes.Buffer
	max  int64
	full func(error)
}

// Write never fails: a failing writer would end the command with a broken pipe,
// and the reader of the log would not learn why.
func (c *capped) Write(p []byte) (int, error) {
	if int64(c.Len()+len(p)) > c.max {
		c.full(&OutputError{Max: c.max})
		return len(p), nil
	}
	return c.Buffer.Write(p)
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

// String gives what was kept.
func (t *tail) String() string { return string(t.kept) }
