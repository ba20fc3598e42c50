package checkout

import "testing"

func TestRemoteURL(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"https://github.com/o/r.git":                "https://github.com/o/r.git",
		"https://x-access-token:t0k@github.com/o/r": "https://github.com/o/r",
		"https://t0k@github.com/o/r":                "https://github.com/o/r",
		"git@github.com:o/r.git":                    "git@github.com:o/r.git",
		"ssh://git@github.com:22/o/r":               "ssh://git@github.com:22/o/r",
		"ssh://git:t0k@github.com/o/r":              "ssh://git@github.com/o/r",
		"https://user:t0k%zz@github.com/o/r":        "https://github.com/o/r",
		"/srv/git/r.git":                            "/srv/git/r.git",
	}
	for raw, want := range tests {
		t.Run(raw, func(t *testing.T) {
			t.Parallel()
			r := newRepo(t)
			r.git("remote", "add", "origin", raw)
			if got, err := r.open().RemoteURL(t.Context(), "origin"); err != nil || got != want {
				t.Errorf("got %q and %v, want %s", got, err, want)
			}
		})
	}
}

func TestBranches(t *testing.T) {
	t.Parallel()
	r := newRepo(t)
	r.commit()
	r.git("tag", "main") // a tag of the same name must not matter
	c := r.clone()
	c.git("checkout", "--quiet", "-b", "feature/x")
	type answers struct{ url, defaultBranch, current string }
	ask := func(g *Git) (a answers) {
		var errs [3]error
		a.url, errs[0] = g.RemoteURL(t.Context(), "origin")
		a.defaultBranch, errs[1] = g.DefaultBranch(t.Context())
		a.current, errs[2] = g.CurrentBranch(t.Context())
		for _, err := range errs {
			if err != nil {
				t.Error(err)
			}
		}
		return a
	}
	if got, want := ask(c.open()), (answers{"file://" + r.dir, "main", "feature/x"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	c.git("checkout", "--quiet", "--detach")
	c.git("remote", "remove", "origin")
	if got := ask(c.open()); got != (answers{}) {
		t.Errorf("got %+v for a detached HEAD without a remote", got)
	}
	if got := ask(r.open()); got != (answers{"", "", "main"}) {
		t.Errorf("got %+v", got)
	}
}
