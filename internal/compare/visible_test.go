package compare

import "testing"

func TestVisibleAgain(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"plain", "a: \\b\n\tc", "a: \\b\n\tc"},
		{"letters of every script", "日本語 ä 🎉", "日本語 ä 🎉"},
		{"bidi", "a\u202eb", `a\u{202E}b`},
		{"zero width", "a\u200bb\u2060c\ufeffd", `a\u{200B}b\u{2060}c\u{FEFF}d`},
		{"controls", "a\x00b\x1b[1mc\rd\x7f", `a\u{0000}b\u{001B}[1mc\u{000D}d\u{007F}`},
		{"other spaces", "a\u00a0b\u3000c\u2028d\u2800e\u3164f", `a\u{00A0}b\u{3000}c\u{2028}d\u{2800}e\u{3164}f`},
		{"tags and selectors", "a\U000E0041b\ufe0fc", `a\u{E0041}b\u{FE0F}c`},
		{"no UTF-8", "a\xffb", `a\x{FF}b`},
		{"spelled out already", `a\u{202E}b`, `a\u{202E}b`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := Visible(tt.in)
			if got != tt.want {
				t.Errorf("Visible(%q) = %q, want %q", tt.in, got, tt.want)
			}
			if again := Visible(got); again != got {
				t.Errorf("a second time: %q, want %q", again, got)
			}
		})
	}
}
