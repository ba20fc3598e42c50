package action

import (
	"testing"

	"github.com/argoplan/argoplan/internal/redact"
)

func TestLearnNamed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, value, text string
		hidden            bool
	}{
		{"DB_PASSWORD", "hunter-2", "hunter-2", true},
		{"ENVIRONMENT", "production-eu", "production-eu", false},
		{"SSL_KEY_FILE", "/etc/ssl/key.pem", "/etc/ssl/key.pem", false},
		{"HELM_ARGS", "aB3dE5fG7hI9jK1lM", "aB3dE5fG7hI9jK1lM", true},
		{"REVISION", "4be1a2d3c4b5a69788796a5b4c3d2e1f00112233", "4be1a2d3c4b5a69788796a5b4c3d2e1f00112233", false},
		{"DATABASE", "postgres://app:s3cret-pw@db", "pw is s3cret-pw", true},
		{"ORIGIN", "https://ghp-t0ken@github.com", "token ghp-t0ken", true},
		{"REMOTE", "ssh://deployer@git.example.com/a", "user deployer", false},
	} {
		r := redact.New()
		learnNamed(r, tt.name, tt.value)
		if got := r.Text(tt.text); (got != tt.text) != tt.hidden {
			t.Errorf("%s=%s: Text(%q) = %q", tt.name, tt.value, tt.text, got)
		}
	}
}
