package render

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/argocd"
)

// nested puts n times before and after around middle.
func nested(n int, before, middle, after string) string {
	return strings.Repeat(before, n) + middle + strings.Repeat(after, n)
}

func TestNestingRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"arrays":                     nested(100_000, "[", "", "]"),
		"parentheses":                nested(100_000, "(", "1", ")"),
		"objects":                    nested(100_000, "{a:", "1", "}"),
		"arrays that never end":      strings.Repeat("[", 100_000),
		"minus":                      nested(100_000, "- ", "1", ""),
		"a sum":                      nested(100_000, "", "1", " + 1"),
		"a number before the word":   nested(100_000, "", "1", "in 1"),
		"calls":                      nested(100_000, "", "f", "()"),
		"calls with arguments":       nested(100_000, "", "f", "(1,2)"),
		"indices":                    nested(100_000, "", "f", "[0]"),
		"fields":                     nested(100_000, "", "f", ".a"),
		"local":                      nested(100_000, "local a = 1; ", "1", ""),
		"local with commas":          nested(100_000, "local a = 1, b = 2; ", "1", ""),
		"the same in an array":       "[1, " + nested(100_000, "local a = 1, b = 2; ", "1", "") + "]",
		"the same in an object":      "{a: " + nested(100_000, "local a = 1, b = 2; ", "1", "") + "}",
		"local in local":             nested(100_000, "local a = ", "1", "; a, b = 2; 1"),
		"assert":                     nested(100_000, "assert true : 'x'; ", "1", ""),
		"if":                         nested(100_000, "if true then ", "1", ""),
		"else":                       nested(100_000, "if true then 1 else ", "1", ""),
		"functions":                  nested(100_000, "function(a, b) ", "1", ""),
		"error":                      nested(100_000, "error ", "1", ""),
		"for":                        "[1 " + strings.Repeat("for a in b ", 100_000) + "]",
		"brackets hidden by strings": nested(100_000, `["]", @'])', `, "1", "]"),
		"by comments":                nested(100_000, "[ /* ]]] */ // ]]]\n # ]]]\n", "1", "]"),
		"by text blocks":             nested(100_000, "[ |||\n  ]]]]\n|||, ", "1", "]"),
		"by escapes":                 nested(100_000, `['\']]]', "\\", `, "1", "]"),
		"by brackets that don't fit": nested(100_000, "[{", "1", "}]"),
	}
	for name, code := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := rendered(t, New(Options{}), plain(t, tree(t, "a.jsonnet", code), argocd.Directory{}))
			wantError(t, err, "a.jsonnet: reading a.jsonnet: the code is nested too deeply")
		})
	}
}

func TestNestingAllowed(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"a long array":      "[" + strings.Repeat("-1 + (2), ", 100_000) + "]",
		"a long object":     "{" + strings.Repeat("a:: {b: [1 + 1]}, ", 100_000) + "}",
		"fields with local": "{" + strings.Repeat("local x = 1 + 1, assert true, a:: -x, ", 100_000) + "}",
		"300 libraries":     strings.Repeat("local a = import 'a.libsonnet';\n", 300) + "{}",
		"a text":            "[" + strings.Repeat("'(((' + \"[[[\", ", 100_000) + "]",
		"a text block":      "|||\n" + strings.Repeat("  ((({{{[[[--- local if\n\n", 100_000) + "|||",
		"a long comment":    "/*" + strings.Repeat("(", 100_000) + "*/ 1 //" + strings.Repeat("(", 100_000),
		"100 brackets":      nested(100, "[", "", "]"),
		"nothing":           "",
	}
	for name, code := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := checkNesting([]byte(code)); err != nil {
				t.Error(err)
			}
		})
	}
}

// Calls may be nested 500 deep, and each may hold an expression as deep as
// allowed: the stack has to hold both.
func TestNestingInCalls(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"minus":       "local f(x) = " + nested(maxNesting-20, "-", "f(x + 1)", "") + "; f(0)",
		"parentheses": "local f(x) = " + nested(maxNesting/(bracketNesting+1)-10, "(", "f(x + 1)", ")") + "; f(0)",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rendered(t, New(Options{}), plain(t, tree(t, "a.jsonnet", code), argocd.Directory{}))
			wantError(t, err, "max stack frames exceeded")
		})
	}
}

func TestJsonnetTokens(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"a+1":                    {"a", "+", "1"},
		"1in x":                  {"1", "in", " ", "x"},
		"a_1 \t\r\n{":            {"a_1", " \t\r\n", "{"},
		"# x\n1":                 {"# x\n", "1"},
		"// x":                   {"// x"},
		"1/2":                    {"1", "/", "2"},
		"/*/ x */1":              {"/*/ x */", "1"},
		"/* x":                   {"/* x"},
		`"a\"b\\"c`:              {`"a\"b\\"`, "c"},
		`'a"\'b'"c"`:             {`'a"\'b'`, `"c"`},
		`"a`:                     {`"a`},
		`"a\`:                    {`"a\`},
		`@"a\"b`:                 {`@"a\"`, "b"},
		`@'a''b'c`:               {`@'a''b'`, "c"},
		`@'a`:                    {`@'a`},
		"@":                      {"@"},
		"|||\n a\n\n b\n|||+1":   {"|||\n a\n\n b\n|||", "+", "1"},
		"|||- \t\n a\n |||\n|||": {"|||- \t\n a\n |||\n|||"},
		"|||\n\n\ta\n |||1":      {"|||\n\n\ta\n |||", "1"},
		"|||\na\n|||":            {"|||\na\n|||"},
		"||| x\n a\n|||":         {"||| x\n a\n|||"},
		"|||\n a\nb":             {"|||\n a\nb"},
		"|||":                    {"|||"},
		"||":                     {"|", "|"},
	}
	for code, want := range tests {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			var got []string
			for rest := []byte(code); len(rest) > 0; rest = rest[len(got[len(got)-1]):] {
				got = append(got, string(jsonnetToken(rest)))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// No text may keep the scan from ending, and every byte is in a token.
func FuzzJsonnetToken(f *testing.F) {
	for _, seed := range []string{"|||\n a\n|||", `@"x""`, `'\`, "/*", "1in 2 // x", "{a: local b = 1; b}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, code []byte) {
		for rest := code; len(rest) > 0; {
			n := len(jsonnetToken(rest))
			if n < 1 || n > len(rest) {
				t.Fatalf("a token of %d bytes in %q", n, rest)
			}
			rest = rest[n:]
		}
		_, _, _ = checkNesting(code)
	})
}
