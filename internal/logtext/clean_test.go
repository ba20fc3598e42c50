package logtext

import (
	"strings"
	"testing"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":                           "plain",
		"two\nlines\n":                    "two\nlines",
		"::error::x":                      "│ ::error::x",
		"  ::set-output name=a::b":        "│   ::set-output name=a::b",
		"a ::error::x":                    "a ::error::x",
		"##[error]x":                      "##·[error]x",
		"in the middle ##[add-mask]x":     "in the middle ##·[add-mask]x",
		"first\r::error::x":               "first\n│ ::error::x",
		"first\r\n::stop-commands::x\r\n": "first\n│ ::stop-commands::x",
		"\x1b[31mred":                     `\u{001B}[31mred`,
		"a\u202eb\u200b":                  `a\u{202E}b\u{200B}`,
		"tab\tstays":                      "tab\tstays",
	} {
		if got := Clean(text); got != want {
			t.Errorf("Clean(%q) = %q, want %q", text, got, want)
		}
	}
}

// FuzzClean asks of every line what a runner asks: is this a command?
func FuzzClean(f *testing.F) {
	for _, seed := range []string{"::error::x", "\r::a::", "\u2028::a::b", "##[group]", "#\x00#[x]", " \t::debug::"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for line := range strings.Lines(Clean(text)) {
			if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") || strings.ContainsAny(line, "\r\x1b") {
				t.Errorf("Clean(%q) leaves the line %q", text, line)
			}
		}
	})
}
