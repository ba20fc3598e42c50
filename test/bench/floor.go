package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/google/go-jsonnet"
	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/argoplan/argoplan/internal/process"
	"github.com/argoplan/argoplan/test/bench/fleet"
)

// floor renders everything at both sides with the tools' own libraries, one
// after the other, in this process, and prints what that took as JSON. It looks
// for nothing, compares nothing and reports nothing.
func floor(f *fleet.Fleet, home string, print io.Writer) error {
	start, before := time.Now(), spent()
	var errs []error
	for _, a := range f.Applications {
		for side, tree := range []string{f.Base, f.Head} {
			if err := floorOf(f, a, side, tree, home); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", a.Name, err))
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return json.NewEncoder(print).Encode(printedUsage{CPU: (spent() - before).Seconds(), Wall: time.Since(start).Seconds()})
}

// printedUsage is how a command of the benchmark's own says what it took, less
// its start.
type printedUsage struct {
	CPU, Wall float64 // seconds
	Peak      int64   // KiB
}

func floorOf(f *fleet.Fleet, a fleet.Application, side int, tree, home string) error {
	dir := filepath.Join(tree, a.Path)
	switch a.Type {
	case fleet.Helm:
		return floorOfHelm(a, tree, dir)
	case fleet.Chart:
		return floorOfHelm(a, tree, filepath.Join(f.Charts, a.Chart+"-"+a.Versions[side]+".tgz"))
	case fleet.Kustomize:
		resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
		if err != nil {
			return err
		}
		_, err = resources.AsYaml()
		return err
	case fleet.Jsonnet:
		_, err := jsonnet.MakeVM().EvaluateFile(filepath.Join(dir, "main.jsonnet"))
		return err
	case fleet.Helmfile:
		// A process by nature, whoever runs it.
		cmd := handCommand(f, a, side, tree)
		cmd.Env = environment(home)
		_, out, err := measured(cmd)
		if err != nil {
			err = fmt.Errorf("%w\n%s", err, out)
		}
		return err
	case fleet.Directory:
		_, err := concatenate(dir)
		return err
	}
	return fmt.Errorf("expected a type of the fleet, found %s", a.Type)
}

// floorOfHelm is what helm template does.
func floorOfHelm(a fleet.Application, tree, chart string) error {
	loaded, err := loader.Load(chart)
	if err != nil {
		return err
	}
	values := map[string]any{}
	for _, file := range a.Values {
		read, err := chartutil.ReadValuesFile(filepath.Join(tree, file))
		if err != nil {
			return err
		}
		values = chartutil.MergeTables(read, values)
	}
	install := action.NewInstall(&action.Configuration{Log: func(string, ...any) {}})
	install.DryRun, install.DryRunOption, install.ClientOnly, install.Replace, install.IncludeCRDs = true, "true", true, true, true
	install.ReleaseName, install.Namespace = a.Name, a.Namespace
	if install.KubeVersion, err = chartutil.ParseKubeVersion(kubeVersion); err != nil {
		return err
	}
	release, err := install.Run(loaded, values)
	if err != nil {
		return err
	}
	_, err = io.WriteString(io.Discard, release.Manifest)
	return err
}

// floorMain is the process that floor is measured in. It has memory given out as
// argoplan has, and collects as rarely, for otherwise it would not be the least.
func floorMain(root, home string) error {
	process.UseHugePages(0)
	debug.SetGCPercent(400)
	f, err := fleet.Read(root)
	if err != nil {
		return err
	}
	return floor(f, home, os.Stdout)
}
