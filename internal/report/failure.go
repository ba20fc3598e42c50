package report

import (
	"errors"
	"net/url"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// failure sets an error apart into where, what and what to do.
func failure(side Side, def *argocd.Application, r *Render) Failure {
	f := Failure{Side: side, Message: r.Err.Error(), Hint: fault.HintOf(r.Err)}
	if all := effective(def); r.FailedSource >= 0 && r.FailedSource < len(all) {
		f.Source = name(all[r.FailedSource])
	} else if def != nil {
		f.File = def.File
	}
	var e *fault.Error
	for err := r.Err; errors.As(err, &e); err = e.Err {
		if e.File != "" {
			f.File = e.File
		}
	}
	return f
}

// WithoutUser takes user and password out of a URL: an Application may carry
// them, and a report may not.
func WithoutUser(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.User == nil {
		return raw
	}
	u.User = nil
	return u.String()
}
