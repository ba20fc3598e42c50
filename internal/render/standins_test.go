package render

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/standin"
)

// TestMain lets this binary stand in for commands, as argoplan does.
func TestMain(m *testing.M) {
	status, ok := standin.Run(context.Background(), standin.Call{Argv: os.Args, Env: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr})
	if !ok {
		status = m.Run()
	}
	os.Exit(status)
}

const (
	encrypted = "ENC[AES256_GCM,data:b25l,iv:aXYx,tag:dGFn,type:str]"
	metadata  = "sops:\n  mac: " + encrypted + "\n  version: 3.10.2\n"
	encSecret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {user: db, password: \"" + encrypted + "\"}\n" + metadata
	ksopsFunc = "apiVersion: viaduct.ai/v1\nkind: ksops\nmetadata:\n  name: x\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ksops}\nfiles: [db.yaml]\n"
	ksopsOld  = "apiVersion: viaduct.ai/v1\nkind: ksops\nmetadata: {name: x}\nfiles: [db.yaml]\n"
)

// standInOptions has stand-ins of these kinds, and the tools that make builds.
func standInOptions(t *testing.T, plugin argocd.PluginDefinition, names ...string) Options {
	t.Helper()
	set, err := standin.Parse(names)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tools, err := filepath.Abs("../../.bin")
	if err != nil {
		t.Fatal(err)
	}
	o := pluginOptions(t, plugin)
	o.StandIns, o.Executable, o.Path = set, self, tools+":"+pluginPath
	return o
}

// password gives the Secret's password, or the error.
func password(t *testing.T, o Options, in Input) (string, error) {
	t.Helper()
	out, err := New(o).Render(t.Context(), in)
	if err != nil {
		return "", err
	}
	for _, object := range out.Objects {
		if object.GetKind() == "Secret" {
			data, _ := object.Object["stringData"].(map[string]any)
			text, _ := data["password"].(string)
			return text, nil
		}
	}
	t.Fatalf("no Secret among %v", out.Objects)
	return "", nil
}

// TestStandInsInPlugins runs the real tools, which start the stand-ins as they
// would start the commands.
func TestStandInsInPlugins(t *testing.T) {
	t.Parallel()
	const chart = "apiVersion: v2\nname: db\nversion: 1.0.0\n"
	const template = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: {{ .Values.password | quote }}}\n"
	secretValues := map[string]string{"app/Chart.yaml": chart, "app/templates/s.yaml": template, "app/values.yaml": "password: plain\n",
		"app/helmfile.yaml": "releases:\n- name: db\n  chart: .\n  secrets: [secrets.yaml]\n", "app/secrets.yaml": "password: " + encrypted + "\n" + metadata}
	ksops := func(generator string) map[string]string {
		return map[string]string{"app/kustomization.yaml": "generators: [g.yaml]\n", "app/g.yaml": generator, "app/db.yaml": encSecret}
	}
	const build = "kustomize build --enable-alpha-plugins --enable-exec ."
	for _, tt := range []struct {
		name, script, tool string
		standIns           []string
		files              map[string]string
		want               string
	}{
		{"argocd-vault-plugin", "argocd-vault-plugin generate ./manifests", "", []string{"argocd-vault-plugin"},
			map[string]string{"app/manifests/s.yaml": strings.ReplaceAll(encSecret, encrypted, "<path:a#b>")}, "<path:a#b>"},
		{"another name", "avp generate - < manifests/s.yaml", "", []string{"avp=argocd-vault-plugin"},
			map[string]string{"app/manifests/s.yaml": strings.ReplaceAll(encSecret, encrypted, "<path:a#b>")}, "<path:a#b>"},
		{"sops", "sops -d db.yaml", "", []string{"sops"}, map[string]string{"app/db.yaml": encSecret}, "encrypted-"},
		{"ksops as a function", build, "kustomize", []string{"ksops"}, ksops(ksopsFunc), "encrypted-"},
		{"ksops as an older plugin", build, "kustomize", []string{"ksops"}, ksops(ksopsOld), "encrypted-"},
		{"helm secrets template", "helm secrets template db . -f secrets.yaml", "helm", []string{"helm-secrets"}, secretValues, "encrypted-"},
		{"helm secrets template by Helm 4", "helm4 secrets template db . --values=secrets.yaml", "helm4", []string{"helm-secrets"}, secretValues, "encrypted-"},
		{"helm template secrets://", "helm template db . -f values.yaml -f secrets://secrets.yaml", "helm", []string{"helm-secrets"}, secretValues, "encrypted-"},
		{"helm template secrets:// by Helm 4", "helm4 template db . -f secrets://secrets.yaml", "helm4", []string{"helm-secrets"}, secretValues, "encrypted-"},
		{"helm secrets decrypt", "helm secrets decrypt secrets.yaml > v.yaml && helm template . -f v.yaml", "helm", []string{"helm-secrets"}, secretValues, "encrypted-"},
		{"helmfile", "helmfile -q template", "helmfile", []string{"helm-secrets"}, secretValues, "encrypted-"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := standInOptions(t, script("sh", tt.script), tt.standIns...)
			if _, err := exec.LookPath(filepath.Join(strings.Split(o.Path, ":")[0], tt.tool)); tt.tool != "" && err != nil {
				t.Skipf("%s is not built", tt.tool)
			}
			in := pluginInput(t, tt.files)
			in.Source.Plugin = &argocd.Plugin{Name: "p"}
			if got, err := password(t, o, in); err != nil || !strings.HasPrefix(got, tt.want) {
				t.Errorf("got %q, %v, want %s", got, err, tt.want)
			}
			o.StandIns = nil
			_, err := password(t, o, in)
			if hint := fault.HintOf(err); err == nil || !strings.Contains(hint, "stand-ins") && tt.name != "another name" {
				t.Errorf("without a stand-in: %v, hint %q", err, hint)
			}
		})
	}
}

// TestStandInsWinOverTheSidecar: the variables of a sidecar don't hide a stand-in.
func TestStandInsWinOverTheSidecar(t *testing.T) {
	t.Parallel()
	plugin := script("sh", "helm secrets decrypt db.yaml")
	plugin.Env = []string{"HELM_PLUGINS=/custom-tools/plugins"}
	o := standInOptions(t, plugin, "helm-secrets")
	o.PluginEnv = []string{"PATH=" + o.Path}
	in := pluginInput(t, map[string]string{"app/db.yaml": encSecret})
	in.Source.Plugin = &argocd.Plugin{Name: "p"}
	if got, err := password(t, o, in); err != nil || !strings.HasPrefix(got, "encrypted-") {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestKSOPSGenerator: the linked kustomize executes nothing, with a stand-in or
// without.
func TestKSOPSGenerator(t *testing.T) {
	t.Parallel()
	const hashed = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  annotations: {kustomize.config.k8s.io/needs-hash: \"true\"}\nstringData: {password: \"" + encrypted + "\"}\n" + metadata
	flags := []string{"--enable-alpha-plugins --enable-exec"}
	for _, tt := range []struct {
		name, kustomization, generator, secret, wantName, wantErr, skip string
		standIns, flags                                                 []string
	}{
		{name: "a function", standIns: []string{"ksops"}, flags: flags, wantName: "x-db"},
		{name: "inline", kustomization: "generators:\n- |\n  " + strings.ReplaceAll(ksopsOld, "\n", "\n  ") + "\n", standIns: []string{"ksops"}, flags: flags, wantName: "x-db"},
		{name: "with a hash", secret: hashed, standIns: []string{"ksops"}, flags: flags, wantName: "x-db-"},
		{name: "beside its directory", generator: strings.ReplaceAll(ksopsOld, "db.yaml", "../db.yaml"), standIns: []string{"ksops"}, flags: flags, wantName: "x-db"},
		{name: "merged", secret: strings.ReplaceAll(hashed, `needs-hash: "true"`, "behavior: merge"), standIns: []string{"ksops"}, flags: flags, skip: "behavior: merge"},
		{name: "not encrypted", secret: "kind: Secret\n", standIns: []string{"ksops"}, flags: flags, wantErr: "db.yaml: expected a file that sops encrypted"},
		{name: "out of the repository", generator: strings.ReplaceAll(ksopsOld, "db.yaml", "../../etc/passwd"), standIns: []string{"ksops"}, flags: flags, wantErr: "../../etc/passwd"},
		{name: "without a stand-in", flags: flags, skip: "stand-ins"},
		{name: "other plugins", generator: "apiVersion: example.com/v1\nkind: Maker\nmetadata: {name: x}\n", standIns: []string{"ksops"}, flags: flags, skip: "example.com/v1 Maker"},
		{name: "plugins are off", standIns: []string{"ksops"}, wantErr: "ksops"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			secret := firstSet(tt.secret, encSecret)
			root := tree(t, "app/kustomization.yaml", "namePrefix: x-\n"+firstSet(tt.kustomization, "generators: [g.yaml]\n"), "app/g.yaml", firstSet(tt.generator, ksopsFunc), "app/db.yaml", secret, "db.yaml", secret)
			o := standInOptions(t, argocd.PluginDefinition{}, tt.standIns...)
			o.KustomizeBuildOptions, o.Path = tt.flags, "/nonexistent"
			out, err := New(o).Render(t.Context(), kustomizeInput(t, root, "app", &argocd.Kustomize{}))
			switch {
			case tt.skip != "":
				var skipped *fault.Unsupported
				if !errors.As(err, &skipped) || !strings.Contains(skipped.Reason, tt.skip) {
					t.Errorf("got %v, want it skipped because of %s", err, tt.skip)
				}
			case tt.wantErr != "":
				wantError(t, err, tt.wantErr)
			case err != nil:
				t.Fatal(err)
			case len(out.Objects) != 1 || !strings.HasPrefix(out.Objects[0].GetName(), tt.wantName) || len(out.Objects[0].GetAnnotations()) > 0:
				t.Errorf("got %v", out.Objects)
			}
		})
	}
}

// TestSecretValueFiles: value files of helm-secrets, whose schemes argocd-cm
// has to allow.
func TestSecretValueFiles(t *testing.T) {
	t.Parallel()
	root := tree(t, "app/Chart.yaml", plainChart, "app/templates/v.yaml", valuesTemplate,
		"app/s.yaml", "a: "+encrypted+"\n"+metadata, "plain.yaml", "a: plain\n")
	allowed := []string{"secrets", "secrets+age-import"}
	for _, tt := range []struct {
		name, file, want, err, hint string
		schemes, standIns           []string
	}{
		{name: "beside the chart", file: "secrets://s.yaml", schemes: allowed, standIns: []string{"helm-secrets"}, want: `{"a":"encrypted-`},
		{name: "with a key, not encrypted", file: "secrets+age-import:///k.txt?../plain.yaml", schemes: allowed, standIns: []string{"helm-secrets"}, want: `{"a":"plain"`},
		{name: "outside", file: "secrets://../../x.yaml", schemes: allowed, standIns: []string{"helm-secrets"}, err: "outside repository root"},
		{name: "absolute", file: "secrets:///etc/passwd", schemes: allowed, standIns: []string{"helm-secrets"}, err: "outside repository root"},
		{name: "missing", file: "secrets://none.yaml", schemes: allowed, standIns: []string{"helm-secrets"}, err: "no such file app/none.yaml"},
		{name: "not allowed", file: "secrets://s.yaml", standIns: []string{"helm-secrets"}, err: "the URL scheme 'secrets' of", hint: "helm.valuesFileSchemes"},
		{name: "without a stand-in", file: "secrets://s.yaml", schemes: allowed, err: "helm-secrets decrypts it", hint: "stand-ins"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := standInOptions(t, argocd.PluginDefinition{}, tt.standIns...)
			o.ValueFileSchemes = tt.schemes
			in := testInput(t, root, &argocd.Helm{ValueFiles: []string{tt.file}, IgnoreMissingValueFiles: true})
			in.Dir = filepath.Join(in.Root, "app")
			out, err := New(o).Render(t.Context(), in)
			if tt.err != "" {
				wantError(t, err, tt.err)
				if !strings.Contains(fault.HintOf(err), tt.hint) {
					t.Errorf("hint is %q, want %q in it", fault.HintOf(err), tt.hint)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := dataOf(t, out.Objects, "values"); !strings.HasPrefix(got, tt.want) {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
