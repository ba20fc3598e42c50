package action

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/argoplan/argoplan/internal/argocd"
)

// credentials reads the logins: those of the input, of its files, relative to
// the repository, and of docker login. The first that fits a URL counts.
func (d *comparison) credentials() (argocd.Credentials, error) {
	all, err := argocd.Credentials{}.ReadCredentials("the input", []byte(d.in.credentials.Reveal()))
	if err != nil {
		return all, fmt.Errorf("%w credentials: %w", errUsage, err)
	}
	for _, name := range d.in.credentialFiles {
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(d.in.repo, path)
		}
		data, err := os.ReadFile(path)
		if err == nil {
			all, err = all.ReadCredentials(name, data)
		}
		if err != nil {
			return all, fmt.Errorf("%w credentials-files: %w", errUsage, err)
		}
	}
	return d.dockerLogins(all)
}

// dockerLogins adds what docker login keeps, if there is any. That file is not
// an input: one that can't be read costs no more than its logins.
func (d *comparison) dockerLogins(all argocd.Credentials) (argocd.Credentials, error) {
	if d.env.dockerConfig == "" {
		return all, nil
	}
	data, err := os.ReadFile(d.env.dockerConfig)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	with := all
	if err == nil {
		with, err = all.ReadDockerConfig(d.env.dockerConfig, data)
	}
	if err != nil {
		d.log.warn("", 0, "registry logins are not used: "+err.Error())
		return all, nil
	}
	return with, nil
}
