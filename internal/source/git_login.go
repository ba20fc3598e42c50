package source

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/git"
)

// gitLogin is what makes git reach one repository.
type gitLogin struct {
	config []git.Setting
	env    []string
	// header is the value of the HTTP header Authorization, for Git LFS.
	header argocd.Secret
	// lfs is true if Argo CD would fetch Git LFS objects.
	lfs bool
	// given is true if there is a credential.
	given bool
}

// gitLogin puts the credential of a repository where git finds it: settings in
// the environment that are for that server alone, and files that only this
// user can read.
func (f *Fetcher) gitLogin(ctx context.Context, repoURL string, u gitURL) (gitLogin, error) {
	c, given := f.options.Credentials.Git(repoURL)
	if u.login != nil {
		c, given = *u.login, true
	}
	if c.Unsupported != "" {
		return gitLogin{}, fault.Skip("the repository %s is reached with %s, which is not supported", u.address, c.Unsupported)
	}
	c, err := f.withAppToken(ctx, c, repoURL, u)
	if err != nil {
		return gitLogin{}, err
	}
	login := gitLogin{header: argocd.NewSecret(authorization(c)), lfs: c.EnableLFS, given: given && c.HasLogin()}
	if u.scheme == "ssh" {
		login.env, err = f.sshCommand(c)
	} else {
		login.config, err = f.httpConfig(u.origin, c)
	}
	return login, err
}

// httpConfig never lets a credential follow a redirect: git sends the header
// to wherever the first answer points.
func (f *Fetcher) httpConfig(origin string, c argocd.Credential) ([]git.Setting, error) {
	server := "http." + origin + "/."
	settings := []git.Setting{{Key: "http.lowSpeedLimit", Value: "1"}, {Key: "http.lowSpeedTime", Value: "30"}}
	if c.Insecure {
		settings = append(settings, git.Setting{Key: server + "sslVerify", Value: "false"})
	}
	if header := authorization(c); header != "" {
		settings = append(settings,
			git.Setting{Key: server + "extraheader", Value: "Authorization: " + header},
			git.Setting{Key: "http.followRedirects", Value: "false"})
	}
	if c.TLSClientCertKey.IsEmpty() {
		return settings, nil
	}
	cert, err := f.privateFile("cert-", c.TLSClientCertData)
	if err != nil {
		return nil, err
	}
	key, err := f.privateFile("key-", c.TLSClientCertKey.Reveal())
	return append(settings, git.Setting{Key: server + "sslCert", Value: cert}, git.Setting{Key: server + "sslKey", Value: key}), err
}

// authorization is the value of the HTTP header, "" if there is no login.
func authorization(c argocd.Credential) string {
	switch {
	case !c.BearerToken.IsEmpty():
		return "Bearer " + c.BearerToken.Reveal()
	case c.Username.IsEmpty() && c.Password.IsEmpty():
		return ""
	}
	// Servers that take a token as the password want any user.
	user := orUser(c.Username.Reveal())
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+c.Password.Reveal()))
}

func orUser(name string) string {
	if name == "" {
		return "git"
	}
	return name
}

// sshCommand checks host keys as Argo CD does: against known hosts, unless the
// repository is insecure. With a key of its own, ssh uses neither the agent nor
// the user's configuration.
func (f *Fetcher) sshCommand(c argocd.Credential) ([]string, error) {
	command := []string{git.SSH, "-oConnectTimeout=20"}
	switch {
	case c.Insecure:
		command = append(command, "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null", "-oLogLevel=ERROR")
	default:
		command = append(command, "-oStrictHostKeyChecking=yes")
	}
	if f.options.KnownHosts != "" && !c.Insecure {
		file, err := f.privateFile("known-hosts-", f.options.KnownHosts+"\n")
		if err != nil {
			return nil, err
		}
		command = append(command, "-oUserKnownHostsFile="+quoted(file))
	}
	if !c.SSHPrivateKey.IsEmpty() {
		file, err := f.privateFile("key-", strings.TrimSpace(c.SSHPrivateKey.Reveal())+"\n")
		if err != nil {
			return nil, err
		}
		command = append(command, "-F/dev/null", "-oIdentitiesOnly=yes", "-oIdentityAgent=none", "-i"+quoted(file))
	}
	return []string{"GIT_SSH_COMMAND=" + strings.Join(command, " ")}, nil
}

// quoted protects a path from the shell that git gives the command to.
func quoted(path string) string { return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'" }

// privateFile writes a file that only this user can read; Scratch is removed
// at the end of the run.
func (f *Fetcher) privateFile(prefix, content string) (string, error) {
	file, err := os.CreateTemp(f.options.Scratch, prefix)
	if err != nil {
		return "", fmt.Errorf("writing a credential to a private file: %w", err)
	}
	_, err = file.WriteString(content)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return file.Name(), err
}
