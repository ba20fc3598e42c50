package source

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
)

// Mirrors replaces the beginnings of chart repository URLs by other URLs or by
// local directories. The zero value replaces nothing.
type Mirrors struct {
	rules []mirror
}

type mirror struct {
	prefix string // canonical, without a slash at its end
	url    string // the replacement, or
	dir    string // an absolute directory that holds index.yaml
}

// ParseMirrors reads lines of the form URL=REPLACEMENT. URL is a repoURL or
// the beginning of one; REPLACEMENT is an http(s) URL, or a directory that
// holds an index.yaml, relative to base. Empty lines and lines that begin with
// "#" are left out. An error names the line.
func ParseMirrors(lines []string, base string) (Mirrors, error) {
	var mirrors Mirrors
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		rule, err := parseMirror(line, base)
		if err == nil && mirrors.has(rule.prefix) {
			err = fmt.Errorf("%s has a mirror already", rule.prefix)
		}
		if err != nil {
			return Mirrors{}, fault.WithHint(fmt.Errorf("reading the mirror %q: %w", line, err),
				"A mirror is written as URL=REPLACEMENT, such as https://charts.example.com=https://mirror.example.com/charts or oci://ghcr.io/org=charts.")
		}
		mirrors.rules = append(mirrors.rules, rule)
	}
	return mirrors, nil
}

func (m Mirrors) has(prefix string) bool {
	for _, rule := range m.rules {
		if rule.prefix == prefix {
			return true
		}
	}
	return false
}

func parseMirror(line, base string) (mirror, error) {
	from, to, found := strings.Cut(line, "=")
	from, to = strings.TrimSpace(from), strings.TrimSpace(to)
	if !found || from == "" || to == "" {
		return mirror{}, errors.New("expected a URL, an equals sign and its replacement")
	}
	if parsed, err := url.Parse(from); err != nil || parsed.Scheme == "" || parsed.Host == "" {
		return mirror{}, fmt.Errorf("expected a URL with scheme and host before the equals sign, found %s", from)
	}
	rule := mirror{prefix: strings.TrimSuffix(canonical(from), "/")}
	if strings.Contains(to, "://") {
		rule.url = strings.TrimSuffix(to, "/")
		return rule, checkHTTP(to)
	}
	rule.dir = to
	if !filepath.IsAbs(to) {
		rule.dir = filepath.Join(base, to)
	}
	if info, err := os.Stat(filepath.Join(rule.dir, "index.yaml")); err != nil || !info.Mode().IsRegular() {
		return mirror{}, fmt.Errorf("expected a directory with an index.yaml after the equals sign, found none at %s", to)
	}
	return rule, nil
}

func checkHTTP(address string) error {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" || parsed.Scheme != "https" && parsed.Scheme != "http" {
		return fmt.Errorf("expected an http or https URL after the equals sign, found %s", address)
	}
	return nil
}

// location is where bytes come from: a URL, or a file if file is set.
type location struct {
	url  string
	file string
}

// locate applies the longest matching prefix to a URL. A prefix matches whole
// path segments only.
func (m Mirrors) locate(address string) (location, error) {
	var best *mirror
	plain := canonical(address)
	for i, rule := range m.rules {
		if atBoundary(plain, rule.prefix) && (best == nil || len(rule.prefix) > len(best.prefix)) {
			best = &m.rules[i]
		}
	}
	if best == nil {
		return location{url: address}, nil
	}
	rest := plain[len(best.prefix):]
	if best.url != "" {
		return location{url: best.url + rest}, nil
	}
	file, err := fileBelow(best.dir, rest)
	return location{file: file}, err
}

func atBoundary(address, prefix string) bool {
	rest, found := strings.CutPrefix(address, prefix)
	return found && (rest == "" || strings.ContainsRune("/?#", rune(rest[0])))
}

// fileBelow finds the file of a mirrored URL; no link and no ".." leads out of
// the mirror.
func fileBelow(dir, rest string) (string, error) {
	rest, _, _ = strings.Cut(rest, "?")
	name, err := url.PathUnescape(rest)
	if err != nil {
		return "", fmt.Errorf("reading %s in the mirror: %w", rest, err)
	}
	file := filepath.Join(dir, name)
	if !below(filepath.Clean(dir), file) {
		return "", fmt.Errorf("expected %s to lie inside of the mirror", name)
	}
	return file, nil
}

// canonical lowers the case of scheme and host.
func canonical(address string) string {
	scheme, rest, found := strings.Cut(address, "://")
	if !found {
		return address
	}
	host, path, slash := strings.Cut(rest, "/")
	if slash {
		path = "/" + path
	}
	return strings.ToLower(scheme) + "://" + strings.ToLower(host) + path
}
