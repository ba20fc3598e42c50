package applicationset

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	maxName = 253 // bytes of a DNS subdomain
	maxSlug = 50  // bytes, if slugify is not told
)

var (
	notInName = regexp.MustCompile(`[^-a-z0-9.]`)
	notInSlug = regexp.MustCompile(`[^-a-z0-9_]`)
	dashes    = regexp.MustCompile(`-+`)
)

// normalize makes a text fit for the name of an object. It may be empty.
func normalize(text string) string {
	text = notInName.ReplaceAllString(strings.ToLower(text), "-")
	if len(text) > maxName {
		text = text[:maxName]
	}
	return strings.Trim(text, "-.")
}

// slugify takes [max [smart]] text: a normalized text with dashes for dots, at
// most max bytes long. Smart, it is cut at a dash; otherwise wherever the
// length runs out, before runs of dashes are joined.
func slugify(args ...any) (string, error) {
	if len(args) == 0 {
		return "", nil
	}
	limit, smart := maxSlug, true
	text, ok := args[len(args)-1].(string)
	if ok && len(args) > 1 {
		limit, ok = args[0].(int)
	}
	if ok && len(args) > 2 {
		smart, ok = args[1].(bool)
	}
	if !ok || limit < 0 {
		return "", fmt.Errorf("slugify: expected [length [smart]] text, found %v", args)
	}
	text = normalize(text)
	if !smart && len(text) >= limit {
		text = text[:limit]
	}
	text = strings.Trim(dashes.ReplaceAllString(notInSlug.ReplaceAllString(text, "-"), "-"), "-_")
	if smart && limit > 0 && len(text) > limit {
		return cutAtDash(text, limit), nil
	}
	return text, nil
}

// cutAtDash cuts at the last dash that leaves at most limit bytes; one long
// word is cut through.
func cutAtDash(text string, limit int) string {
	if i := strings.LastIndexByte(text[:limit+1], '-'); i >= 0 {
		return text[:i]
	}
	return text[:limit]
}
