package render

import (
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"unicode"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/process"
)

const (
	// stderrLines is how much of a failing plugin's standard error is shown.
	stderrLines = 40
	// commandShown bounds how much of an argv is shown, in characters.
	commandShown = 60
	// maskedFrom is the length in bytes from which a variable of the workflow
	// is taken out of messages: it may be a secret, and messages are published.
	maskedFrom = 6
)

// explain makes a failed command's error: the step, the command's first words,
// the cause, the end of its standard error, and one hint.
func (p *pluginRunner) explain(def argocd.PluginDefinition, w *workspace, step string, failed *process.Error) error {
	text := fmt.Sprintf("%s of plugin %s (%s)", step, def.FullName(), firstWords(failed.Argv))
	err := fmt.Errorf("%s: %w", text, failed)
	if tail := p.cleanStderr(w, failed.Stderr); tail != "" {
		err = fmt.Errorf("%w, standard error:\n%s", err, tail)
	}
	if secret := p.options.StandIns.Mentioned(strings.Join(failed.Argv, " ") + "\n" + failed.Stderr); secret != "" {
		return fault.WithHint(err, "%s", standInHint(secret))
	}
	if w.cell != nil && failed.Status > 0 && strings.Contains(strings.ToLower(failed.Stderr), "permission denied") {
		return fault.WithHint(err, "A plugin reads the system's directories and its private copy, and writes below $HOME, $TMPDIR and the copy; /tmp is closed. Name other places in plugin-read or plugin-write.")
	}
	if hint := pluginHint(def, failed); hint != "" {
		err = fault.WithHint(err, "%s", hint)
	}
	return err
}

// standInHint is for a command that can't do its work in a preview.
func standInHint(command string) string {
	return "Name " + command + " in the input stand-ins, unless this run has its keys: placeholders then stand for the secret values. See docs/plugins.md."
}

// pluginHint takes the most certain reason first.
func pluginHint(def argocd.PluginDefinition, failed *process.Error) string {
	var timeout *process.TimeoutError
	var output *process.OutputError
	var crowd *process.CrowdError
	switch {
	case errors.As(failed, &timeout):
		return "Raise plugin-timeout if the plugin needs longer, or look for a command that waits for input."
	case errors.As(failed, &output):
		return "A plugin has to print manifests and nothing else on standard output."
	case errors.As(failed, &crowd):
		return "Have the plugin's command start fewer processes at a time."
	case errors.Is(failed, process.ErrOutputHeld):
		return "Have the plugin's command wait for what it starts, or send that output elsewhere."
	case errors.Is(failed, syscall.E2BIG):
		return "Pass large values in a file of the repository."
	case errors.Is(failed, fs.ErrPermission), failed.Status == 126:
		return "Files of the repository are not executable for a plugin, as in Argo CD: run the script by its shell, or set preserveFileMode in the definition."
	case errors.Is(failed, exec.ErrNotFound), errors.Is(failed, fs.ErrNotExist), failed.Status == 127:
		return "Install the command in the image that runs argoplan: the tools of the sidecar's image are not here" + sidecarImage(def) + ". See docs/plugins.md."
	case len(def.EnvUnknown) > 0:
		return "The sidecar also sets " + strings.Join(def.EnvUnknown, ", ") + ", whose values a preview does not have; give what the plugin needs in plugin-env."
	case def.ProvideGitCreds:
		return "The definition asks Argo CD for Git credentials (provideGitCreds), which a preview does not have; give what the plugin needs in plugin-env."
	case def.Image != "":
		return "The sidecar runs " + def.Image + "; check that the same versions of the tools are installed here."
	}
	return ""
}

func sidecarImage(def argocd.PluginDefinition) string {
	if def.Image == "" {
		return ""
	}
	return " (" + def.Image + ")"
}

// firstWords gives the beginning of an argv on one line.
func firstWords(argv []string) string {
	words := []rune(strings.Join(strings.Fields(strings.Join(argv, " ")), " "))
	if len(words) > commandShown {
		return string(words[:commandShown]) + "…"
	}
	return string(words)
}

// escape is a terminal's control sequence, such as a color.
var escape = regexp.MustCompile(`\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)`)

// cleanStderr gives the last lines of standard error without control
// characters, without the names of directories of this run, and without the
// values that only the workflow knows.
func (p *pluginRunner) cleanStderr(w *workspace, stderr string) string {
	text := escape.ReplaceAllString(stderr, "")
	text = strings.NewReplacer(w.dir+"/", "", w.dir, ".", w.root+"/", "", w.root, ".",
		w.home, "$HOME", w.tmp, "$TMPDIR").Replace(text)
	for _, e := range p.options.PluginEnv {
		if _, value, _ := strings.Cut(e, "="); len(value) >= maskedFrom {
			text = strings.ReplaceAll(text, value, "***")
		}
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.ReplaceAll(text, "\r", "\n"))
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-stderrLines):], "\n")
}
