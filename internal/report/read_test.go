package report

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadWhatWasWritten reads every expected report: nothing of it is lost.
func TestReadWhatWasWritten(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../testdata/repos/*/want/report.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("found %d reports, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Read(data)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if again, err := r.JSON(); err != nil || string(again) != string(data) {
			t.Errorf("%s is another after reading it, %v", file, err)
		}
	}
}

// small is a report of one changed Application.
const small = `{"schema":1,"base":{"name":"main","sha":"0123456789012345678901234567890123456789"},"head":{"name":"x"},
"totals":{"found":1,"selected":1,"changed":1,"unchanged":0,"failed":0,"skipped":0,"added":1,"modified":0,"removed":0,"dangers":0},
"applications":[{"namespace":"argocd","name":"web","state":"changed","presence":"both","file":"a","line":1,"reasons":[],
"destination":{"cluster":"c","namespace":"n"},"sources":[],"sync":{"policy":"manual","meaning":"m"},
"changes":[{"action":"added","apiVersion":"v1","kind":"K","name":"n","diff":"+ a"}],"unchangedResources":0}]}`

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	if _, err := Read([]byte(small)); err != nil {
		t.Fatal(err)
	}
	with := func(old, by string) string {
		if !strings.Contains(small, old) {
			t.Fatalf("the report has no %s", old)
		}
		return strings.Replace(small, old, by, 1)
	}
	many := func(n int, text string) string { return strings.TrimSuffix(strings.Repeat(text+",", n), ",") }
	for name, test := range map[string]struct{ in, want string }{
		"nothing":                {"", "EOF"},
		"null":                   {"null", "expected schema 1"},
		"HTML":                   {"<html>", "invalid character"},
		"half":                   {small[:300], "unexpected EOF"},
		"two documents":          {small + small, "found more"},
		"too many bytes":         {strings.Repeat(" ", MaxBytes) + small, "bytes"},
		"other bytes":            {with(`"cluster":"c"`, "\"cluster\":\"\xff\""), "UTF-8"},
		"a field of another":     {with(`"file":"a"`, `"markdown":"# hi"`), "unknown field"},
		"another form":           {with(`"file":"a"`, `"file":["a"]`), "cannot unmarshal"},
		"deep nesting":           {with(`"file":"a"`, `"file":`+strings.Repeat("[", 9000)+strings.Repeat("]", 9000)), "levels"},
		"a million Applications": {`{"applications":[` + many(1_000_000, "{}") + `]}`, "objects"},
		"too many Applications":  {`{"schema":1,"applications":[` + many(10_001, "{}") + `]}`, "10000 Applications"},
		"newer schema":           {with(`"schema":1`, `"schema":2`), "expected schema 1, found 2"},
		"no commit":              {with("0123456789012345678901234567890123456789", "0123\\n@octo"), "expected a commit ID"},
		"a made-up state":        {with(`"state":"changed"`, `"state":"approved"`), "expected the state changed"},
		"unchanged with changes": {with(`"state":"changed"`, `"state":"unchanged"`), "expected the state changed"},
		"skipped with changes":   {with(`"state":"changed"`, `"state":"skipped","skipped":"x"`), "found skipped"},
		"a made-up presence":     {with(`"both"`, `"@octo"`), "expected a known presence"},
		"a made-up policy":       {with(`"manual"`, `"safe"`), "expected a known sync policy"},
		"a made-up action":       {with(`"added","api`, `"blessed","api`), "expected a known action"},
		"a made-up side":         {with(`"unchangedResources"`, `"warnings":[{"side":"both","message":"m"}],"unchangedResources"`), "expected a known side"},
		"totals that lie":        {with(`"added":1`, `"added":0`), "expected totals"},
		"fewer found":            {with(`"found":1`, `"found":0`), "expected totals"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := Read([]byte(test.in))
			if err == nil || !strings.Contains(err.Error(), test.want) || len(err.Error()) > 1000 {
				t.Errorf("got %v and %.300v, want %q in the error", r != nil, err, test.want)
			}
		})
	}
}

// FuzzRead looks for what makes Read panic, and for reports that are others
// after they were written again.
func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(`{"schema":1,"applications":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Read(data)
		if err != nil {
			return
		}
		text, err := r.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Read(text); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	})
}

// TestShape holds the count of objects and levels against the decoder's.
func TestShape(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]int{
		"":                          {0, 0},
		`{}`:                        {1, 1},
		`{"a":[{},{"b":"}{[\"{"}]}`: {3, 3},
		`["\\",{"a":{}}]`:           {2, 3},
		`"{[{"`:                     {0, 0},
	} {
		if objects, depth := shape([]byte(text)); objects != want[0] || depth != want[1] {
			t.Errorf("%s: %d objects, %d levels, want %v", text, objects, depth, want)
		}
		if text != "" && !json.Valid([]byte(text)) {
			t.Error(fmt.Sprint(text, " isn't JSON"))
		}
	}
}
