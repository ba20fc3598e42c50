package standin

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func run(t *testing.T, stdin string, env []string, argv ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, errOut bytes.Buffer
	status, ok := Run(t.Context(), Call{Argv: argv, Env: env, Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errOut})
	if !ok {
		t.Fatalf("%v is no stand-in", argv)
	}
	return out.String(), errOut.String(), status
}

func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestOtherNamesAreNot(t *testing.T) {
	t.Parallel()
	for _, argv := range [][]string{nil, {"argoplan"}, {"/usr/bin/argoplan", "sops"}} {
		if status, ok := Run(t.Context(), Call{Argv: argv}); ok {
			t.Errorf("%v ran as a stand-in: %d", argv, status)
		}
	}
}

func TestVault(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{"b.yaml": "b: <path:x#y>\n", "a/a.json": "{}", "note.txt": "no"})
	const text = "password: <path:secret/data/db#password | base64encode>\n"
	for _, tt := range []struct {
		args        []string
		stdin, want string
		says        string
		env         []string
	}{
		{args: []string{"argocd-vault-plugin", "generate", "-"}, stdin: text, want: text},
		{args: []string{"argocd-vault-plugin", "generate", "-", "-s", "ns:login", "--verbose-sensitive-output"}, stdin: text, want: text},
		{args: []string{"/x/avp", "generate", dir}, env: []string{"ARGOPLAN_STAND_INS=avp=argocd-vault-plugin"}, want: "---\n{}\n---\nb: <path:x#y>\n"},
		{args: []string{"argocd-vault-plugin", "generate"}, says: "expected a path"},
		{args: []string{"argocd-vault-plugin", "generate", t.TempDir()}, says: "no YAML or JSON files"},
		{args: []string{"argocd-vault-plugin", "decrypt"}, says: "expected generate"},
	} {
		out, errOut, status := run(t, tt.stdin, tt.env, tt.args...)
		if out != tt.want || (tt.says == "") != (status == 0) || !strings.Contains(errOut, tt.says) {
			t.Errorf("%v: got %q, %q, status %d", tt.args, out, errOut, status)
		}
	}
}

func TestSOPS(t *testing.T) {
	t.Parallel()
	file := filepath.Join(write(t, map[string]string{"s.yaml": "a: " + one + "\n" + sopsYML, "plain.yaml": "a: 1\n"}), "s.yaml")
	text, _ := placeholder(one)
	for _, args := range [][]string{{"-d", file}, {"--decrypt", "--input-type", "yaml", file}, {"decrypt", file}} {
		out, errOut, status := run(t, "", nil, append([]string{"sops"}, args...)...)
		if out != "a: "+text+"\n" || status != 0 {
			t.Errorf("%v: got %q, %q, status %d", args, out, errOut, status)
		}
	}
	plain := filepath.Join(filepath.Dir(file), "plain.yaml")
	for _, args := range [][]string{{file}, {"-d"}, {"-e", file}, {"exec-env", "-d", file, "sh"}, {"-d", "-i", file}, {"-d", plain}, {"-d", file + "x"}} {
		if out, errOut, status := run(t, "", nil, append([]string{"sops"}, args...)...); status == 0 || errOut == "" || out != "" {
			t.Errorf("%v: got %q, %q, status %d", args, out, errOut, status)
		}
	}
}

func TestKSOPS(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{
		"s.yaml": "kind: Secret\nmetadata: {name: a}\nstringData:\n  x: " + one + "\n" + sopsYML,
		"k.key":  `{"data":"` + one + `","sops":{"mac":"` + one + `"}}`,
		"e.env":  "A=" + one + "\nsops_mac=x\n",
	})
	at := func(name string) string { return filepath.Join(dir, name) }
	text, _ := placeholder(one)
	encoded, _ := inBase64(one)
	config := "kind: ksops\nfiles: [" + at("s.yaml") + "]\nsecretFrom:\n- metadata: {name: b}\n  type: Opaque\n  files: [key=" + at("k.key") +
		"]\n  binaryFiles: [" + at("k.key") + "]\n  envs: [" + at("e.env") + "]\n"
	want := "kind: Secret\nmetadata: {name: a}\nstringData:\n  x: " + text + "\n---\n" +
		"apiVersion: v1\ndata:\n  k.key: " + encoded + "\nkind: Secret\nmetadata:\n  name: b\nstringData:\n  A: " + text + "\n  key: " + text + "\ntype: Opaque\n"
	file := filepath.Join(write(t, map[string]string{"g.yaml": config}), "g.yaml")
	if out, errOut, _ := run(t, "", nil, "ksops", file); out != want {
		t.Errorf("%s\n%s", errOut, cmp.Diff(want, out))
	}
	list := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n  kind: ksops\n  files: [" + at("s.yaml") + "]\n"
	want = "apiVersion: config.kubernetes.io/v1\nitems:\n- kind: Secret\n  metadata:\n    name: a\n  stringData:\n    x: " + text + "\nkind: ResourceList\n"
	if out, errOut, _ := run(t, list, nil, "ksops"); out != want {
		t.Errorf("%s\n%s", errOut, cmp.Diff(want, out))
	}
	for _, bad := range []string{"", "a: [", "kind: ResourceList\n", "functionConfig: {files: [/none.yaml]}\n"} {
		if _, errOut, status := run(t, bad, nil, "ksops"); status == 0 || errOut == "" {
			t.Errorf("%q: got %q, status %d", bad, errOut, status)
		}
	}
}

func TestSecretFile(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"secrets://a/b.yaml":                                      "a/b.yaml",
		"SECRETS://b.yaml":                                        "b.yaml",
		"secrets+age-import:///keys/key.txt?../b.yaml":            "../b.yaml",
		"secrets+gpg-import-kubernetes://argocd/key#a.asc?b.yaml": "b.yaml",
		"secrets+literal://vals":                                  "",
		"secrets+age-import:///key.txt":                           "",
		"secrets://https://example.com/b.yaml":                    "",
	} {
		got, err := SecretFile(address)
		if got != want || (err == nil) != (want != "") || !IsSecretURL(address) {
			t.Errorf("%s: got %q, %v", address, got, err)
		}
	}
	for _, address := range []string{"https://example.com/secrets", "secrets/a.yaml", "secretsx://a"} {
		if IsSecretURL(address) {
			t.Errorf("%s counts as one of helm-secrets", address)
		}
	}
}
