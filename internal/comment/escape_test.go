package comment

import (
	"strings"
	"testing"
)

func TestCodeSpan(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"redis", "`redis`"},
		{"", "` `"},
		{"a`b", "``a`b``"},
		{"`a``", "``` `a`` ```"},
		{"a\nb\tc", "`a\\nb\\tc`"},
		{"a\u202eb\x1b[1m", "`a\\u{202E}b\\u{001B}[1m`"},
		{"a\xffb", "`a\\x{FF}b`"},
		{"@octo #1", "`@octo #1`"},
		{strings.Repeat("ä", 300), "`" + strings.Repeat("ä", 199) + "…`"},
	}
	for _, tt := range tests {
		if got := codeSpan(tt.in); got != tt.want {
			t.Errorf("codeSpan(%q) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestCell(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"a|b", "`a\\|b`"},
		{`a\|b`, "`a\\u{5C}\\|b`"},
		{`a\`, "`a\\`"},
	}
	for _, tt := range tests {
		if got := cell(tt.in); got != tt.want {
			t.Errorf("cell(%q) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestProse(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"Argo CD can't sync it, yet.", "Argo CD can't sync it, yet."},
		{"opening apps/x.yaml: no such file", "opening `apps/x.yaml`: no such file"},
		{"run `helm dep up` first", "run `helm dep up` first"},
		{"an odd ` backtick", "an odd `` ` `` backtick"},
		{"1. not a list", "`1`. not a list"},
		{"# not a heading", "`#` not a heading"},
		{"cc @octo and GH-12, #12", "cc `@octo` and `GH-12`, `#12`"},
		{"see https://evil.example (www.evil.example)", "see `https://evil.example` (`www.evil.example`)"},
		{"[x](y) ![x](y) <b> **b** _i_ a|b", "`[x](y`) `![x](y`) `<b>` `**b**` `_i_` `a|b`"},
		{"a word like defaced", "a word like `defaced`"},
		{"two\nlines", "two lines"},
		{"hid\u200bden", "`hid\\u{200B}den`"},
	}
	for _, tt := range tests {
		if got := prose(tt.in); got != tt.want {
			t.Errorf("prose(%q) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestFence(t *testing.T) {
	t.Parallel()
	if got, want := fence("diff", "+ a\n"), "```diff\n+ a\n```\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	got := fence("diff", "+ ````\n+ </details>")
	if want := "`````diff\n+ ````\n+ </details>\n`````\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if a, b := fence("diff", "+ a"), fence("diff", "+ a\u200b"); a == b {
		t.Error("a hidden character makes no difference")
	}
}
