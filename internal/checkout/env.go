package checkout

import (
	"encoding/base64"
	"strings"

	"github.com/argoplan/argoplan/internal/git"
)

// credentials makes git send the token to the server it is for, and nowhere
// else. The empty header drops the one that actions/checkout may have left:
// GitHub refuses a request with two.
func (g *Git) credentials() []git.Setting {
	server := "http." + strings.TrimSuffix(g.options.Server, "/") + "/."
	basic := base64.StdEncoding.EncodeToString([]byte("x-access-token:" + g.options.Token))
	return []git.Setting{
		{Key: server + "extraheader"},
		{Key: server + "extraheader", Value: "Authorization: Basic " + basic},
		{Key: server + "sslVerify", Value: "true"},
		{Key: server + "followRedirects", Value: "false"},
	}
}
