package git

import (
	"errors"
	"testing"

	"github.com/argoplan/argoplan/internal/process"
)

func TestCommandError(t *testing.T) {
	t.Parallel()
	cause := errors.New("exit status 128")
	tests := []struct{ name, stderr, want string }{
		{"silent", "", "git fetch: exit status 128"},
		{"its words", "fatal: no\n", "git fetch: exit status 128: fatal: no"},
		{"the last lines", "1\n2\r3\n4\n5\n6\n\n7", "git fetch: exit status 128: 3; 4; 5; 6; 7"},
		{"no credentials", "fatal: unable to access 'https://u:s3cr3t@h/x'", "git fetch: exit status 128: fatal: unable to access 'https://h/x'"},
	}
	for _, tt := range tests {
		err := explain("fetch", &process.Error{Argv: []string{"git"}, Status: 128, Stderr: tt.stderr, Err: cause})
		if err.Error() != tt.want || !errors.Is(err, cause) || !Exited(err, 128) || Exited(err, 1) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}
