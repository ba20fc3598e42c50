package shard

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/report"
)

const testKey = "0123456789abcdef0123456789abcdef"

// bundleOf is a sound bundle of shard i of n with an Application for each shard.
func bundleOf(i, n int) *Bundle {
	b := &Bundle{Schema: Schema, Shard: i, Of: n, Version: "v1", Inputs: "in", Run: 42, Report: report.Report{
		Schema: report.Schema, Repository: "octo/shop", Base: report.Revision{Name: "main"}, Head: report.Revision{Name: "#7"},
		Totals: report.Totals{Found: 9}, Applications: []report.Application{}, Notes: []string{fmt.Sprint("tool ", i)}}}
	for s := 1; s <= n; s++ {
		a := report.Application{Namespace: "argocd", Name: fmt.Sprintf("app-%03d", s), State: report.Changed, Presence: report.Both, Reasons: []string{"r"},
			Sources: []report.Source{}, Sync: report.Sync{Policy: report.Manual, Meaning: "m"},
			Changes: []compare.Change{{Action: compare.Modify, Kind: "ConfigMap", Name: "c"}}}
		if s != i {
			a.State, a.Changes, a.Failures = report.Failed, []compare.Change{}, []report.Failure{{Side: report.Head, Message: NotRendered(ID{s, n}).Error()}}
		}
		b.Entries = append(b.Entries, Entry{Shard: s, Part: report.Part{Application: a}})
	}
	return b
}

// manifest is what bundleOf(1, n) may hold.
var manifest = report.ManifestPath(report.Head, "argocd", "app-001")

func pack(t *testing.T, b *Bundle, key string) []byte {
	t.Helper()
	data, err := Pack(b, func(add func(string, []byte) error) error { return add(manifest, []byte("kind: Secret\n")) }, key)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestBundleComesBack(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"", testKey} {
		want := bundleOf(1, 3)
		want.Secrets, want.Words = []string{"Gr33nParr0tt"}, []string{"words"}
		data := pack(t, want, key)
		if key != "" && (bytes.Contains(data, []byte{0x1f, 0x8b, 8}) || bytes.Equal(data, pack(t, want, key))) {
			t.Error("a sealed bundle shows what is in it")
		}
		kept := map[string]string{}
		got, err := Unpack(data, key, func(name string, text []byte) error { kept[name] = string(text); return nil })
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(map[string]string{manifest: "kind: Secret\n"}, kept); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// TestSealIsASeal: a bundle opens with its own key, whole, and in no other way.
func TestSealIsASeal(t *testing.T) {
	t.Parallel()
	plain, closed := pack(t, bundleOf(1, 3), ""), pack(t, bundleOf(1, 3), testKey)
	flipped := bytes.Clone(closed)
	flipped[len(flipped)/2] ^= 1
	for name, test := range map[string]struct {
		data []byte
		key  string
		want string
	}{
		"no key":               {closed, "", "no key"},
		"another key":          {closed, strings.ToUpper(testKey), "opening the sealed bundle"},
		"not sealed":           {plain, testKey, "expected a sealed bundle"},
		"one bit":              {flipped, testKey, "opening the sealed bundle"},
		"cut":                  {closed[:len(closed)-1], testKey, "opening the sealed bundle"},
		"cut in the salt":      {closed[:len(sealed)+5], testKey, "the beginning of one"},
		"cut behind the salt":  {closed[:len(sealed)+saltBytes], testKey, "opening the sealed bundle"},
		"nothing but the name": {[]byte(sealed), testKey, "the beginning of one"},
	} {
		if b, err := Unpack(test.data, test.key, nothing); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, %v, want %q", name, b, err, test.want)
		}
	}
}

func nothing(string, []byte) error { return nil }

// entry is one of a hostile archive.
type entry struct {
	tar.Header
	text string
}

func archive(t *testing.T, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	w := tar.NewWriter(zip)
	for _, e := range entries {
		if e.Typeflag == 0 {
			e.Typeflag = tar.TypeReg
		}
		if e.Typeflag == tar.TypeReg {
			e.Size = int64(len(e.text))
		}
		if err := w.WriteHeader(&e.Header); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestHostileArchives(t *testing.T) {
	t.Parallel()
	good := text(t, bundleOf(1, 3))
	first := entry{tar.Header{Name: head}, good}
	named := func(name string) entry { return entry{tar.Header{Name: name}, "x"} }
	broken := func(change func(b *Bundle)) []byte {
		b := bundleOf(1, 3)
		change(b)
		return archive(t, entry{tar.Header{Name: head}, text(t, b)})
	}
	whole := archive(t, first)
	for name, data := range map[string][]byte{
		"nothing":                  nil,
		"no archive":               []byte("no archive"),
		"an empty archive":         archive(t),
		"half":                     whole[:len(whole)/2],
		"another file first":       archive(t, named(manifest), first),
		"a path upwards":           archive(t, first, named("manifests/head/../../../../etc/passwd")),
		"an absolute path":         archive(t, first, named("/etc/passwd")),
		"a link":                   archive(t, first, entry{tar.Header{Name: manifest, Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}, ""}),
		"a hard link":              archive(t, first, entry{tar.Header{Name: manifest, Typeflag: tar.TypeLink, Linkname: "/etc/passwd"}, ""}),
		"a device":                 archive(t, first, entry{tar.Header{Name: manifest, Typeflag: tar.TypeChar}, ""}),
		"another's manifest":       archive(t, first, named(report.ManifestPath(report.Head, "argocd", "app-002"))),
		"a manifest twice":         archive(t, first, named(manifest), named(manifest)),
		"its JSON twice":           archive(t, first, first),
		"a report":                 archive(t, first, named("report.html")),
		"no JSON":                  archive(t, entry{tar.Header{Name: head}, "<html>"}),
		"unknown fields":           archive(t, entry{tar.Header{Name: head}, `{"schema":1,"verdict":"green"}`}),
		"a deep JSON":              archive(t, entry{tar.Header{Name: head}, strings.Repeat("[", 1<<20)}),
		"a large JSON":             archive(t, entry{tar.Header{Name: head}, strings.Repeat(" ", maxJSON+1)}),
		"many objects":             archive(t, entry{tar.Header{Name: head}, `{"entries":[` + strings.Repeat("{},", maxObjects) + "{}]}"}),
		"another schema":           broken(func(b *Bundle) { b.Schema = 2 }),
		"shard 0":                  broken(func(b *Bundle) { b.Shard = 0 }),
		"shard 4 of 3":             broken(func(b *Bundle) { b.Shard = 4 }),
		"a million shards":         broken(func(b *Bundle) { b.Of = 1_000_000 }),
		"an owner that is none":    broken(func(b *Bundle) { b.Entries[0].Shard = 9 }),
		"the same Application":     broken(func(b *Bundle) { b.Entries[1] = b.Entries[0] }),
		"not sorted":               broken(func(b *Bundle) { b.Entries[0], b.Entries[1] = b.Entries[1], b.Entries[0] }),
		"others' results":          broken(func(b *Bundle) { b.Entries[0].Shard = 2 }),
		"a state that lies":        broken(func(b *Bundle) { b.Entries[0].Part.Application.State = report.Unchanged }),
		"Applications in the run":  broken(func(b *Bundle) { b.Report.Applications = append(b.Report.Applications, b.Entries[0].Part.Application) }),
		"totals that lie":          broken(func(b *Bundle) { b.Report.Totals.Changed = 1 }),
		"a commit that is none":    broken(func(b *Bundle) { b.Report.Head.SHA = "main" }),
		"stopped without a reason": broken(func(b *Bundle) { b.Stopped, b.Entries = true, nil }),
		"stopped with results":     broken(func(b *Bundle) { b.Stopped, b.Report.Incomplete = true, "x" }),
	} {
		if b, err := Unpack(data, "", nothing); err == nil {
			t.Errorf("%s: %+v", name, b)
		}
	}
	if _, err := Unpack(whole, "", nothing); err != nil {
		t.Errorf("the archive that nothing is wrong with: %v", err)
	}
}

func text(t *testing.T, b *Bundle) string {
	t.Helper()
	data, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
