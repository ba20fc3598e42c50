package git

import (
	"fmt"
	"strings"
)

// SSH is the ssh command that asks nothing.
const SSH = "ssh -oBatchMode=yes"

// environment is what every git command gets, besides its configuration.
func environment(o Options) []string {
	protocols := o.Protocols
	if protocols == nil {
		protocols = []string{"https", "ssh"}
	}
	var env []string
	for _, e := range o.Env {
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
		"GIT_SSH_COMMAND="+SSH,
		"GIT_ALLOW_PROTOCOL="+strings.Join(protocols, ":"),
		"GIT_LFS_SKIP_SMUDGE=1",
	)
}

// config outranks a repository's own configuration, which an earlier step may
// have written: none of it may name a command that runs here.
func config() []Setting {
	return []Setting{
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

// configEnv passes settings in the environment: unlike arguments, other users of
// the machine can't see it.
func configEnv(settings []Setting) []string {
	env := []string{fmt.Sprintf("GIT_CONFIG_COUNT=%d", len(settings))}
	for i, s := range settings {
		env = append(env, fmt.Sprintf("GIT_CONFIG_KEY_%d=%s", i, s.Key), fmt.Sprintf("GIT_CONFIG_VALUE_%d=%s", i, s.Value))
	}
	return env
}
