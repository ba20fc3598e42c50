package argocd

import "testing"

func TestRepositoryIs(t *testing.T) {
	t.Parallel()
	r := Repository{URLs: []string{"https://github.com/svc-design/gitops", "https://mirror.example:8443/gitops.git"}}
	for u, want := range map[string]bool{
		"https://github.com/svc-design/gitops.git":      true,
		"https://GitHub.com/SVC-design/gitops":          true,
		"https://github.com/svc-design/gitops/":         true,
		"git@github.com:svc-design/gitops.git":          true,
		"ssh://git@github.com:22/svc-design/gitops.git": true,
		"https://user:pw@github.com/svc-design/gitops":  true,
		"https://mirror.example/gitops":                 true,
		"https://github.com/svc-design/gitops-other":    false,
		"https://gitlab.com/svc-design/gitops":          false,
		"svc-design/gitops":                             false,
		"":                                              false,
		"https://[::1":                                  false,
	} {
		if got := r.Is(u); got != want {
			t.Errorf("Is(%q) = %v, want %v", u, got, want)
		}
	}
}

func TestRepositoryFollows(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		base, defaultBranch, target string
		want                        bool
	}{
		{"main", "main", "main", true},
		{"main", "main", "refs/heads/main", true},
		{"main", "main", "", true},
		{"main", "main", "HEAD", true},
		{"main", "main", "v1.0.0", false},
		{"main", "main", "release", false},
		{"release", "main", "HEAD", false},
		{"release", "main", "release", true},
		{"main", "", "HEAD", true},
		{"", "", "anything", true},
	} {
		r := Repository{BaseBranch: test.base, DefaultBranch: test.defaultBranch}
		if got := r.Follows(test.target); got != test.want {
			t.Errorf("%+v: Follows = %v", test, got)
		}
	}
}

func TestNormalizeGitURL(t *testing.T) {
	t.Parallel()
	for u, want := range map[string]string{
		"https://github.com/O/R.git":     "https://github.com/o/r",
		"git@github.com:O/R.git":         "git@github.com/o/r",
		"ssh://git@github.com/o/r":       "git@github.com/o/r",
		" https://example.com/a.git ":    "https://example.com/a",
		"https://example.com:8443/a.git": "https://example.com:8443/a",
	} {
		if got := NormalizeGitURL(u); got != want {
			t.Errorf("NormalizeGitURL(%q) = %q, want %q", u, got, want)
		}
	}
}
