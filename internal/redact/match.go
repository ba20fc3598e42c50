package redact

import (
	"cmp"
	"slices"
	"strings"
)

// pattern is one text to find. A bounded one counts only where no letter or
// digit stands next to it.
type pattern struct {
	text    string
	bounded bool
	// base64 is true if the characters after it may hold the secret's last bits.
	base64 bool
}

// matcher finds many patterns in one pass: by their first bytes, the longest
// first.
type matcher struct {
	first [1 << 10]uint64 // a bit for each first two bytes
	by    map[string][]pattern
}

func newMatcher(secrets []string) *matcher {
	m := &matcher{by: map[string][]pattern{}}
	for _, s := range secrets {
		for _, p := range spellings(s) {
			if len(p.text) < shortest {
				continue
			}
			at := pair(p.text)
			m.first[at>>6] |= 1 << (at & 63)
			key := p.text[:shortest]
			m.by[key] = append(m.by[key], p)
		}
	}
	for key, list := range m.by {
		slices.SortFunc(list, func(a, b pattern) int {
			return cmp.Or(cmp.Compare(len(b.text), len(a.text)), cmp.Compare(a.text, b.text))
		})
		m.by[key] = slices.Compact(list)
	}
	return m
}

func pair(text string) int { return int(text[0])<<8 | int(text[1]) }

// replace puts Mask in the place of every pattern.
func (m *matcher) replace(text string) string {
	if len(m.by) == 0 {
		return text
	}
	var b strings.Builder
	done := 0
	for i := 0; i+shortest <= len(text); {
		n := m.at(text, i)
		if n == 0 {
			i++
			continue
		}
		b.WriteString(text[done:i] + Mask)
		i += n
		done = i
	}
	if done == 0 {
		return text
	}
	return b.String() + text[done:]
}

// at gives the length of the pattern that begins at i, 0 if there is none.
func (m *matcher) at(text string, i int) int {
	if at := pair(text[i:]); m.first[at>>6]&(1<<(at&63)) == 0 {
		return 0
	}
	for _, p := range m.by[text[i:i+shortest]] {
		if strings.HasPrefix(text[i:], p.text) && (!p.bounded || bounded(text, i, i+len(p.text))) {
			return len(p.text) + p.rest(text[i+len(p.text):])
		}
	}
	return 0
}

// rest counts the character of base64 that the secret shares with what follows
// it, and the padding.
func (p pattern) rest(text string) int {
	n := 0
	if p.base64 && text != "" && (isWord(text[0]) || strings.IndexByte("+/-_", text[0]) >= 0) {
		n = 1
	}
	for p.base64 && n < len(text) && text[n] == '=' {
		n++
	}
	return n
}

// bounded is true if text[start:end] is a word of its own.
func bounded(text string, start, end int) bool {
	return (start == 0 || !isWord(text[start-1])) && (end == len(text) || !isWord(text[end]))
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
