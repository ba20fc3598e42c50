package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"sigs.k8s.io/yaml"
)

// Expand runs "argoplan list" for the case's ApplicationSet.
func (a *Argoplan) Expand(ctx context.Context, c *SetCase) Result {
	dir := filepath.Join(a.dir, c.fileName())
	args, err := a.setArguments(c, dir)
	if err != nil {
		return Result{Err: err}
	}
	out := filepath.Join(dir, "out")
	cmd := exec.CommandContext(ctx, a.binary, append([]string{"list", "--output-dir", out}, args...)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() == 1:
		return Result{Err: errors.New(strings.TrimSpace(stderr.String()))}
	case err != nil:
		return Result{Err: fmt.Errorf("argoplan did not list: %w: %s", err, &stderr)}
	}
	return readApplications(out)
}

// setArguments writes the files that the flags name below dir.
func (a *Argoplan) setArguments(c *SetCase, dir string) ([]string, error) {
	set, err := c.text()
	if err != nil {
		return nil, err
	}
	url, err := c.World.url(c.fileName())
	if err != nil {
		return nil, err
	}
	params, err := yaml.Marshal(map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "argocd-cmd-params-cm"},
		"data": map[string]any{"applicationsetcontroller.enable.new.git.file.globbing": fmt.Sprint(c.Globbing)}})
	if err != nil {
		return nil, err
	}
	definitions := filepath.Join(dir, "definitions")
	args := []string{"--repo", filepath.Dir(c.World.git), "--head-ref", "HEAD", "--base-branch", "main", "--repository-aliases", url,
		"--applications-dir", definitions, "--control-plane-namespace", controlPlane, "--argocd-version", a.version}
	errs := []error{
		writeFile(filepath.Join(definitions, "set.yaml"), set, 0o644),
		writeFile(filepath.Join(definitions, "params.yaml"), params, 0o644),
	}
	var clusters []string
	for i := range c.Clusters {
		text, err := yaml.Marshal(c.Clusters[i])
		file := filepath.Join(dir, "clusters", c.Clusters[i].Namespace, c.Clusters[i].Name+".yaml")
		errs = append(errs, err, writeFile(file, text, 0o644))
		clusters = append(clusters, file)
	}
	return append(args, "--clusters", strings.Join(clusters, "\n")), errors.Join(errs...)
}

// readApplications reads what was written. An Application may have no field
// that Argo CD doesn't know.
func readApplications(dir string) Result {
	var list []v1alpha1.Application
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == dir {
			return nil // an ApplicationSet may generate nothing
		}
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		data, err := yaml.YAMLToJSON(text)
		if err != nil {
			return err
		}
		var app v1alpha1.Application
		strict := json.NewDecoder(bytes.NewReader(data))
		strict.DisallowUnknownFields()
		if err := strict.Decode(&app); err != nil {
			return fmt.Errorf("reading %s: %w", path, err)
		}
		list = append(list, app)
		return nil
	})
	if err != nil {
		return Result{Err: err}
	}
	return applications(list)
}
