package report

import (
	"net/url"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// failure sets an error apart into where, what and what to do.
func failure(side Side, def *argocd.Application, r *Render) Failure {
	f := Failure{Side: side, Message: r.Err.Error(), Hint: fault.HintOf(r.Err), File: r.File, Line: r.Line}
	if all := effective(def); r.FailedSource >= 0 && r.FailedSource < len(all) {
		f.Source = name(all[r.FailedSource])
	} else if f.File == "" && def != nil {
		f.File, f.Line = def.File, def.Line
	}
	if f.File == "" {
		f.File = fault.FileOf(r.Err)
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
