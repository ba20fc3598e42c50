package shard

import (
	"regexp"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/redact"
	"github.com/argoplan/argoplan/internal/report"
)

// joinWarnings adds those of another shard that none has told yet. All find the
// same, but runners differ, and each shard hides what its own Applications hold: of
// two texts that are the same but for that, the one counts that hides more.
func joinWarnings(kept, other []report.Warning) []report.Warning {
	for _, w := range other {
		i := slices.IndexFunc(kept, func(k report.Warning) bool { return same(k, w) })
		switch {
		case i < 0:
			kept = append(kept, w)
		case strings.Count(w.Message, redact.Mask) > strings.Count(kept[i].Message, redact.Mask):
			kept[i] = w
		}
	}
	return kept
}

func same(a, b report.Warning) bool {
	return a.Side == b.Side && a.Line == b.Line && a.File == b.File && (a.Message == b.Message || covers(a.Message, b.Message) || covers(b.Message, a.Message))
}

// covers says whether a text is another one with parts of it masked.
func covers(masked, text string) bool {
	if !strings.Contains(masked, redact.Mask) {
		return false
	}
	parts := strings.Split(masked, redact.Mask)
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	pattern, err := regexp.Compile("(?s)^" + strings.Join(parts, ".+") + "$")
	return err == nil && pattern.MatchString(text)
}
