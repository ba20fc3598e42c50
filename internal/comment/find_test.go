package comment

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argoplan/argoplan/internal/githubtest"
)

func TestFind(t *testing.T) {
	t.Parallel()
	sha := strings.Repeat("f", 40)
	fork := githubtest.Pull{Number: 8, Head: sha, HeadRef: "fix", HeadRepo: "eve/shop", BaseRef: "main"}
	with := func(change func(*githubtest.Pull)) githubtest.Pull {
		p := fork
		change(&p)
		return p
	}
	var many []githubtest.Pull
	for i := range 230 {
		many = append(many, githubtest.Pull{Number: 100 + i, Head: strings.Repeat("0", 40), HeadRef: fmt.Sprint(i), HeadRepo: "eve/shop", BaseRef: "main"})
	}
	for name, test := range map[string]struct {
		pulls    []githubtest.Pull
		unlinked bool
		want     []int
		requests int
	}{
		"by its commit":                 {[]githubtest.Pull{fork}, false, []int{8}, 1},
		"by its branch":                 {[]githubtest.Pull{fork}, true, []int{8}, 2},
		"on page three":                 {append(many, with(func(p *githubtest.Pull) { p.HeadRef = "renamed" })), true, []int{8}, 5},
		"none":                          {nil, false, nil, 3},
		"closed":                        {[]githubtest.Pull{with(func(p *githubtest.Pull) { p.State = "closed" })}, false, nil, 3},
		"head moved on":                 {[]githubtest.Pull{with(func(p *githubtest.Pull) { p.Head = strings.Repeat("0", 40) })}, false, nil, 3},
		"the same commit elsewhere":     {[]githubtest.Pull{with(func(p *githubtest.Pull) { p.HeadRepo = "mallory/shop" })}, false, nil, 3},
		"the fork is gone":              {[]githubtest.Pull{with(func(p *githubtest.Pull) { p.HeadRepo = "-" })}, false, nil, 3},
		"two bases":                     {[]githubtest.Pull{fork, with(func(p *githubtest.Pull) { p.Number, p.BaseRef = 9, "release" })}, false, []int{8, 9}, 1},
		"the owner in another spelling": {[]githubtest.Pull{with(func(p *githubtest.Pull) { p.HeadRepo = "Eve/Shop" })}, false, []int{8}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := githubtest.New(t)
			s.SetPulls(test.pulls...)
			if test.unlinked {
				s.UnlinkCommits()
			}
			api, err := NewClient(ClientOptions{BaseURL: s.URL(), Token: "good"})
			if err != nil {
				t.Fatal(err)
			}
			found, err := Find(t.Context(), api, Search{Owner: githubtest.Owner, Repo: githubtest.Repo, Head: sha, HeadRepo: "eve/shop", HeadBranch: "fix"})
			if err != nil {
				t.Fatal(err)
			}
			var got []int
			for _, p := range found {
				got = append(got, p.GetNumber())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if n := len(s.Requests()); test.requests > 0 && n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
		})
	}
}

func TestFindFails(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	s.SetToken("better")
	api, err := NewClient(ClientOptions{BaseURL: s.URL(), Token: "good"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Find(t.Context(), api, Search{Owner: githubtest.Owner, Repo: githubtest.Repo, Head: githubtest.Head})
	var p *Problem
	if !errors.As(err, &p) || p.Cause != BadToken {
		t.Errorf("got %v", err)
	}
}
