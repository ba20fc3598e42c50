package watch

import (
	"bytes"
	"fmt"
	"io"

	"github.com/argoplan/argoplan/internal/logtext"
)

// heard keeps the beginning of what a run writes to standard error in Actions,
// where that is no more than why it died. A panic may hold text of the pull
// request, which the runner would read for commands.
type heard struct {
	to   io.Writer
	text bytes.Buffer
}

// Write never fails.
func (h *heard) Write(p []byte) (int, error) {
	if room := 64<<10 - h.text.Len(); room > 0 {
		h.text.Write(p[:min(len(p), room)])
	}
	return len(p), nil
}

// tell writes it, without the traces that follow, and forgets it.
func (h *heard) tell() {
	if h.text.Len() == 0 {
		return
	}
	text, _, _ := bytes.Cut(h.text.Bytes(), []byte("\n\n"))
	_, _ = fmt.Fprintln(h.to, logtext.Clean(string(text)))
	h.text.Reset()
}
