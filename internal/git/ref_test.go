package git

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseRefs(t *testing.T) {
	t.Parallel()
	a, b := strings.Repeat("a", 40), strings.Repeat("b", 40)
	got := ParseRefs([]byte(a + "\tHEAD\nwarning: odd\n" + b + "\trefs/tags/v1\n" + a + "\trefs/tags/v1^{}\nabc\trefs/heads/x\n"))
	want := []Ref{{"HEAD", a}, {"refs/tags/v1", b}, {"refs/tags/v1^{}", a}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := ParseRefs(nil); got != nil {
		t.Errorf("nothing gives %v", got)
	}
}
