package githubtest

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// pull serves one pull request.
func (s *Server) pull(w http.ResponseWriter, number string) {
	i := slices.IndexFunc(s.pulls, func(p *Pull) bool { return strconv.Itoa(p.Number) == number })
	if i < 0 {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	reply(w, http.StatusOK, s.pulls[i].show("pull-request"))
}

// listPulls serves the pull requests that fit.
func (s *Server) listPulls(w http.ResponseWriter, r *http.Request, fits func(*Pull) bool) {
	var all []*Pull
	for _, p := range s.pulls {
		owner, _, _ := strings.Cut(p.HeadRepo, "/")
		head := r.URL.Query().Get("head")
		if fits(p) && (head == "" || head == owner+":"+p.HeadRef) {
			all = append(all, p)
		}
	}
	s.list(w, r, len(all), func(i int) any { return all[i].show("pull-request-simple") })
}

// show gives a pull request in one of GitHub's two forms. The repository of a
// head is null once a fork is deleted.
func (p *Pull) show(component string) map[string]any {
	shown := sample(component, map[string]any{"number": p.Number, "state": p.State})
	for _, end := range []struct{ name, sha, ref, repo string }{
		{"head", p.Head, p.HeadRef, p.HeadRepo}, {"base", "ba5e0ba5e0ba5e0ba5e0ba5e0ba5e0ba5e0ba5e0", p.BaseRef, Owner + "/" + Repo},
	} {
		made, _ := shown[end.name].(map[string]any)
		maps.Copy(made, map[string]any{"sha": end.sha, "ref": end.ref, "repo": repository(end.repo)})
	}
	return shown
}

func repository(name string) any {
	if name == "-" {
		return nil
	}
	return sample("repository", map[string]any{"full_name": name})
}
