package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/utils/kube"
	"sigs.k8s.io/yaml"
)

// Argoplan is the command under test.
type Argoplan struct {
	binary string
	dir    string
	// version is the Argo CD whose behaviour counts, as major.minor.
	version string
}

// Render runs "argoplan render" for the case's Application.
func (a *Argoplan) Render(ctx context.Context, c *Case) Result {
	own := filepath.Join(a.dir, c.fileName())
	args, err := a.arguments(c, own)
	if err != nil {
		return Result{Err: err}
	}
	out := filepath.Join(own, "out")
	cmd := exec.CommandContext(ctx, a.binary, append([]string{"render", "--output-dir", out}, args...)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + own}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return Result{Err: failure(err, stderr.String())}
	}
	text, err := os.ReadFile(filepath.Join(out, c.id()+".yaml"))
	if err != nil {
		return Result{Err: fmt.Errorf("argoplan ended well and wrote nothing: %w; %s", err, stderr.String())}
	}
	objects, err := kube.SplitYAML(text)
	return Result{Objects: objects, Err: err}
}

// failure keeps argoplan's words; another exit status than 1 is no render that
// failed but a wrong call or a crash.
func failure(err error, stderr string) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		// Warnings are about other files.
		if _, message, ok := strings.Cut(stderr, "error: "); ok {
			return errors.New(strings.TrimSpace(message))
		}
	}
	return fmt.Errorf("argoplan did not render: %w: %s", err, stderr)
}

// idle is a plugin that matches nothing. Without any, argoplan would take the
// definitions that it finds in the tree; Argo CD has only those of sidecars.
var idle = map[string]any{
	"apiVersion": "argoproj.io/v1alpha1", "kind": "ConfigManagementPlugin", "metadata": map[string]any{"name": "idle"},
	"spec": map[string]any{"generate": map[string]any{"command": []any{"false"}}, "discover": map[string]any{"fileName": "no-such-file"}},
}

// arguments writes the files that the flags name below dir.
func (a *Argoplan) arguments(c *Case, dir string) ([]string, error) {
	url, err := c.url()
	if err != nil {
		return nil, err
	}
	application, err := c.text()
	if err != nil {
		return nil, err
	}
	settings, err := yaml.Marshal(c.configMap())
	if err != nil {
		return nil, err
	}
	applications, configMap := filepath.Join(dir, "application.yaml"), filepath.Join(dir, "argocd-cm.yaml")
	if err := errors.Join(writeFile(applications, application, 0o644), writeFile(configMap, settings, 0o644)); err != nil {
		return nil, err
	}
	logins, err := logins(c, dir)
	if err != nil {
		return nil, err
	}
	plugins, err := plugins(c, dir)
	args := []string{"--dir", c.World.dir}
	if c.Commit {
		args = []string{"--repo", filepath.Dir(c.World.git), "--rev", "HEAD"}
	}
	return append(args, "--base-branch", "main", "--repository-aliases", url,
		"--applications-dir", applications, "--settings", configMap, "--credentials-files", logins, "--plugins", strings.Join(plugins, "\n"),
		"--argocd-version", a.version, "--show-secrets", "--allowed-hosts", "127.0.0.1", "--control-plane-namespace", controlPlane,
		"--kube-version", c.KubeVersion, "--api-versions", strings.Join(c.APIVersions, "\n"), c.id(),
	), err
}

// plugins writes the definitions, one file each.
func plugins(c *Case, dir string) ([]string, error) {
	definitions := c.Plugins
	if len(definitions) == 0 {
		definitions = []map[string]any{idle}
	}
	var files []string
	for i, definition := range definitions {
		text, err := yaml.Marshal(definition)
		if err != nil {
			return nil, err
		}
		file := filepath.Join(dir, "plugins", fmt.Sprint(i), "plugin.yaml")
		if err := writeFile(file, text, 0o644); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// logins writes what argoplan has to know of repositories: which of them speak
// plain HTTP. The name of the file is "" if there are none.
func logins(c *Case, dir string) (string, error) {
	app, err := c.typed()
	if err != nil {
		return "", nil // argoplan is to say so
	}
	var text strings.Builder
	for i, source := range app.Spec.GetSources() {
		if c.inRegistry(source.RepoURL) {
			fmt.Fprintf(&text, loginForm, i, repositoryType(source.RepoURL), source.RepoURL)
		}
	}
	if text.Len() == 0 {
		return "", nil
	}
	file := filepath.Join(dir, "logins.yaml")
	return file, writeFile(file, []byte(text.String()), 0o644)
}

const loginForm = `---
apiVersion: v1
kind: Secret
metadata: {name: login-%d, namespace: argocd, labels: {argocd.argoproj.io/secret-type: repository}}
stringData: {type: %s, url: "%s", enableOCI: "true", insecureOCIForceHttp: "true"}
`
