package comment

import (
	"html"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/argoplan/argoplan/internal/compare"
)

// Everything that a pull request can choose passes one of these functions on
// its way into the page: codeSpan, cell, inSummary, fence or prose. In none of
// them can text become a link, a mention, an image, a heading or HTML.

// spanCap and nameCap bound text outside of fences, in characters.
const (
	spanCap = 200
	nameCap = 60
)

// visible spells out characters that can't be seen, or that change how others
// are read (CVE-2021-42574). A changed value never looks unchanged.
func visible(s string) string { return compare.Visible(s) }

var breaks = strings.NewReplacer("\n", `\n`, "\t", `\t`)

// oneLine makes s visible, on one line, and at most spanCap characters long.
func oneLine(s string) string {
	return clip(breaks.Replace(visible(strings.TrimSpace(s))), spanCap)
}

// clip cuts s to n characters, the last being "…" if something is missing.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// codeSpan shows s as code within a line. The run of backticks is longer than
// any in s. GitHub links nothing and mentions nobody in code.
func codeSpan(s string) string { return span(oneLine(s)) }

func span(s string) string {
	if s == "" {
		return "` `"
	}
	ticks := strings.Repeat("`", longestRun(s)+1)
	if s[0] == '`' || s[len(s)-1] == '`' {
		s = " " + s + " "
	}
	return ticks + s + ticks
}

// cell is codeSpan for a table. Parsers disagree on a backslash before an
// escaped pipe, so that backslash is spelled out.
func cell(s string) string {
	s = strings.ReplaceAll(oneLine(s), `\|`, `\u{5C}|`)
	return span(strings.ReplaceAll(s, "|", `\|`))
}

// inSummary shows s as code within a <summary>, where Markdown isn't read.
func inSummary(s string) string { return "<code>" + html.EscapeString(oneLine(s)) + "</code>" }

// fence shows s as a block. The fence is longer than any run of backticks in
// s, so s can't end it.
func fence(info, s string) string {
	s = strings.TrimRight(visible(s), "\n")
	ticks := strings.Repeat("`", max(3, longestRun(s)+1))
	return ticks + info + "\n" + s + "\n" + ticks + "\n"
}

// longestRun counts the backticks in the longest run of them.
func longestRun(s string) int {
	longest, run := 0, 0
	for _, r := range s {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

var (
	// plainWord can mean nothing to Markdown, nor to GitHub's links.
	plainWord = regexp.MustCompile(`^\(?"?([A-Za-z]+(['-][A-Za-z]+)*|[0-9]{1,6})["),;:.!?%]*$`)
	// wrapped splits what stands around a word from the word.
	wrapped = regexp.MustCompile(`^(\(?)(.*?)([),;:.]*)$`)
	// commitLike could be linked as a commit ID.
	commitLike = regexp.MustCompile(`[a-f]{7,}`)
	digit      = regexp.MustCompile(`^\(?[0-9]`)
)

// prose shows a sentence: plain words as they are, every other word (paths,
// names, URLs, punctuation) as code. Pairs of backticks in s are kept as code.
func prose(s string) string {
	s = visible(clip(s, proseCap))
	parts := strings.Split(s, "`")
	if len(parts)%2 == 0 {
		parts = []string{s} // an odd backtick pairs with nothing
	}
	var words []string
	for i, part := range parts {
		if i%2 == 1 {
			words = append(words, codeSpan(part))
			continue
		}
		for _, w := range strings.Fields(part) {
			words = append(words, word(w, len(words) == 0))
		}
	}
	return strings.Join(words, " ")
}

// proseCap bounds a sentence, in characters.
const proseCap = 1000

// word shows one word. A number that comes first would start a list.
func word(w string, first bool) string {
	if plainWord.MatchString(w) && !commitLike.MatchString(w) && !(first && digit.MatchString(w)) {
		return w
	}
	m := wrapped.FindStringSubmatch(w)
	if m == nil || m[2] == "" {
		return codeSpan(w)
	}
	return m[1] + codeSpan(m[2]) + m[3]
}
