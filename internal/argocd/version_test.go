package argocd

import (
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/fault"
)

func TestParseVersion(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"3.4": "3.4", "v3.4": "3.4", "3.5.7": "3.5", "v3.6.1+a1b2c3": "3.6", "3.6.0-rc1": "3.6", "2.14": "2.14", "3.10": "3.10", "4.0": "4.0",
	} {
		if got, err := ParseVersion(in); err != nil || got.String() != want {
			t.Errorf("%q gives %s, %v, want %s", in, got, err, want)
		}
	}
	for _, in := range []string{"", "3", "v3", "latest", "stable", "2.13", "2.13.9", "1.8", "3.x", "3.4.", "-3.4", "3.99999", "0.0"} {
		_, err := ParseVersion(in)
		if err == nil || !strings.Contains(err.Error(), "2.14 or later") || !strings.Contains(err.Error(), `"`+in+`"`) {
			t.Errorf("%q gives %v, want the supported range and what was found", in, err)
		}
		if hint := fault.HintOf(err); !strings.Contains(hint, "such as 3.4") {
			t.Errorf("%q: hint is %q", in, hint)
		}
	}
}

func TestVersionAt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		version      Version
		major, minor int
		want         bool
	}{
		{NewVersion(3, 4), 3, 4, true},
		{NewVersion(3, 4), 3, 5, false},
		{NewVersion(3, 10), 3, 9, true},
		{NewVersion(2, 14), 3, 0, false},
		{NewVersion(4, 0), 3, 5, true},
		{Version{}, 3, 4, true},
		{Version{}, 3, 5, false},
	}
	for _, tt := range tests {
		if got := tt.version.At(tt.major, tt.minor); got != tt.want {
			t.Errorf("%s at %d.%d is %t", tt.version, tt.major, tt.minor, got)
		}
	}
}

func TestDefaultVersion(t *testing.T) {
	t.Parallel()
	v, err := ParseVersion(DefaultVersion)
	if err != nil || v != defaultVersion || v.String() != (Version{}).String() {
		t.Errorf("DefaultVersion gives %s, %v; the zero Version is %s", v, err, Version{})
	}
}
