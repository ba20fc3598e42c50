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
}

const versionFlag = "argocd-version"

// knowsVersions says whether argoplan can be told Argo CD's version.
func (a *Argoplan) knowsVersions() bool {
	out, _ := exec.Command(a.binary, "render", "--help").Output()
	return bytes.Contains(out, []byte("--"+versionFlag))
}

// Render runs "argoplan render" for the case's Application.
func (a *Argoplan) Render(ctx context.Context, c *Case) Result {
	out := filepath.Join(a.dir, "out", c.fileName())
	plugins, err := a.plugins(c)
	if err != nil {
		return Result{Err: err}
	}
	cmd := exec.CommandContext(ctx, a.binary, "render",
		"--repo", c.World.dir, "--rev", "HEAD", "--base-branch", "main", "--repository-aliases", c.World.url(),
		"--output-dir", out, "--show-secrets", "--control-plane-namespace", controlPlane,
		"--kube-version", c.KubeVersion, "--api-versions", strings.Join(c.APIVersions, "\n"),
		"--plugins", strings.Join(plugins, "\n"))
	if c.Version != "" {
		cmd.Args = append(cmd.Args, "--"+versionFlag, c.Version)
	}
	cmd.Args = append(cmd.Args, c.id())
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + a.dir}
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

// plugins writes the definitions, one file each.
func (a *Argoplan) plugins(c *Case) ([]string, error) {
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
		file := filepath.Join(a.dir, "plugins", c.fileName(), fmt.Sprint(i), "plugin.yaml")
		if err := writeFile(file, text, 0o644); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}
