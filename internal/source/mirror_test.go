package source

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/fault"
)

func TestMirrorsLocate(t *testing.T) {
	t.Parallel()
	base := tree(t, "charts/index.yaml", "apiVersion: v1\n", "deep/index.yaml", "apiVersion: v1\n")
	mirrors, err := ParseMirrors([]string{
		"# comment", "",
		"https://a.example.com/b=https://mirror.example.com/x/",
		"https://a.example.com/b/deep/=deep",
		" oci://reg.example.com/org = charts ",
	}, base)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]location{
		"https://a.example.com/b":                 {url: "https://mirror.example.com/x"},
		"https://a.example.com/b/index.yaml":      {url: "https://mirror.example.com/x/index.yaml"},
		"https://A.Example.com/b/Web.tgz?x=1":     {url: "https://mirror.example.com/x/Web.tgz?x=1"},
		"https://a.example.com/bc/index.yaml":     {url: "https://a.example.com/bc/index.yaml"},
		"https://a.example.com/":                  {url: "https://a.example.com/"},
		"http://a.example.com/b/index.yaml":       {url: "http://a.example.com/b/index.yaml"},
		"https://a.example.com/b/deep/index.yaml": {file: filepath.Join(base, "deep/index.yaml")},
		"https://a.example.com/b/deeper/x":        {url: "https://mirror.example.com/x/deeper/x"},
		"oci://reg.example.com/org/web%2D1.tgz":   {file: filepath.Join(base, "charts/web-1.tgz")},
	}
	for address, want := range tests {
		got, err := mirrors.locate(address)
		if err != nil || got != want {
			t.Errorf("%s leads to %+v, %v, want %+v", address, got, err, want)
		}
	}
	for _, bad := range []string{"oci://reg.example.com/org/../../x", "oci://reg.example.com/org/%2e%2e/x", "oci://reg.example.com/org/%zz"} {
		if got, err := mirrors.locate(bad); err == nil {
			t.Errorf("%s leads to %+v, want an error", bad, got)
		}
	}
}

func TestParseMirrorsErrors(t *testing.T) {
	t.Parallel()
	base := tree(t, "charts/index.yaml", "", "empty/readme", "")
	tests := map[string]struct{ line, want string }{
		"no equals sign": {"https://a.example.com", "expected a URL, an equals sign and its replacement"},
		"no replacement": {"https://a.example.com=", "expected a URL, an equals sign"},
		"no URL":         {"=charts", "expected a URL, an equals sign"},
		"no scheme":      {"a.example.com=charts", "expected a URL with scheme and host before the equals sign, found a.example.com"},
		"no index":       {"https://a.example.com=empty", "expected a directory with an index.yaml after the equals sign, found none at empty"},
		"no directory":   {"https://a.example.com=nothing", "found none at nothing"},
		"other scheme":   {"https://a.example.com=ftp://x.example.com", "expected an http or https URL after the equals sign"},
		"twice":          {"https://A.example.com/=charts", "https://a.example.com has a mirror already"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseMirrors([]string{"https://a.example.com=charts", tt.line}, base)
			wantError(t, err, `reading the mirror "`+tt.line, tt.want)
			if !strings.Contains(fault.HintOf(err), "URL=REPLACEMENT") {
				t.Errorf("hint is %q", fault.HintOf(err))
			}
		})
	}
}
