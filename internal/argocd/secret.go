package argocd

import "log/slog"

// hidden is what a Secret prints as.
const hidden = "[hidden]"

// Secret is a text that no printer shows: it is behind a function, which even
// "%+v" of a struct around it can't see through. The zero value is empty.
type Secret struct{ reveal func() string }

// NewSecret hides text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return text }}
}

// Reveal gives the text. It may go to the host that it is for, and nowhere
// else: not into arguments, URLs, logs or errors.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsEmpty says whether there is no text.
func (s Secret) IsEmpty() bool { return s.reveal == nil }

// String never gives the text.
func (s Secret) String() string {
	if s.IsEmpty() {
		return ""
	}
	return hidden
}

// GoString never gives the text.
func (s Secret) GoString() string { return s.String() }

// MarshalText never gives the text. Printers of JSON, YAML and XML use it.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON never gives the text.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + s.String() + `"`), nil }

// LogValue never gives the text.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
