package standin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/fault"
)

// IsSecretURL says whether a value file's URL is one that helm-secrets
// resolves.
func IsSecretURL(address string) bool {
	scheme, _, ok := strings.Cut(address, "://")
	scheme = strings.ToLower(scheme)
	return ok && (scheme == "secrets" || strings.HasPrefix(scheme, "secrets+"))
}

// SecretFile gives the file that a URL of helm-secrets names: what follows
// secrets://, and what follows the "?" after a key in secrets+age-import://KEY?FILE
// and the like.
func SecretFile(address string) (string, error) {
	scheme, rest, _ := strings.Cut(address, "://")
	scheme = strings.ToLower(scheme)
	file := rest
	if scheme != "secrets" {
		known := slices.Contains([]string{"gpg-import", "gpg-import-kubernetes", "age-import", "age-import-kubernetes"}, strings.TrimPrefix(scheme, "secrets+"))
		_, after, ok := strings.Cut(rest, "?")
		if !known || !ok {
			return "", fault.WithHint(fmt.Errorf("expected a file in %s, found none", scheme+"://"), "Write secrets://FILE, or secrets+age-import://KEY?FILE.")
		}
		file = after
	}
	if strings.Contains(file, "://") {
		return "", fault.Skip("a secret value file from a URL is not fetched: %s", scheme+"://…")
	}
	return file, nil
}
