package first_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestFirst builds the program and wants one process alone, of the two that a
// run has, to initialise what renders.
func TestFirst(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has a second process")
	}
	binary := filepath.Join(t.TempDir(), "argoplan")
	if out, err := exec.Command("go", "build", "-o", binary, "..").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, tt := range []struct {
		argument string
		starts   int
	}{{"--help", 2}, {"version", 1}} {
		cmd := exec.Command(binary, tt.argument)
		cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		for name, want := range map[string]int{"runtime": tt.starts, "helm.sh/helm/v3/pkg/chart": 1, "k8s.io/client-go/kubernetes/scheme": 1} {
			if got := strings.Count("\n"+string(out), "\ninit "+name+" @"); got != want {
				t.Errorf("argoplan %s initialises %s %d times, want %d", tt.argument, name, got, want)
			}
		}
	}
}
