package standin

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	one     = "ENC[AES256_GCM,data:b25l,iv:aXYx,tag:dGFn,type:str]"
	other   = "ENC[AES256_GCM,data:b25l,iv:aXYy,tag:dGFn,type:str]"
	number  = "ENC[AES256_GCM,data:MQ==,iv:aXYx,tag:dGFn,type:int]"
	real    = "ENC[AES256_GCM,data:MQ==,iv:aXYx,tag:dGFn,type:float]"
	truth   = "ENC[AES256_GCM,data:MQ==,iv:aXYx,tag:dGFn,type:bool]"
	remark  = "ENC[AES256_GCM,data:MQ==,iv:aXYx,tag:dGFn,type:comment]"
	sopsYML = "sops:\n    mac: " + one + "\n    version: 3.10.2\n"
)

func TestStrip(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, file, content, want string }{
		{"values", "v.yaml", "a: " + one + "\nb:\n  - " + number + "\n  - " + real + "\n  - " + truth + "\nplain: 1\n#" + remark + "\n" + sopsYML,
			"a: encrypted-c51c8a4a5e8d0a1b\nb:\n  - 1714636915\n  - 1714636915.5\n  - encrypted-x\nplain: 1\n"},
		{"a quoted number stays one", "v.yml", "a: \"" + number + "\"\n" + sopsYML, "a: 1714636915\n"},
		{"data of a Secret is base64", "s.yaml", "kind: Secret\ndata:\n  a: " + one + "\nstringData:\n  a: " + one + "\n" + sopsYML,
			"kind: Secret\ndata:\n  a: BASE64\nstringData:\n  a: encrypted-x\n"},
		{"data of something else is not", "s.yaml", "kind: ConfigMap\ndata:\n  a: " + one + "\n" + sopsYML, "kind: ConfigMap\ndata:\n  a: encrypted-x\n"},
		{"documents", "s.yaml", "a: " + one + "\n" + sopsYML + "---\nb: 1\n", "a: encrypted-x\n---\nb: 1\n"},
		{"anchors", "s.yaml", "a: &x " + one + "\nb: *x\n" + sopsYML, "a: &x encrypted-x\nb: *x\n"},
		{"JSON", "s.json", `{"a":"` + one + `","n":"` + number + `","sops":{"mac":"` + one + `"}}`, `{"a":"encrypted-x","n":1714636915}` + "\n"},
		{"dotenv", "s.env", "#" + remark + "\nA=" + one + "\nB=plain\nsops_mac=" + one + "\n", "A=encrypted-x\nB=plain\n"},
		{"INI", "s.ini", "[a]\nk = " + one + "\n[sops]\nmac = " + one + "\nversion = 3\n", "[a]\nk = encrypted-x\n"},
		{"binary", "s.key", `{"data":"` + one + `","sops":{"mac":"` + one + `"}}`, "encrypted-x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, found, err := Strip(tt.file, []byte(tt.content))
			if err != nil || !found {
				t.Fatal(found, err)
			}
			if diff := cmp.Diff(anyDigest(tt.want), anyDigest(string(got))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if strings.Contains(string(got), "ENC[") || strings.Contains(string(got), "mac") {
				t.Errorf("sops' own is left in %s", got)
			}
		})
	}
}

// anyDigest makes digests alike: their values are for TestPlaceholder.
func anyDigest(s string) string {
	text, _ := inBase64(one)
	s = strings.ReplaceAll(s, text, "BASE64")
	for _, v := range []string{one, number, real, truth} {
		text, _ := placeholder(v)
		s = strings.ReplaceAll(s, text, "X")
	}
	return strings.NewReplacer("encrypted-c51c8a4a5e8d0a1b", "X", "encrypted-x", "X", "1714636915.5", "X", "1714636915", "X").Replace(s)
}

func TestStripLeavesWhatIsNotEncrypted(t *testing.T) {
	t.Parallel()
	for file, content := range map[string]string{
		"v.yaml": "a: 1 # why\n", "sops.yaml": "sops: {enabled: true}\n", "v.json": `{"a": 1}`, "v.env": "A=1\n", "v.ini": "[a]\nb = 1\n", "v.key": "key",
	} {
		got, found, err := Strip(file, []byte(content))
		if err != nil || found || string(got) != content {
			t.Errorf("%s: got %q, %v, %v", file, got, found, err)
		}
	}
	if _, _, err := Strip("v.yaml", []byte("a: [")); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("got %v, want an error that names the line", err)
	}
}

// TestPlaceholder: what is the same looks the same on each run, and what was
// encrypted anew does not.
func TestPlaceholder(t *testing.T) {
	t.Parallel()
	first, _ := placeholder(one)
	again, _ := placeholder(one)
	rotated, _ := placeholder(other)
	if first != again || first == rotated || !strings.HasPrefix(first, "encrypted-") || len(first) != 26 {
		t.Errorf("got %s, %s and %s", first, again, rotated)
	}
	for _, v := range []string{"", "ENC[]", "x" + one, one + "\n", "ENC[AES256_GCM,data:x]"} {
		if text, ok := placeholder(v); ok {
			t.Errorf("%q gives %q", v, text)
		}
	}
}
