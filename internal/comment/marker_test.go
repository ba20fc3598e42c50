package comment

import (
	"strings"
	"testing"
)

func TestMarker(t *testing.T) {
	t.Parallel()
	m := Marker{Key: Key("octo/shop", "a"), Head: strings.Repeat("ab", 20), Run: "12.3"}
	if got, ok := ParseMarker(m.String() + "\nrest"); !ok || got != m {
		t.Errorf("got %+v, %v; want %+v", got, ok, m)
	}
	odd := Marker{Key: m.Key, Head: "--> <b>", Run: "x"}
	if got, ok := ParseMarker(odd.String()); !ok || got != (Marker{Key: m.Key}) || strings.Count(odd.String(), ">") != 1 {
		t.Errorf("got %+v, %v from %s", got, ok, odd)
	}
	for _, body := range []string{"", "text", " " + m.String(), "x\n" + m.String(), m.String() + " x", strings.Replace(m.String(), "v1", "v2", 1)} {
		if got, ok := ParseMarker(body); ok {
			t.Errorf("%q was read as %+v", body, got)
		}
	}
}

func TestKeysDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, parts := range [][]string{{"a"}, {"ab"}, {"a", "b"}, {"a", ""}, {"", "a"}, {"a\", \"b"}} {
		k := Key(parts...)
		if len(k) != 16 || seen[k] {
			t.Errorf("%q gives %s", parts, k)
		}
		seen[k] = true
	}
}

func TestNewer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want bool
	}{
		{"10.1", "9.9", true}, {"9.9", "10.1", false}, {"9.2", "9.1", true}, {"9.1", "9.1", false}, {"", "1.1", false}, {"1.1", "", true},
	}
	for _, tt := range tests {
		if got := newer(tt.a, tt.b); got != tt.want {
			t.Errorf("newer(%q, %q) = %v", tt.a, tt.b, got)
		}
	}
}

func TestSame(t *testing.T) {
	t.Parallel()
	o := options()
	page := Markdown(newReport(mysql()), o)
	later := o
	later.Marker.Run, later.RunURL = "4300000000.12", "https://github.com/octo/shop/actions/runs/4300000000/attempts/12"
	if !same(page, Markdown(newReport(mysql()), later)) {
		t.Error("another run of the same commits is a reason to write")
	}
	moved := o
	moved.Marker.Head = strings.Repeat("1", 40)
	if same(page, Markdown(newReport(mysql()), moved)) {
		t.Error("another head is no reason to write")
	}
	if same(page, Markdown(newReport(redis()), o)) {
		t.Error("another report is no reason to write")
	}
}

func FuzzParseMarker(f *testing.F) {
	f.Add("<!-- argoplan:v1 key=0123456789abcdef head=- run=- -->\nx")
	f.Fuzz(func(t *testing.T, body string) {
		if m, ok := ParseMarker(body); ok && !strings.HasPrefix(body, m.String()) {
			t.Errorf("%q was read as %s", body, m)
		}
	})
}
