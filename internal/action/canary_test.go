package action

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/argoplan/argoplan/internal/githubtest"
)

// canaries are the secrets of TestCanaries, by the place that holds them. Each is
// found by its own name in what a run leaves behind.
var canaries = map[string]string{
	"data": "d4ta/ca+na_ry", "stringData": "word&<canary>", "number": "4815162342", "applied": "appl1ed-c4nary", "annotation": "ann0tation-c4nary",
	"helm": "he1m-err0r c4nary", "plugin": "p1ugin\"c4nary", "userinfo": "us3rinfo-c4nary", "proxy": "pr0xy-c4nary", "token": "t0ken-c4nary",
	"credential": "cr3dential-c4nary", "variable": "v4riable-c4nary", "rule": "ru1e-c4nary", "renamed": "r3named-c4nary", "rotated": "r0tated-c4nary",
}

// TestCanaries puts a secret in every place that may hold one, has charts and
// plugins repeat them, and looks for them in everything that a run writes: the log,
// the files, the summary, the outputs and the comment.
func TestCanaries(t *testing.T) {
	t.Parallel()
	dir := canaryRepository(t)
	api := githubtest.New(t)
	api.SetHead(strings.Repeat("a", 40))
	event := filepath.Join(dir, "event.json")
	write(t, event, fmt.Sprintf(`{"number": 7, "pull_request": {"number": 7, "head": {"sha": %q}, "base": {"ref": "main"}}, "repository": {"full_name": "octo/shop", "default_branch": "main"}}`, strings.Repeat("a", 40)))
	path := testEnvironment(t)("PATH")
	variables := map[string]string{
		"PATH": path, "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": event, "GITHUB_REPOSITORY": "octo/shop",
		"GITHUB_API_URL": api.URL(), "GITHUB_OUTPUT": filepath.Join(dir, "output"), "GITHUB_STEP_SUMMARY": filepath.Join(dir, "summary"), "GITHUB_WORKSPACE": dir,
		"https_proxy": "http://me:" + url.QueryEscape(canaries["proxy"]) + "@127.0.0.1:1", "INPUT_TOKEN": canaries["token"],
		"INPUT_PLUGIN-ENV": "DB_PASSWORD=" + canaries["variable"], "INPUT_REDACT": "ConfigMap data.license",
		"INPUT_CREDENTIALS": "kind: Secret\nmetadata: {labels: {argocd.argoproj.io/secret-type: repository}}\nstringData: {url: https://git.example.com/x, username: me, password: " + canaries["credential"] + "}",
	}
	var stdout, stderr bytes.Buffer
	status := Main(t.Context(), []string{
		"--base-dir", filepath.Join(dir, "base"), "--head-dir", filepath.Join(dir, "head"), "--repository", "octo/shop", "--base-branch", "main",
	}, func(name string) string { return variables[name] }, &stdout, &stderr)
	if status != exitIncomplete {
		t.Errorf("exit status %d, want %d for the Applications that fail", status, exitIncomplete)
	}
	sinks := map[string]string{"stdout": stdout.String(), "stderr": stderr.String()}
	for _, c := range api.Comments() {
		sinks["comment"] += c.Body
	}
	for _, from := range []string{"argoplan-report", "summary", "output"} {
		readAll(t, dir, from, sinks)
	}
	if len(sinks) < 15 || !strings.Contains(sinks["comment"], "rotated") {
		t.Fatalf("found %d sinks, and the comment\n%s\n%s", len(sinks), sinks["comment"], stdout.String())
	}
	for name, text := range sinks {
		for place, canary := range canaries {
			for spelling, spelled := range spellings(canary) {
				if i := strings.Index(text, spelled); i >= 0 {
					t.Errorf("%s has the canary of %s, %s: …%s…", name, place, spelling, text[max(0, i-80):min(len(text), i+80)])
				}
			}
		}
	}
	// What changed is still told.
	for _, want := range []string{"- copy: db://me:<masked, before>@db", "+ copy: db://me:<masked, after>@db", "- license: <masked, before>", "**head failed to render**"} {
		if !strings.Contains(sinks["comment"], want) {
			t.Errorf("the comment has no %q:\n%s", want, sinks["comment"])
		}
	}
}

// spellings are the texts by which a secret could be told.
func spellings(secret string) map[string]string {
	quoted, _ := json.Marshal(secret)
	all := map[string]string{
		"raw": secret, "json": strings.Trim(string(quoted), `"`), "hex": hex.EncodeToString([]byte(secret)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"query": url.QueryEscape(secret), "path": url.PathEscape(secret),
	}
	for before := range 3 {
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", before) + secret))
		all[fmt.Sprintf("base64 in phase %d", before)] = encoded[(8*before+5)/6 : 8*(before+len(secret))/6]
	}
	return all
}

// canaryRepository fills in the canaries of testdata/canaries.txtar. "{name}" is
// the value, "{name|b64}" the value in base64, and so on.
func canaryRepository(t *testing.T) string {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "canaries.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, file := range archive.Files {
		text := string(file.Data)
		for name, secret := range canaries {
			quoted, _ := json.Marshal(secret)
			text = strings.NewReplacer("{"+name+"}", secret, "{"+name+"|json}", string(quoted), "{"+name+"|b64}", base64.StdEncoding.EncodeToString([]byte(secret)),
				"{"+name+"|b64 of more}", base64.StdEncoding.EncodeToString([]byte("user:"+secret+"@")), "{"+name+"|hex}", hex.EncodeToString([]byte(secret)),
				"{"+name+"|url}", url.QueryEscape(secret)).Replace(text)
		}
		if strings.Contains(text, "|") && strings.Contains(text, "|b64") {
			t.Fatalf("%s names a canary that there isn't", file.Name)
		}
		for _, side := range []string{"base", "head"} {
			if name, both := strings.CutPrefix(file.Name, "both/"); both {
				write(t, filepath.Join(dir, side, name), text)
			}
		}
		if !strings.HasPrefix(file.Name, "both/") {
			write(t, filepath.Join(dir, file.Name), text)
		}
	}
	return dir
}

// readAll reads a file, or all files of a directory, below dir.
func readAll(t *testing.T, dir, from string, into map[string]string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(dir, from), func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		into[strings.TrimPrefix(name, dir+"/")] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
