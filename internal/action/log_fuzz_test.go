package action

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzLogger puts text in every place of the log, and asks of every line what a
// runner asks.
func FuzzLogger(f *testing.F) {
	for _, seed := range []string{"::error::INJECTED", "x\r::set-env name=a::b", "##[add-mask]x", "a,line=1::INJECTED", "%0A::debug::x", "\u2028::group::x", "a:b,c=d::e"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var b bytes.Buffer
		l := newLogger(environment{actions: true}, &b, false)
		l.info("%s", text)
		l.group(text, 0, []string{text})
		for range annotations + 1 {
			l.fail(text, 1, text)
			l.warn(text, 0, text)
		}
		for line := range strings.Lines(strings.ReplaceAll(b.String(), "\r", "\n")) {
			command, ok := strings.CutPrefix(strings.TrimLeft(line, " \t"), "::")
			name, _, _ := strings.Cut(command, "::")
			name, _, _ = strings.Cut(name, " ")
			switch {
			case strings.Contains(line, "##["):
				t.Errorf("%q is read as a command", line)
			case ok && name != "group" && name != "endgroup" && name != "error" && name != "warning":
				t.Errorf("%q gives the command %q", line, name)
			case ok && !strings.HasPrefix(line, "::"):
				t.Errorf("%q is a command that isn't ours", line)
			}
		}
		if own := strings.Count("\n"+b.String(), "\n::"); own != 2+2*annotations {
			t.Errorf("%d commands for %q, want %d:\n%s", own, text, 2+2*annotations, b.String())
		}
	})
}
