package compare

import "testing"

func TestHook(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, argo, helm string
		want             string
	}{
		{"ordinary", "", "", ""},
		{"one phase", "PreSync", "", "PreSync"},
		{"two phases", "PreSync, Sync", "", "PreSync,Sync"},
		{"failure", "SyncFail", "", "SyncFail"},
		{"skip", "Skip", "", "Skip"},
		{"deletion", "PostDelete", "", "PostDelete"},
		{"install and upgrade", "", "pre-install,pre-upgrade", "PreSync"},
		{"after", "", "post-install, post-upgrade", "PostSync"},
		{"helm deletion", "", "pre-delete,post-delete", "PreDelete,PostDelete"},
		{"CRD", "", "crd-install", ""},
		{"CRD and phase", "", "crd-install,pre-install", "PreSync"},
		{"test", "", "test", "test, never applied"},
		{"rollback", "", "pre-rollback,post-rollback", "pre-rollback,post-rollback, never applied"},
		{"test and phase", "", "test,post-install", "PostSync"},
		{"Argo CD's wins", "Sync", "pre-install", "Sync"},
		{"unknown gives way to helm", "presync", "pre-install", "PreSync"},
		{"unknown", "presync", "", "presync, never applied"},
		{"hidden", "a\u200b", "", `a\u{200B}, never applied`},
		{"only commas", ", ,", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			annotations := map[string]any{"other": int64(1)}
			if tt.argo != "" {
				annotations["argocd.argoproj.io/hook"] = tt.argo
			}
			if tt.helm != "" {
				annotations["helm.sh/hook"] = tt.helm
			}
			got := Hook(map[string]any{"metadata": map[string]any{"annotations": annotations}})
			if got != tt.want {
				t.Errorf("hook = %q, want %q", got, tt.want)
			}
		})
	}
}
