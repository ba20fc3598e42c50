package githubtest

import "net/http"

// user serves who the token's owner is.
func (s *Server) user(w http.ResponseWriter) {
	switch {
	case s.knowsMe:
		reply(w, http.StatusOK, sample("public-user", map[string]any{"login": s.login, "user_view_type": "public"}))
	case s.levels != nil:
		refuse(w, http.StatusForbidden, "token does not have at least one of required scope(s), required=[read:user], token scope=write:issue,read:repository")
	default:
		refuse(w, http.StatusForbidden, "Resource not accessible by integration")
	}
}

// permission serves what a user may do in the repository, as Gitea does.
func (s *Server) permission(w http.ResponseWriter, login string) {
	if login != s.login && s.level(s.login) != "admin" {
		refuse(w, http.StatusForbidden, "Only admins can query all permissions, repo admins can query all repo permissions, collaborators can query only their own")
		return
	}
	reply(w, http.StatusOK, sample("repository-collaborator-permission", map[string]any{
		"permission": s.level(login), "role_name": s.level(login), "user": nil,
	}))
}

func (s *Server) level(login string) string {
	if level := s.levels[login]; level != "" {
		return level
	}
	return "read"
}

// mayEdit is true if the token's owner may edit what others wrote.
func (s *Server) mayEdit() bool { return s.level(s.login) != "read" }
