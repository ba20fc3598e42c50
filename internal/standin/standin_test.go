package standin

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	t.Parallel()
	got, err := Parse([]string{"ksops", "avp=argocd-vault-plugin"})
	if diff := cmp.Diff(Set{"ksops": KSOPS, "avp": Vault}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if diff := cmp.Diff([]string{"ARGOPLAN_STAND_INS=avp=argocd-vault-plugin,ksops=ksops"}, got.Env()); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{"vals", "x=vals", "=ksops", "../ksops=ksops", "a,b=ksops", ".=ksops"} {
		if got, err := Parse([]string{bad}); err == nil {
			t.Errorf("%q gives %v", bad, got)
		}
	}
}

func TestMentioned(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"cat x | argocd-vault-plugin generate -": Vault,
		"sh: 1: sops: not found":                 SOPS,
		"helm secrets template .":                HelmSecrets,
		"unable to find plugin root - tried:":    KSOPS,
		"open secrets://a.yaml: no such file":    HelmSecrets,
		`unknown command "secrets" for "helm"`:   HelmSecrets,
		"helm4 secrets lint":                     HelmSecrets,
		"https://secrets.example.com":            "",
		"sops-operator":                          "",
		"":                                       "",
	} {
		if got := (Set{}).Mentioned(text); got != want {
			t.Errorf("%q mentions %q, want %q", text, got, want)
		}
	}
	if got := (Set{"x": SOPS}).Mentioned("sops -d"); got != "" {
		t.Errorf("got %q, which is stood in for", got)
	}
}
