package comment

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// actionsBot writes what GITHUB_TOKEN writes. That token may not ask who it is.
// Nobody can take the name: no forge allows brackets in one.
const actionsBot = "github-actions[bot]"

// somebody is a name that nobody has who runs argoplan.
const somebody = "argoplan-asks-who-it-is"

// whoami gives the login that writes the comments; "" if the token may not ask.
func (u *upsert) whoami(ctx context.Context) (string, error) {
	if u.q.Author != "" {
		return u.q.Author, nil
	}
	user, _, err := u.api.Users.Get(ctx, "")
	switch {
	case err == nil:
		return user.GetLogin(), nil
	case status(err) == http.StatusForbidden && strings.Contains(messageOf(err), "by integration"):
		return actionsBot, nil // GitHub's words to GITHUB_TOKEN and to Apps
	case missing(err) || status(err) == http.StatusForbidden:
		return "", nil // such as a token of Gitea without read:user
	}
	return "", problem("asking who owns the token", err)
}

// mine is true if author is who the token belongs to. Where the token may not ask
// who that is, the server tells by what else it answers. Being able to edit a
// comment proves nothing: who may write to the repository can edit a stranger's,
// and the stranger could change afterwards what we said.
func (u *upsert) mine(ctx context.Context, author string) (bool, error) {
	switch {
	case u.me != "":
		return author == u.me, nil
	case author == "" || author == actionsBot:
		return author == actionsBot, nil
	}
	if known, ok := u.authors[author]; ok {
		return known, nil
	}
	level, _, err := u.level(ctx, author)
	// What an administrator of the repository wrote, no stranger can change.
	known := level == "admin" || level == "owner"
	if err == nil && level != "" && !known {
		// Gitea tells everybody their own permission, and only administrators
		// that of others.
		_, known, err = u.level(ctx, somebody)
	}
	if err == nil {
		u.authors[author] = known
	}
	return known && err == nil, err
}

// level gives what a user may do in the repository, "" if nobody has the name;
// refused is true if we may not ask.
func (u *upsert) level(ctx context.Context, login string) (level string, refused bool, err error) {
	got, _, err := u.api.Repositories.GetPermissionLevel(ctx, u.q.Owner, u.q.Repo, url.PathEscape(login))
	if missing(err) || status(err) == http.StatusForbidden {
		return "", !missing(err), nil
	}
	return got.GetPermission(), false, problem("asking whose comment it is", err)
}
