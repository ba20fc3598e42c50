//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// pull is a pull request of a repository on the forge, and its clone.
type pull struct {
	t     *testing.T
	forge *forge
	repo  *repository
	name  string // owner/name
	runs  int
}

// comment is what the forge knows of one.
type comment struct {
	ID      int64
	Body    string
	Updated time.Time `json:"updated_at"`
	User    struct{ Login string }
}

// newPull makes a repository with one pull request, number 1.
func (f *forge) newPull(t *testing.T, name string) *pull {
	t.Helper()
	p := &pull{t: t, forge: f, repo: newRepository(t, "value-change"), name: f.owner.name + "/" + name}
	f.call(t, f.owner, http.MethodPost, "/user/repos", map[string]any{"name": name, "default_branch": "main"}, nil)
	p.push("main", "feature")
	eventually(t, "Gitea to see the branches", func() bool {
		status, _ := f.send(t, f.owner, http.MethodPost, "/repos/"+p.name+"/pulls", map[string]any{"title": "Change a value", "base": "main", "head": "feature"})
		return status == http.StatusCreated
	})
	return p
}

// push sends branches to the forge.
func (p *pull) push(branches ...string) {
	p.t.Helper()
	url := strings.Replace(p.forge.url, "://", "://"+p.forge.owner.name+":"+password+"@", 1) + "/" + p.name + ".git"
	p.repo.git(append([]string{"push", "-q", url}, branches...)...)
}

// change pushes one more commit to the pull request and waits until the forge
// has taken notice.
func (p *pull) change(file, content string) {
	p.t.Helper()
	p.repo.git("switch", "-q", "feature")
	p.repo.write(file, content)
	p.repo.head = p.repo.commitAll("Change " + file)
	p.push("feature")
	p.repo.merge()
	eventually(p.t, "Gitea to see the push", func() bool {
		var now struct{ Head struct{ SHA string } }
		p.forge.call(p.t, p.forge.owner, http.MethodGet, "/repos/"+p.name+"/pulls/1", nil, &now)
		return now.Head.SHA == p.repo.head
	})
}

// step is a runner as Gitea's own sets it up, for the next run of the job.
func (p *pull) step(as account) *runner {
	p.t.Helper()
	r := newRunner(p.t, p.repo)
	p.runs++
	for name, value := range map[string]string{
		"GITEA_ACTIONS": "true", "GITHUB_SERVER_URL": p.forge.url, "GITHUB_API_URL": p.forge.url + "/api/v1",
		"GITHUB_REPOSITORY": p.name, "GITHUB_RUN_ID": strconv.Itoa(p.runs), "GITHUB_TOKEN": as.token, "INPUT_TOKEN": as.token,
		"INPUT_PUBLISH": "auto", "INPUT_REPOSITORY-ALIASES": "https://github.com/" + project + ".git",
	} {
		r.env[name] = value
	}
	r.event(pullRequest(1, p.repo, p.name))
	return r
}

// run runs the step, which must end well and say so in its log.
func (p *pull) run(as account, want string) string {
	p.t.Helper()
	got := p.step(as).run()
	if got.status != 0 || !strings.Contains(got.log, want) {
		p.t.Fatalf("exit status %d, want %q\n%s", got.status, want, got.log)
	}
	return got.log
}

// comments are all of the pull request.
func (p *pull) comments() (all []comment) {
	p.t.Helper()
	p.forge.call(p.t, p.forge.owner, http.MethodGet, "/repos/"+p.name+"/issues/1/comments", nil, &all)
	return all
}

// say has somebody write a comment.
func (p *pull) say(as account, body string) {
	p.t.Helper()
	p.forge.call(p.t, as, http.MethodPost, "/repos/"+p.name+"/issues/1/comments", map[string]any{"body": body}, nil)
}

// own is the one comment of an account; it must be for the current head.
func (p *pull) own(as account) comment {
	p.t.Helper()
	var found []comment
	for _, c := range p.comments() {
		if c.User.Login == as.name && strings.HasPrefix(c.Body, "<!-- argoplan:v1 ") {
			found = append(found, c)
		}
	}
	if len(found) != 1 || !strings.Contains(found[0].Body, "head="+p.repo.head) {
		p.t.Fatalf("want one comment by %s for %s, got %d:\n%s", as.name, p.repo.head, len(found), fmt.Sprint(found))
	}
	return found[0]
}
