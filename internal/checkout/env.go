package checkout

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// setting is one git configuration variable.
type setting struct{ key, value string }

// environment is what every git command gets, besides its configuration.
func (g *Git) environment() []string {
	protocols := g.options.Protocols
	if protocols == nil {
		protocols = []string{"https", "ssh"}
	}
	var env []string
	for _, e := range g.options.Env {
		// A GIT_DIR or GIT_TRACE of the caller's must not reach in.
		if !strings.HasPrefix(e, "GIT_") || strings.HasPrefix(e, "GIT_SSL_") {
			env = append(env, e)
		}
	}
	return append(env,
		"LC_ALL=C",
		"HOME=/nonexistent", // no .netrc, no configuration
		"GIT_CONFIG_NOSYSTEM=1",
		"GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_ATTR_NOSYSTEM=1",
		"GIT_NO_REPLACE_OBJECTS=1",
		"GIT_OPTIONAL_LOCKS=0", // leaves the user's index alone
		"GIT_TERMINAL_PROMPT=0",
		"GIT_ASKPASS=",
		"GIT_SSH_COMMAND=ssh -oBatchMode=yes",
		"GIT_ALLOW_PROTOCOL="+strings.Join(protocols, ":"),
		"GIT_LFS_SKIP_SMUDGE=1",
	)
}

// config outranks the repository's own configuration, which an earlier step
// may have written: none of it may name a command that runs here.
func (g *Git) config() []setting {
	return []setting{
		{"safe.directory", g.root},
		{"safe.bareRepository", "explicit"},
		{"core.hooksPath", "/dev/null"},
		{"core.fsmonitor", "false"},
		{"core.attributesFile", "/dev/null"},
		{"credential.helper", ""}, // empties the list
		{"protocol.ext.allow", "never"},
		{"submodule.recurse", "false"},
		{"fetch.recurseSubmodules", "false"},
		{"transfer.fsckObjects", "true"},
		{"gc.auto", "0"},
		{"maintenance.auto", "false"},
	}
}

// credentials makes git send the token to the server it is for, and nowhere
// else. The empty header drops the one that actions/checkout may have left:
// GitHub refuses a request with two.
func (g *Git) credentials() []setting {
	server := "http." + strings.TrimSuffix(g.options.Server, "/") + "/."
	basic := base64.StdEncoding.EncodeToString([]byte("x-access-token:" + g.options.Token))
	return []setting{
		{server + "extraheader", ""},
		{server + "extraheader", "Authorization: Basic " + basic},
		{server + "sslVerify", "true"},
		{server + "followRedirects", "false"},
	}
}

// configEnv passes settings in the environment: unlike arguments, other users of
// the machine can't see it.
func configEnv(settings []setting) []string {
	env := []string{fmt.Sprintf("GIT_CONFIG_COUNT=%d", len(settings))}
	for i, s := range settings {
		env = append(env, fmt.Sprintf("GIT_CONFIG_KEY_%d=%s", i, s.key), fmt.Sprintf("GIT_CONFIG_VALUE_%d=%s", i, s.value))
	}
	return env
}
