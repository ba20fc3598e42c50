package source

import (
	"errors"
	"fmt"
	"net/http"

	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/errcode"

	"github.com/argoplan/argoplan/internal/fault"
)

// explainOCI leaves URLs out: behind a redirect they carry signatures.
func explainOCI(err error) error {
	var answer *errcode.ErrorResponse
	switch {
	case err == nil:
		return nil
	case errors.Is(err, auth.ErrBasicCredentialNotFound):
		return fault.WithHint(errors.New("the registry asks for a login"), "%s", loginHint)
	case errors.As(err, &answer):
		status := fmt.Errorf("the registry %s answered %d %s", answer.URL.Host, answer.StatusCode, http.StatusText(answer.StatusCode))
		switch answer.StatusCode {
		case http.StatusUnauthorized, http.StatusForbidden:
			return fault.WithHint(status, "%s", loginHint)
		case http.StatusNotFound:
			return fault.WithHint(status, "Check repoURL and targetRevision.")
		}
		return status
	case errors.Is(err, errdef.ErrNotFound):
		return fault.WithHint(fmt.Errorf("the registry doesn't have it: %w", err), "Check repoURL and targetRevision.")
	}
	return connectError(err)
}
