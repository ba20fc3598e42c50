package compare

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gonvenience/ytbx"
)

func TestVisible(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"plain text\twith\nlines", "plain text\twith\nlines"},
		{"größe ❤ 日本", "größe ❤ 日本"},
		{"a\u200bb", `a\u{200B}b`},
		{"\u202eevil\u2066", `\u{202E}evil\u{2066}`},
		{"\x1b[31m\x00\x7f", `\u{001B}[31m\u{0000}\u{007F}`},
		{"\ufeff\u00ad\u061c\u2028\ufff9", `\u{FEFF}\u{00AD}\u{061C}\u{2028}\u{FFF9}`},
		{"\ufe0f\U000e0041\U000e0100", `\u{FE0F}\u{E0041}\u{E0100}`},
		{"a\u00a0b\u3164", `a\u{00A0}b\u{3164}`},
		{"\r", `\u{000D}`},
		{"bad \xff byte, good \ufffd", "bad \\x{FF} byte, good \ufffd"},
		{`C:\users \u{200B} \x{FF}`, `C:\users \u{5C}u{200B} \u{5C}x{FF}`},
	}
	for _, tt := range tests {
		if got := visible(tt.in); got != tt.want {
			t.Errorf("visible(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
	if got := visibleLine("a\nb\tc"); got != `a\u{000A}b\u{0009}c` {
		t.Errorf("visibleLine = %q", got)
	}
}

func TestPathString(t *testing.T) {
	t.Parallel()
	p := path{}.key("spec").key("a.b/c").key("x_y-1").key("").key("n\nn")
	p = append(p, ytbx.PathElement{Idx: 2})
	if got, want := p.String(), `spec[a.b/c].x_y-1[][n\u{000A}n][2]`; got != want {
		t.Errorf("path = %q, want %q", got, want)
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 500) + "X" + strings.Repeat("ö", 500)
	tests := []struct {
		text          string
		limit, around int
		want          string
	}{
		{"short", 10, 0, "short"},
		{strings.Repeat("ä", 110), 10, 0, strings.Repeat("ä", 110)}, // not worth it
		{long, 4, 0, "ääää … (997 more characters)"},
		{long, 4, 500, "(499 characters) … äXöö … (498 more characters)"},
		{long, 4, 1001, "(997 characters) … öööö"},
	}
	for _, tt := range tests {
		if got := cut(tt.text, tt.limit, tt.around); got != tt.want {
			t.Errorf("cut(%d runes, %d, %d) = %q, want %q", len([]rune(tt.text)), tt.limit, tt.around, got, tt.want)
		}
	}
}

// An edit script holds both texts, and its hunks all changes with the right
// line numbers.
func TestDiffLines(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	text := func() []string {
		lines := make([]string, random.IntN(40))
		for i := range lines {
			lines[i] = fmt.Sprint(random.IntN(12))
		}
		return lines
	}
	for range 2_000 {
		a, b := text(), text()
		script := editScript(a, b)
		if got := pick(script, '+'); got != strings.Join(a, ",") {
			t.Fatalf("without additions: %s, want %v", got, a)
		}
		if got := pick(script, '-'); got != strings.Join(b, ",") {
			t.Fatalf("without removals: %s, want %v", got, b)
		}
		changes := 0
		for _, h := range diffLines(a, b) {
			changes += countChanges(h.lines)
			number := h.first
			for _, l := range h.lines {
				if l.op != '-' {
					if b[number-1] != l.text {
						t.Fatalf("line %d is %q, the hunk says %q", number, b[number-1], l.text)
					}
					number++
				}
			}
		}
		if want := countChanges(script); changes != want {
			t.Fatalf("hunks hold %d changes of %d: %v %v", changes, want, a, b)
		}
	}
}

// Texts too long for the table are cut at lines that are unique in both.
func TestDiffLinesLong(t *testing.T) {
	t.Parallel()
	var a, b []string
	for i := range 30_000 {
		a = append(a, fmt.Sprint(i))
		if i%1_000 != 500 {
			b = append(b, fmt.Sprint(i))
		}
		if i%1_000 == 700 {
			b = append(b, "same", "same")
		}
	}
	script := editScript(a, b)
	if got := countChanges(script); got != 90 {
		t.Errorf("found %d changed lines, want 90", got)
	}
	if pick(script, '+') != strings.Join(a, ",") || pick(script, '-') != strings.Join(b, ",") {
		t.Error("the script doesn't hold both texts")
	}
}

// pick joins the lines without those of one op.
func pick(script []line, without byte) string {
	var texts []string
	for _, l := range script {
		if l.op != without {
			texts = append(texts, l.text)
		}
	}
	return strings.Join(texts, ",")
}

func countChanges(lines []line) int {
	n := 0
	for _, l := range lines {
		if l.op != ' ' {
			n++
		}
	}
	return n
}
