// Package redact hides values that are known to be secret wherever they appear
// in text: as they are, and in the spellings that tools give them.
package redact

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// Mask stands where a secret stood.
const Mask = "<masked>"

// The bounds of what counts as a secret, in bytes. Shorter values would hide
// too much that is none; longer ones are whole files, of which nobody quotes all.
const (
	shortest = 6
	longest  = 64 << 10
)

// Redactor knows secrets and the words that are none, in copies: what it was
// taught may be parts of long texts. It may be used by several goroutines.
type Redactor struct {
	// parent knows more; it is not taught while it has children at work.
	parent  *Redactor
	mu      sync.Mutex
	secrets map[string]bool
	spared  map[string]bool
	matcher *matcher // nil if something was learnt since it was built
}

// New gives a Redactor that knows nothing yet, and hides passwords in URLs.
func New() *Redactor {
	return &Redactor{secrets: map[string]bool{}, spared: map[string]bool{}}
}

// Child gives a Redactor that also knows what r knows, and teaches r nothing.
func (r *Redactor) Child() *Redactor {
	child := New()
	child.parent = r
	return child
}

// TeachTo adds what r knows itself to other.
func (r *Redactor) TeachTo(other *Redactor) {
	other.mu.Lock()
	defer other.mu.Unlock()
	maps.Copy(other.secrets, r.secrets)
	maps.Copy(other.spared, r.spared)
	other.matcher = nil
}

// Learn adds values that are secret. What is too short, or a word that says
// nothing such as "disabled", is left out. Of a PEM block each line counts, too.
func (r *Redactor) Learn(values ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, value := range values {
		for _, v := range append(pemLines(value), strings.TrimSpace(value)) {
			if len(v) >= shortest && len(v) <= longest && !common[strings.ToLower(v)] && !strings.Contains(placeholders, v) && !r.secrets[v] {
				r.secrets[strings.Clone(v)] = true
				r.matcher = nil
			}
		}
	}
}

// Spare adds words that anybody may see, such as the names of resources: a
// secret that is just such a word is not hidden.
func (r *Redactor) Spare(words ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, w := range words {
		if len(w) >= shortest && !r.spared[w] {
			r.spared[strings.Clone(w)] = true
			r.matcher = nil
		}
	}
}

// Known gives what r was taught itself, sorted: the secrets, and the words that
// anybody may see.
func (r *Redactor) Known() (secrets, words []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.secrets)), slices.Sorted(maps.Keys(r.spared))
}

// Text gives the text with Mask in the place of each secret. Without any, it is
// the same text.
func (r *Redactor) Text(text string) string {
	if len(text) < shortest {
		return text
	}
	return withoutPasswords(r.ready().replace(text))
}

// Rest frees what Text needs to be fast, and the next Text builds again.
func (r *Redactor) Rest() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.matcher = nil
}

// ready gives the matcher for all that is known.
func (r *Redactor) ready() *matcher {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.matcher == nil {
		var known []string
		for from := r; from != nil; from = from.parent {
			for s := range from.secrets {
				if !r.spares(s) {
					known = append(known, s)
				}
			}
		}
		slices.Sort(known)
		r.matcher = newMatcher(slices.Compact(known))
	}
	return r.matcher
}

// spares says whether anybody may see a word.
func (r *Redactor) spares(word string) bool {
	return r != nil && (r.spared[word] || r.parent.spares(word))
}

// placeholders are what may stand for a secret: a value that is part of it would
// be hidden in it again.
const placeholders = "<masked, before> <masked, after> <masked> <changes on every render>"

// common are words of six letters and more that programs and people put where a
// secret belongs, and that are found everywhere.
var common = set("absent", "access", "active", "always", "changed", "changeme", "client", "cluster", "config", "database", "default", "development", "disable", "disabled",
	"enable", "enabled", "example", "failed", "internal", "localhost", "manual", "mariadb", "masked", "modified", "mongodb", "namespace", "opaque", "password", "postgres", "postgresql",
	"present", "private", "production", "public", "rabbitmq", "release", "removed", "renamed", "require", "required", "secret", "secrets", "server", "service", "staging", "string", "system",
	"unchanged", "unknown", "username", "version", "administrator", "kubernetes", "127.0.0.1", "0.0.0.0")

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

// pemLines gives the lines of the blocks in a text that hold keys.
func pemLines(text string) []string {
	if !strings.Contains(text, "-----BEGIN ") {
		return nil
	}
	var lines []string
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "-----BEGIN "):
			inside = strings.Contains(line, "PRIVATE KEY")
		case strings.HasPrefix(line, "-----END "):
			inside = false
		case inside:
			lines = append(lines, line)
		}
	}
	return lines
}
