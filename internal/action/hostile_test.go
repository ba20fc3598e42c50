package action

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"text/template"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"sigs.k8s.io/yaml"
)

// canary is a secret that no sink may hold, in no form.
const canary = "canary0f1e2d3c4b5a"

// leastHostile is how many attacks there are at least.
const leastHostile = 80

// Bounds of one attack's run. The machine of a test may be busy.
const (
	hostileTime   = 4 * time.Minute
	hostileMemory = 2500 << 20 // bytes
)

// attack is the head of a file below testdata/hostile. The files that follow are
// laid over a skeleton of a repository: those in base/ at both revisions, those
// in head/ at head alone. Text between [[ and ]] is a template.
type attack struct {
	Why  string `json:"why"`
	Kind string `json:"kind"` // directory, helm, kustomize, jsonnet, plugin or helmfile
	// Source is merged into head's spec.source.
	Source map[string]any `json:"source"`
	// State is how the attacked Application ends, or one of several that depend
	// on the machine.
	State []string `json:"state"`
	Exit  int      `json:"exit"`
	Says  []string `json:"says"`
	Not   []string `json:"not"`
	Flags []string `json:"flags"`
	// Fork makes it a pull request from a fork.
	Fork bool `json:"fork"`
	// Network is true where a plugin may reach the network of the job.
	Network bool `json:"network"`
	// NoGood is true where the neighbour can't be rendered either.
	NoGood bool `json:"noGood"`
}

// field is one attack's run: directories as a runner has them, with secrets in
// all the places where a runner keeps some.
type field struct {
	root, workspace, temp, home, commands, outside, report, tools string
	requests                                                      atomic.Int64
	address                                                       string
}

// TestHostile runs every attack below testdata/hostile through the whole
// command, as a runner would start it.
func TestHostile(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(root, "testdata", "hostile", "*.txtar"))
	if err != nil || len(files) < leastHostile {
		t.Fatalf("found %d attacks, want at least %d: %v", len(files), leastHostile, err)
	}
	tools := reachableTools(t)
	// Their own parallelism is bounded: some take all the memory they may.
	turns := make(chan struct{}, 2)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			turns <- struct{}{}
			defer func() { <-turns }()
			runAttack(t, file, tools)
		})
	}
}

// reachableTools gives a directory with the plugins' tools, to which other users
// can get: the repository may lie in one that is closed to them, and then plugins
// would run as root.
func reachableTools(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"helm", "helmfile", "kustomize"} {
		built, copied := filepath.Join(root, ".bin", name), filepath.Join(dir, name)
		if os.Link(built, copied) == nil {
			continue
		}
		data, err := os.ReadFile(built)
		if os.IsNotExist(err) {
			continue // make found it on PATH
		}
		if err == nil {
			err = os.WriteFile(copied, data, 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	open(t, dir)
	return dir
}

// open lets other users pass dir.
func open(t *testing.T, dir string) {
	t.Helper()
	for ; dir != filepath.Clean(os.TempDir()) && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func runAttack(t *testing.T, file, tools string) {
	t.Helper()
	f := newField(t)
	f.tools = tools
	a := f.plant(t, file)
	before := f.snapshot(t)
	start := time.Now()
	status, stdout, stderr, memory := f.run(t, a)
	if took := time.Since(start); took > hostileTime {
		t.Errorf("it took %s", took)
	}
	if memory > hostileMemory {
		t.Errorf("it took %d MiB", memory>>20)
	}
	if status != a.Exit {
		t.Errorf("exit status %d, want %d", status, a.Exit)
	}
	for name, sum := range f.snapshot(t) {
		if before[name] != sum {
			t.Errorf("%s changed", name)
		}
		delete(before, name)
	}
	for name := range before {
		t.Errorf("%s is gone", name)
	}
	if left, err := os.ReadDir(f.temp); err != nil || len(left) != 1 {
		t.Errorf("the temporary directory holds %d entries, %v; want the one that was there", len(left), err)
	}
	if n := f.requests.Load(); n != 0 && !a.Network {
		t.Errorf("%d connections to an address that isn't allowed", n)
	}
	if found, err := filepath.Glob(filepath.Join(f.cache(), "*", "*", "*")); len(found) > 0 || err != nil {
		t.Errorf("cache-dir holds %q, %v", found, err)
	}
	if found, err := filepath.Glob(filepath.Join(f.cache(), "*", "*")); slices.Contains(a.Flags, "--cache-dir") && len(found) != 1 || err != nil {
		t.Errorf("cache-dir holds %q, %v, want one space", found, err)
	}
	f.checkSinks(t, stdout, stderr)
	f.checkReport(t, a, stdout)
	checkCommands(t, stdout)
	if t.Failed() {
		t.Logf("why: %s\nstdout:\n%.6000s\nstderr:\n%.3000s", a.Why, stdout, stderr)
	}
}

// cache is the directory that an attack may name as cache-dir.
func (f *field) cache() string { return filepath.Join(f.root, "cache") }

// newField makes the directories and a listener that nobody may connect to.
func newField(t *testing.T) *field {
	t.Helper()
	dir := t.TempDir()
	open(t, dir)
	f := &field{root: dir}
	for name, at := range map[string]*string{
		"workspace": &f.workspace, "temp": &f.temp, "home": &f.home, "commands": &f.commands, "outside": &f.outside, "report": &f.report,
	} {
		*at = filepath.Join(dir, name)
	}
	secret := "[http]\n\textraheader = AUTHORIZATION: basic " + canary + "\n"
	for name, text := range map[string]string{
		"workspace/.git/config": secret, "temp/git-credentials-1.config": secret, "home/.git-credentials": "https://x:" + canary + "@github.com\n",
		"outside/secret": canary + "\n", "outside/secret.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: stolen}\ndata: {v: " + canary + "}\n",
		"outside/values.yaml": "v: " + canary + "\n", "outside/secret.json": `{"enum": ["` + canary + `"]}`, "commands/output": "", "commands/summary": "", "commands/env": "", "commands/path": "",
	} {
		writeFile(t, filepath.Join(dir, name), text)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	f.address = listener.Addr().String()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			f.requests.Add(1)
			_ = conn.Close()
		}
	}()
	return f
}

func writeFile(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// plant writes base and head.
func (f *field) plant(t *testing.T, file string) attack {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	archive := txtar.Parse(data)
	var a attack
	if err := yaml.UnmarshalStrict([]byte(f.expand(t, string(archive.Comment))), &a); err != nil {
		t.Fatal(err)
	}
	if a.Why == "" || len(a.State) == 0 {
		t.Fatal("an attack has to say why, and how it ends")
	}
	write := func(dir, name, text string) {
		path := filepath.Join(f.workspace, dir, name)
		if target, ok := strings.CutPrefix(text, "-> "); ok {
			_ = os.Remove(path)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(strings.TrimSpace(target), path); err != nil {
				t.Fatal(err)
			}
			return
		}
		writeFile(t, path, text)
	}
	for _, dir := range []string{"base", "head"} {
		for name, text := range skeleton(t, a, dir) {
			write(dir, name, text)
		}
	}
	for _, entry := range archive.Files {
		text := f.expand(t, string(entry.Data))
		dir, name, _ := strings.Cut(entry.Name, "/")
		if write(dir, name, text); dir == "base" {
			write("head", name, text)
		}
	}
	return a
}

// expand fills a file's templates in. repeat keeps bombs out of the repository.
func (f *field) expand(t *testing.T, text string) string {
	t.Helper()
	parsed, err := template.New("attack").Delims("[[", "]]").Funcs(template.FuncMap{
		"repeat": func(n int, s string) string { return strings.Repeat(s, n) },
	}).Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := parsed.Execute(&b, map[string]string{
		"outside": f.outside, "address": f.address, "port": f.address[strings.LastIndex(f.address, ":")+1:], "workspace": f.workspace,
		"temp": f.temp, "home": f.home, "cache": f.cache(), "commands": f.commands, "canary": canary, "nul": "\x00", "invalid": "\xff\xfe", "bom": "\ufeff", "escape": "\x1b", "cr": "\r",
	}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// configMap is what an Application without an attack renders.
func configMap(name, value string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {v: %q}\n", name, value)
}

// skeleton is a repository with the Application that is attacked, and a good
// neighbour that has to be shown whatever happens.
func skeleton(t *testing.T, a attack, dir string) map[string]string {
	t.Helper()
	value := map[string]string{"base": "1", "head": "2"}[dir]
	files := map[string]string{
		"apps/good.yaml": hostileApplication(t, "good", nil), "good/cm.yaml": configMap("good", value),
	}
	source := map[string]any{}
	if a.Kind == "plugin" || a.Kind == "helmfile" {
		source["plugin"] = map[string]any{"name": "p"}
		command := map[string]string{"plugin": "sh ./gen.sh", "helmfile": "helmfile --log-level error template --args --skip-tests"}[a.Kind]
		files["argocd/plugin.yaml"] = "apiVersion: argoproj.io/v1alpha1\nkind: ConfigManagementPlugin\nmetadata: {name: p}\nspec:\n  generate:\n    command: [sh, -c, \"" + command + "\"]\n"
	}
	if dir == "head" {
		for name, v := range a.Source {
			source[name] = v
		}
	}
	files["apps/app.yaml"] = hostileApplication(t, "app", source)
	chart := "apiVersion: v2\nname: app\nversion: 1.0.0\n"
	for name, text := range map[string]map[string]string{
		"directory": {"app/cm.yaml": configMap("app", "1")},
		"helm":      {"app/Chart.yaml": chart, "app/templates/cm.yaml": configMap("app", "1")},
		"kustomize": {"app/kustomization.yaml": "resources: [cm.yaml]\n", "app/cm.yaml": configMap("app", "1")},
		"jsonnet":   {"app/main.jsonnet": `{apiVersion: "v1", kind: "ConfigMap", metadata: {name: "app"}, data: {v: "1"}}` + "\n"},
		"plugin":    {"app/gen.sh": "cat cm.yaml\n", "app/cm.yaml": configMap("app", "1")},
		"helmfile": {"app/helmfile.yaml": "releases:\n- name: app\n  chart: ./chart\n", "app/chart/Chart.yaml": chart,
			"app/chart/values.yaml": "v: none\n", "app/chart/templates/cm.yaml": configMap("app", "{{ .Values.v }}")},
	}[a.Kind] {
		files[name] = text
	}
	return files
}

func hostileApplication(t *testing.T, name string, source map[string]any) string {
	t.Helper()
	all := map[string]any{"repoURL": "https://github.com/o/r", "path": name, "targetRevision": "main"}
	for key, v := range source {
		if all[key] = v; v == nil {
			delete(all, key)
		}
	}
	data, err := yaml.Marshal(map[string]any{
		"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": map[string]any{"name": name, "namespace": "argocd"},
		"spec": map[string]any{"project": "default", "destination": map[string]any{"server": "https://kubernetes.default.svc", "namespace": "x"}, "source": all},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// run starts the command with a canary in every variable that holds a secret.
func (f *field) run(t *testing.T, a attack) (status int, stdout, stderr string, memory int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*hostileTime)
	defer cancel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	head := "o/r"
	if a.Fork {
		head = "stranger/r"
	}
	event, err := json.Marshal(map[string]any{"number": 7, "repository": map[string]any{"full_name": "o/r"}, "secret": canary,
		"pull_request": map[string]any{"number": 7, "head": map[string]any{"repo": map[string]any{"full_name": head}}, "base": map[string]any{"ref": "main"}}})
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(f.root, "workflow/event.json"), string(event))
	cmd := exec.CommandContext(ctx, self, append([]string{
		"--base-dir", filepath.Join(f.workspace, "base"), "--head-dir", filepath.Join(f.workspace, "head"), "--repository", "o/r", "--base-branch", "main",
		"--publish", "none", "--report-dir", f.report, "--max-memory", "1200", "--render-timeout", "60s", "--plugin-timeout", "60s",
	}, a.Flags...)...)
	cmd.Dir = f.workspace
	cmd.Env = []string{
		asCommand + "=1", "PATH=" + f.tools + ":/usr/local/bin:/usr/bin:/bin", "HOME=" + f.home, "TMPDIR=" + f.temp, "RUNNER_TEMP=" + f.temp,
		"GITHUB_ACTIONS=true", "GITHUB_WORKSPACE=" + f.workspace, "GITHUB_EVENT_NAME=pull_request", "GITHUB_EVENT_PATH=" + filepath.Join(f.root, "workflow/event.json"),
		"GITHUB_REPOSITORY=o/r", "GITHUB_OUTPUT=" + filepath.Join(f.commands, "output"), "GITHUB_STEP_SUMMARY=" + filepath.Join(f.commands, "summary"),
		"GITHUB_ENV=" + filepath.Join(f.commands, "env"), "GITHUB_PATH=" + filepath.Join(f.commands, "path"),
		"GITHUB_TOKEN=" + canary, "INPUT_TOKEN=" + canary, "ACTIONS_RUNTIME_TOKEN=" + canary, "ACTIONS_ID_TOKEN_REQUEST_TOKEN=" + canary, "SECRET=" + canary,
	}
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err = cmd.Run()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		memory = usage.Maxrss << 10
	}
	t.Logf("%v, %d MiB", err, memory>>20)
	return cmd.ProcessState.ExitCode(), out.String(), errOut.String(), memory
}

// snapshot has the sum of every file that the run may not change.
func (f *field) snapshot(t *testing.T) map[string]string {
	t.Helper()
	sums := map[string]string{}
	for _, dir := range []string{f.workspace, f.home, f.outside, f.commands, f.temp} {
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || path == filepath.Join(f.commands, "output") || path == filepath.Join(f.commands, "summary") {
				return err
			}
			switch {
			case entry.Type()&fs.ModeSymlink != 0:
				sums[path], err = os.Readlink(path)
			case entry.IsDir():
				sums[path] = "directory"
			default:
				var data []byte
				data, err = os.ReadFile(path)
				sums[path] = fmt.Sprintf("%x", sha256.Sum256(data))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return sums
}

// checkSinks looks for the canary, in every form that a report could give it.
func (f *field) checkSinks(t *testing.T, stdout, stderr string) {
	t.Helper()
	sinks := map[string]string{"stdout": stdout, "stderr": stderr}
	for _, dir := range []string{f.report, f.commands} {
		_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Type().IsRegular() {
				data, _ := os.ReadFile(path)
				sinks[path] = string(data)
			}
			return nil
		})
	}
	forms := map[string]string{"raw": canary, "hex": hex.EncodeToString([]byte(canary)), "URL": url.QueryEscape(canary)}
	for phase := range 3 {
		// What stands before shifts the encoding; its edges depend on it.
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", phase) + canary))
		forms[fmt.Sprintf("base64 %d", phase)] = encoded[4 : len(encoded)-4]
	}
	for sink, text := range sinks {
		for form, secret := range forms {
			if at := strings.Index(text, secret); at >= 0 {
				t.Errorf("%s holds the canary (%s): …%s", sink, form, text[max(0, at-80):at])
			}
		}
	}
}

// checkReport wants an honest one: the attacked Application as it ended, and
// its neighbour.
func (f *field) checkReport(t *testing.T, a attack, stdout string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(f.report, "report.json"))
	if err != nil {
		t.Errorf("no report: %v", err)
		return
	}
	var r struct {
		Incomplete   string `json:"incomplete"`
		Applications []struct{ Name, State string }
	}
	if err := json.Unmarshal(data, &r); err != nil {
		t.Errorf("report.json: %v", err)
	}
	states := map[string]string{}
	for _, app := range r.Applications {
		states[app.Name] = app.State
	}
	if states["app"] == "" {
		states["app"] = "none" // nothing of it is touched
	}
	if r.Incomplete != "" {
		states["app"] = "incomplete"
	}
	if !strings.Contains(" "+strings.Join(a.State, " ")+" ", " "+states["app"]+" ") {
		t.Errorf("the Application is %q, want %v", states["app"], a.State)
	}
	if !a.NoGood && states["good"] != "changed" {
		t.Errorf("its neighbour is %q", states["good"])
	}
	markdown, _ := os.ReadFile(filepath.Join(f.report, "report.md"))
	all := string(markdown) + string(data) + stdout
	for _, s := range a.Says {
		if !strings.Contains(all, s) {
			t.Errorf("the report doesn't say %q", s)
		}
	}
	for _, s := range a.Not {
		if strings.Contains(all, s) {
			t.Errorf("the report says %q", s)
		}
	}
}

// runnerCommand is a port of what the runner takes for a command: "::name"
// after blanks, and "##[name]" anywhere.
var runnerCommand = regexp.MustCompile(`(?i)^\s*::([a-z-]+)[^:]*::(.*)|##\[([a-z-]+)[^\]]*\]`)

// checkCommands fails for each workflow command that isn't argoplan's own.
func checkCommands(t *testing.T, stdout string) {
	t.Helper()
	for _, line := range strings.FieldsFunc(stdout, func(r rune) bool { return r == '\n' || r == '\r' }) {
		found := runnerCommand.FindStringSubmatch(line)
		if found == nil {
			continue
		}
		switch found[1] {
		case "group", "endgroup", "error", "warning", "notice":
			if !strings.HasPrefix(found[2], "INJECTED") {
				continue
			}
		}
		t.Errorf("the runner would take this line for a command: %.200q", line)
	}
}
