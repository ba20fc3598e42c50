package render

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// globMatches says whether a file or directory below root matches the pattern,
// which is relative to dir. The rules are those of zglob, which Argo CD uses:
// "**/" is any number of directories, "*" is part of one name and matches a
// leading dot, [ab] and {a,b} are choices. Symbolic links are not followed.
func globMatches(root, dir, pattern string) (bool, error) {
	rel, err := filepath.Rel(root, filepath.Join(dir, pattern))
	if err != nil || !filepath.IsLocal(rel) {
		return false, err
	}
	if !strings.ContainsAny(pattern, "*{") {
		_, err := os.Stat(filepath.Join(root, rel))
		return err == nil, err
	}
	start, mask := splitGlob(dir, pattern)
	re, err := globRegexp(mask)
	if err != nil {
		return false, err
	}
	return walkMatches(start, re)
}

// splitGlob gives the directory to search and the rest of the pattern: the
// elements before the first wildcard are plain names.
func splitGlob(dir, pattern string) (start, mask string) {
	elements := strings.Split(filepath.ToSlash(filepath.Clean(pattern)), "/")
	n := 0
	for n < len(elements) && !strings.ContainsAny(elements[n], "*{") {
		n++
	}
	return filepath.Join(dir, filepath.Join(elements[:n]...)), strings.Join(elements[n:], "/")
}

// walkMatches looks below start for a path that matches, relative to start.
func walkMatches(start string, re *regexp.Regexp) (bool, error) {
	found := false
	err := filepath.WalkDir(start, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || path == start {
			return err
		}
		if re.MatchString(filepath.ToSlash(path[len(start)+1:])) {
			found = true
			return fs.SkipAll
		}
		return nil
	})
	return found, err
}

// globRegexp translates a pattern. "*" inside {} is a plain character.
func globRegexp(mask string) (*regexp.Regexp, error) {
	var b strings.Builder
	for len(mask) > 0 {
		n, expr, err := globToken(mask)
		if err != nil {
			return nil, err
		}
		b.WriteString(expr)
		mask = mask[n:]
	}
	return regexp.Compile("^(?:" + b.String() + ")$")
}

// globToken translates the first token of mask, which is n bytes long.
func globToken(mask string) (n int, expr string, err error) {
	switch {
	case strings.HasPrefix(mask, "!("):
		return 0, "", errors.New("!() is not supported")
	case strings.HasPrefix(mask, "**/"):
		return 3, "(?:.*/)?", nil
	case mask[0] == '*':
		return 1, "[^/]*", nil
	case mask[0] == '\\' && len(mask) > 1:
		return 2, regexp.QuoteMeta(mask[1:2]), nil
	case mask[0] == '[':
		if end := strings.IndexByte(mask, ']'); end > 1 {
			return end + 1, mask[:end+1], nil
		}
	case mask[0] == '{':
		if end := strings.IndexByte(mask, '}'); end > 1 {
			return end + 1, "(?:" + strings.ReplaceAll(regexp.QuoteMeta(mask[1:end]), ",", "|") + ")", nil
		}
	}
	return 1, regexp.QuoteMeta(mask[:1]), nil
}
