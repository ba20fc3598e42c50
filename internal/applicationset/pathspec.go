package applicationset

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
)

// pathspec is a pattern as `git ls-files -- PATTERN` reads it: a name finds
// the file or all below the directory; * and ? match slashes, too.
type pathspec struct {
	literal string         // without a slash at the end; "" is everything
	dirOnly bool           // it ended with a slash
	glob    *regexp.Regexp // nil if nothing can match
}

func newPathspec(pattern string) (pathspec, error) {
	if strings.HasPrefix(pattern, ":") {
		return pathspec{}, fault.Skip("its pattern %q has Git's pathspec magic, which is not supported", pattern)
	}
	clean := path.Clean(pattern)
	if strings.HasPrefix(clean, "/") || clean == ".." || strings.HasPrefix(clean, "../") {
		return pathspec{}, fmt.Errorf("expected a pattern inside the repository, found %q", pattern)
	}
	if clean == "." {
		return pathspec{}, nil
	}
	return pathspec{literal: clean, dirOnly: strings.HasSuffix(pattern, "/"), glob: wildcard(clean)}, nil
}

func (p pathspec) matches(name string) bool {
	switch {
	case p.literal == "" || strings.HasPrefix(name, p.literal+"/"):
		return true
	case p.dirOnly:
		return false
	}
	return name == p.literal || p.glob != nil && p.glob.MatchString(name)
}

// wildcard translates a pattern of Git's: *, ?, [...] and \. It gives nil for
// one that Git would never match.
func wildcard(pattern string) *regexp.Regexp {
	var out strings.Builder
	out.WriteString(`(?s)\A`)
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; c {
		case '*':
			out.WriteString(`.*`)
		case '?':
			out.WriteString(`.`)
		case '\\':
			if i++; i == len(pattern) {
				return nil
			}
			out.WriteString(regexp.QuoteMeta(pattern[i : i+1]))
		case '[':
			end := classEnd(pattern, i)
			if end < 0 {
				return nil
			}
			out.WriteString(class(pattern[i+1 : end]))
			i = end
		default:
			out.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	found, err := regexp.Compile(out.String() + `\z`)
	if err != nil {
		return nil // such as a range that goes backwards
	}
	return found
}

// classEnd finds the ] of the class that begins at start, -1 if there is none.
// Right after the [, or its negation, ] is a member.
func classEnd(pattern string, start int) int {
	i := start + 1
	if i < len(pattern) && (pattern[i] == '!' || pattern[i] == '^') {
		i++
	}
	for first := i; i < len(pattern); i++ {
		switch {
		case pattern[i] == '\\':
			i++
		case strings.HasPrefix(pattern[i:], "[:"):
			if end := strings.Index(pattern[i:], ":]"); end > 0 {
				i += end + 1
			}
		case pattern[i] == ']' && i > first:
			return i
		}
	}
	return -1
}

// class translates what is between brackets.
func class(members string) string {
	var out strings.Builder
	out.WriteByte('[')
	if members[0] == '!' || members[0] == '^' {
		out.WriteByte('^')
		members = members[1:]
	}
	for i := 0; i < len(members); i++ {
		switch c := members[i]; {
		case strings.HasPrefix(members[i:], "[:") && strings.Contains(members[i:], ":]"):
			end := i + strings.Index(members[i:], ":]") + 2
			out.WriteString(members[i:end])
			i = end - 1
		case c == '\\' && i+1 < len(members):
			i++
			out.WriteString(regexp.QuoteMeta(members[i : i+1]))
		case c == '[' || c == ']' || c == '^' || c == '&' || c == '~':
			out.WriteString(`\` + string(c))
		default:
			out.WriteByte(c)
		}
	}
	return out.String() + "]"
}
