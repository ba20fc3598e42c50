package render

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/argocd"
)

// TestEqualToKustomizeCLI holds what the archives expect against the command
// itself, with the command lines that Argo CD would run.
func TestEqualToKustomizeCLI(t *testing.T) {
	t.Parallel()
	cli := kustomizeCLI(t)
	paths, err := filepath.Glob("testdata/kustomize/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			c, archive := readKustomizeCase(t, path)
			want, message := takeOut(archive, "want"), takeOut(archive, "error")
			root := t.TempDir()
			if err := txtar.Write(archive, root); err != nil {
				t.Fatal(err)
			}
			got, err := printedByKustomize(t, cli, root, c)
			if (err != nil) != (message != "") {
				t.Fatalf("kustomize: %v, the archive expects %q", err, message)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-archive +kustomize):\n%s", diff)
			}
		})
	}
}

// kustomizeCLI finds a kustomize of the version that this package links.
func kustomizeCLI(t *testing.T) string {
	t.Helper()
	local, err := filepath.Abs("../../.bin/kustomize")
	if err != nil {
		t.Fatal(err)
	}
	for _, candidate := range []string{local, "kustomize"} {
		path, err := exec.LookPath(candidate)
		if err != nil {
			continue
		}
		out, err := exec.Command(path, "version").Output()
		if err == nil && strings.TrimSpace(string(out)) == kustomizeVersion {
			return path
		}
	}
	t.Skipf("no kustomize %s in .bin or on PATH to compare with", kustomizeVersion)
	return ""
}

// printedByKustomize makes Argo CD's edits by the command, in place, and
// builds.
func printedByKustomize(t *testing.T, cli, root string, c kustomizeCase) (string, error) {
	t.Helper()
	path := t.TempDir() // without git
	if strings.Contains(c.Flags, "--enable-helm") {
		path = filepath.Dir(helmCLI(t, helm3Engine{}))
	}
	run := func(dir string, args ...string) (string, error) {
		command := exec.Command(cli, args...)
		command.Dir = dir
		command.Env = []string{"HOME=" + t.TempDir(), "PATH=" + path}
		out, err := command.Output()
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			err = fmt.Errorf("%s: %s", args, exit.Stderr)
		}
		return string(out), err
	}
	dir := filepath.Join(root, c.Dir)
	for _, args := range editCommands(c.Kustomize) {
		if _, err := run(dir, args...); err != nil {
			return "", err
		}
	}
	if len(c.Kustomize.Patches) > 0 {
		appendPatches(t, dir, c.Kustomize.Patches)
	}
	if len(c.Kustomize.Components) > 0 {
		if _, err := run(dir, append([]string{"edit", "add", "component"}, c.Kustomize.Components...)...); err != nil {
			return "", err
		}
	}
	return run(root, append([]string{"build", dir}, strings.Fields(c.Flags)...)...)
}

// editCommands are Argo CD's up to the namespace.
func editCommands(k argocd.Kustomize) (commands [][]string) {
	add := func(asked bool, args ...string) {
		if asked {
			commands = append(commands, append([]string{"edit"}, args...))
		}
	}
	add(k.NamePrefix != "", "set", "nameprefix", "--", k.NamePrefix)
	add(k.NameSuffix != "", "set", "namesuffix", "--", k.NameSuffix)
	add(len(k.Images) > 0, append([]string{"set", "image"}, k.Images...)...)
	replicas := []string{"set", "replicas"}
	for _, r := range k.Replicas {
		replicas = append(replicas, fmt.Sprintf("%s=%v", r.Name, r.Count))
	}
	add(len(k.Replicas) > 0, replicas...)
	label := []string{"add", "label"}
	for flag, set := range map[string]bool{"--force": k.ForceCommonLabels, "--without-selector": k.LabelWithoutSelector, "--include-templates": k.LabelIncludeTemplates} {
		if set {
			label = append(label, flag)
		}
	}
	add(len(k.CommonLabels) > 0, append(label, joined(k.CommonLabels)...)...)
	annotation := []string{"add", "annotation"}
	if k.ForceCommonAnnotations {
		annotation = append(annotation, "--force")
	}
	add(len(k.CommonAnnotations) > 0, append(annotation, joined(k.CommonAnnotations)...)...)
	add(k.Namespace != "", "set", "namespace", "--", k.Namespace)
	return commands
}

func joined(m map[string]string) (pairs []string) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		pairs = append(pairs, key+":"+m[key])
	}
	return pairs
}

// appendPatches edits the file as Argo CD does.
func appendPatches(t *testing.T, dir string, patches []map[string]any) {
	t.Helper()
	path := filepath.Join(dir, "kustomization.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file := map[string]any{}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	list, _ := file["patches"].([]any)
	for _, patch := range patches {
		list = append(list, patch)
	}
	file["patches"] = list
	if text, err = yaml.Marshal(file); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}
