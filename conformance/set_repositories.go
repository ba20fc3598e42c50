package conformance

import (
	"context"
	"errors"
	"fmt"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/reposerver/repository"
)

// repositories answers the Git generator by the repo-server, without a network
// between them.
type repositories struct {
	service  *repository.Service
	globbing bool
}

// GetFiles is services.Repos's.
func (r repositories) GetFiles(ctx context.Context, url, revision, _, pattern string, _ bool, _ *v1alpha1.SourceIntegrity) (map[string][]byte, error) {
	response, err := r.service.GetGitFiles(ctx, &apiclient.GitFilesRequest{
		Repo: &v1alpha1.Repository{Repo: url}, Revision: revision, Path: pattern,
		SubmoduleEnabled: true, NewGitFileGlobbingEnabled: r.globbing, NoRevisionCache: true,
	})
	if err != nil {
		return nil, fmt.Errorf("error retrieving Git files: %w", err)
	}
	return response.GetMap(), nil
}

// GetDirectories is services.Repos's.
func (r repositories) GetDirectories(ctx context.Context, url, revision, _ string, _ bool, _ *v1alpha1.SourceIntegrity) ([]string, error) {
	response, err := r.service.GetGitDirectories(ctx, &apiclient.GitDirectoriesRequest{
		Repo: &v1alpha1.Repository{Repo: url}, Revision: revision, SubmoduleEnabled: true, NoRevisionCache: true,
	})
	if err != nil {
		return nil, fmt.Errorf("error retrieving Git Directories: %w", err)
	}
	return response.GetPaths(), nil
}

var errNoOCI = errors.New("no case has a generator that reads OCI artifacts")

// GetOciFiles is services.Repos's.
func (repositories) GetOciFiles(context.Context, string, string, string, string, bool) (map[string][]byte, error) {
	return nil, errNoOCI
}

// GetOciDirectories is services.Repos's.
func (repositories) GetOciDirectories(context.Context, string, string, string, bool) ([]string, error) {
	return nil, errNoOCI
}
