package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/argoplan/argoplan/test/bench/fleet"
)

// kubeVersion is what argoplan renders for unless told otherwise.
const kubeVersion = "1.37.0"

// worktrees checks both branches out, as a script would.
func (b *bench) worktrees(f *fleet.Fleet) (usage, error) {
	var all usage
	for i, branch := range []string{"main", "feature"} {
		dir := b.worktree(i)
		cmd := exec.Command("git", "-C", f.Git, "worktree", "add", "--detach", "--force", dir, branch)
		cmd.Env = environment(b.home)
		u, out, err := measured(cmd)
		if err != nil {
			return all, fmt.Errorf("adding a worktree: %w\n%s", err, out)
		}
		all.cpu, all.wall, all.peak = all.cpu+u.cpu, all.wall+u.wall, max(all.peak, u.peak)
	}
	return all, nil
}

func (b *bench) worktree(side int) string {
	return filepath.Join(b.work, []string{"worktree-base", "worktree-head"}[side])
}

// byHand does what a user would write: for each Application the tool's own
// command at base and head, then dyff on the two files; as many Applications at
// once as argoplan renders. The CPU time is that of the commands alone.
func (b *bench) byHand(f *fleet.Fleet) (usage, error) {
	var (
		lock  sync.Mutex
		total usage
		errs  []error
		group sync.WaitGroup
	)
	slots := make(chan struct{}, b.parallel)
	start := time.Now()
	for _, a := range f.Applications {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			u, err := b.oneByHand(f, a)
			lock.Lock()
			defer lock.Unlock()
			total.cpu, total.peak, errs = total.cpu+u.cpu, max(total.peak, u.peak), append(errs, err)
		})
	}
	group.Wait()
	total.wall = time.Since(start)
	return total, errors.Join(errs...)
}

func (b *bench) oneByHand(f *fleet.Fleet, a fleet.Application) (total usage, err error) {
	var outputs [2]string
	for side := range outputs {
		outputs[side] = filepath.Join(b.work, fmt.Sprintf("%s-%d.yaml", a.Name, side))
		u, err := b.renderByHand(f, a, side, outputs[side])
		if err != nil {
			return total, fmt.Errorf("%s: %w", a.Name, err)
		}
		total.cpu, total.peak = total.cpu+u.cpu, max(total.peak, u.peak)
	}
	u, err := b.dyff(outputs[0], outputs[1])
	total.cpu, total.peak = total.cpu+u.cpu, max(total.peak, u.peak)
	return total, err
}

// renderByHand writes one side to a file.
func (b *bench) renderByHand(f *fleet.Fleet, a fleet.Application, side int, to string) (usage, error) {
	tree := b.worktree(side)
	if a.Type == fleet.Directory {
		text, err := concatenate(filepath.Join(tree, a.Path))
		if err != nil {
			return usage{}, err
		}
		return usage{}, os.WriteFile(to, text, 0o600)
	}
	out, err := os.Create(to)
	if err != nil {
		return usage{}, err
	}
	defer out.Close()
	built, err := b.buildByHand(a, side)
	if err != nil {
		return built, err
	}
	cmd := handCommand(f, a, side, tree)
	cmd.Env = append(environment(b.home), "ARGOCD_APP_NAMESPACE="+a.Namespace)
	cmd.Stdout = out
	u, err := named(cmd)
	u.cpu, u.peak = u.cpu+built.cpu, max(u.peak, built.peak)
	return u, err
}

// buildByHand fetches what a chart depends on into its worktree, which is new in
// each round, as the home is. Helm writes an index to its cache while others may
// read it there, so each build has a cache of its own. The index is downloaded
// for each build anyway.
func (b *bench) buildByHand(a fleet.Application, side int) (usage, error) {
	if !a.Build {
		return usage{}, nil
	}
	cmd := exec.Command("helm", "dependency", "build", filepath.Join(b.worktree(side), a.Path))
	cmd.Env = append(environment(b.home), "HELM_CACHE_HOME="+filepath.Join(b.home, fmt.Sprintf("%s-%d", a.Name, side)))
	return named(cmd)
}

// named measures a command whose error is to say which one it is of.
func named(cmd *exec.Cmd) (usage, error) {
	u, text, err := measured(cmd)
	if err != nil {
		err = fmt.Errorf("%v: %w\n%s", cmd.Args, err, text)
	}
	return u, err
}

// handCommand is the command line that renders an Application as Argo CD's
// settings say.
func handCommand(f *fleet.Fleet, a fleet.Application, side int, tree string) *exec.Cmd {
	var args []string
	dir := filepath.Join(tree, a.Path)
	switch a.Type {
	case fleet.Helm, fleet.Chart:
		args = []string{"helm", "template", a.Name, dir}
		if a.Type == fleet.Chart {
			args = []string{"helm", "template", a.Name, a.Chart, "--repo", f.Spec.Charts, "--version", a.Versions[side]}
			dir = tree
		}
		args = append(args, "--namespace", a.Namespace, "--kube-version", kubeVersion, "--include-crds")
		for _, values := range a.Values {
			args = append(args, "--values", filepath.Join(tree, values))
		}
	case fleet.Kustomize:
		args = []string{"kustomize", "build", "."}
	case fleet.Jsonnet:
		args = []string{"jsonnet", "--yaml-stream", "main.jsonnet"}
	case fleet.Helmfile:
		args = []string{"helmfile", "-n", a.Namespace, "template", "--skip-deps", "--include-crds", "-q"}
	case fleet.Directory:
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	return cmd
}

// concatenate is what cat does with the manifests below a directory.
func concatenate(dir string) ([]byte, error) {
	var all bytes.Buffer
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all.WriteString("---\n")
		all.Write(text)
		return err
	})
	return all.Bytes(), err
}

// dyff compares two files by dyff's own command.
func (b *bench) dyff(base, head string) (usage, error) {
	cmd := exec.Command("dyff", "between", "--omit-header", "--color", "off", base, head)
	cmd.Env = environment(b.home)
	u, out, err := measured(cmd)
	if err != nil {
		err = fmt.Errorf("dyff between %s %s: %w\n%s", base, head, err, tail(out, 2000))
	}
	return u, err
}

// dyffOfPair compares the two files of 5 MB.
func (b *bench) dyffOfPair(f *fleet.Fleet) (usage, error) {
	return b.dyff(filepath.Join(f.Base, fleet.PairFile), filepath.Join(f.Head, fleet.PairFile))
}
