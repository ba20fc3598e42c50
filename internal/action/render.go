package action

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/checkout"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/manifest"
	"github.com/argoplan/argoplan/internal/report"
	"github.com/argoplan/argoplan/internal/tree"
)

// renderCommand prints what Argo CD would generate for the Applications of one
// revision, or for those that are named.
func renderCommand(ctx context.Context, env environment, in inputs, log *logger, stdout io.Writer) int {
	d := &comparison{env: env, in: in, log: log, piecemeal: true}
	if err := d.makeRoom(); err != nil {
		return stop(log, err)
	}
	defer os.RemoveAll(d.scratch)
	defer func() { d.store.Close() }()
	defer d.closeCache()
	if err := d.resume(); err != nil {
		return stop(log, err)
	}
	if err := d.checkOutOne(ctx); err != nil {
		return stop(log, err)
	}
	k, found, err := d.named(ctx)
	if err != nil {
		return stop(log, err)
	}
	status, renders := exitDone, k.memoAll(ctx, found, 1)
	for _, r := range renders {
		learnRenders(log.secrets, k.comparer, r.objects)
	}
	for i, r := range renders {
		if r.Err != nil {
			complain(log, &found[i], r)
			status = exitIncomplete
			continue
		}
		if err := d.print(stdout, k, &found[i], r); err != nil {
			return stop(log, err)
		}
	}
	if unknown := d.unexpanded(); unknown != "" && len(in.names) == 0 {
		log.fail("", 0, unknown)
		status = exitIncomplete
	}
	return status
}

// checkOutOne puts the one revision on disk, as both base and head.
func (d *comparison) checkOutOne(ctx context.Context) (err error) {
	if d.in.headDir != "" {
		d.in.baseDir = d.in.headDir
		return d.useDirectories()
	}
	git, err := d.open(ctx)
	if err != nil {
		return err
	}
	d.plan.baseBranch, d.plan.workingTree = d.in.baseBranch, d.in.headRef == ""
	if !d.plan.workingTree {
		if d.plan.head.SHA, err = git.Ensure(ctx, d.in.headRef); err != nil {
			return err
		}
	}
	written, err := d.writeOne(ctx, git)
	if err != nil {
		return err
	}
	written, d.trees.lacks[1], err = d.complete(ctx, git, written)
	d.trees.base, d.trees.head = written.Dir, written.Dir
	return err
}

// writeOne puts head on disk, or makes it ready to be written piece by piece.
func (d *comparison) writeOne(ctx context.Context, git *checkout.Git) (written checkout.Tree, err error) {
	if d.store, err = git.Store(ctx, d.scratch); err != nil {
		return written, err
	}
	piece, written, err := d.sparseHead(ctx)
	if err != nil || piece != nil {
		d.trees.sparse, d.trees.files = [2]*checkout.Sparse{piece, piece}, [2]tree.FS{piece, piece}
		return written, err
	}
	written, err = d.extractHead(ctx, git)
	files := tree.Dir(written.Dir)
	d.trees.files = [2]tree.FS{files, files}
	return written, err
}

// named finds the Applications, all or those that the arguments name.
func (d *comparison) named(ctx context.Context) (*kitchen, []argocd.Application, error) {
	k, warnings, err := d.discover(ctx, 1)
	if err != nil {
		return nil, nil, err
	}
	for _, w := range warnings {
		d.log.warn(w.File, w.Line, w.Message)
	}
	all := d.found[1].Applications
	if len(d.in.names) == 0 {
		return k, all, nil
	}
	var chosen []argocd.Application
	for _, name := range d.in.names {
		i := slices.IndexFunc(all, func(a argocd.Application) bool {
			return a.Name == name || a.ID(d.in.controlPlane).String() == name
		})
		if i < 0 {
			return nil, nil, fault.WithHint(fmt.Errorf("%w: expected an Application named %s, found none", errUsage, name), "found: %s", names(all))
		}
		chosen = append(chosen, all[i])
	}
	return k, chosen, nil
}

// names lists the first few Applications.
func names(all []argocd.Application) string {
	var list []string
	for i, a := range all {
		if i == 10 {
			list = append(list, fmt.Sprintf("and %d more", len(all)-i))
			break
		}
		list = append(list, a.Name)
	}
	return strings.Join(list, ", ")
}

// complain reports an Application that did not render, also one that argoplan
// doesn't render yet: its manifests are missing from what is printed.
func complain(log *logger, a *argocd.Application, r *rendered) {
	message := fmt.Sprintf("Application %s: %v", a.Name, r.Err)
	if hint := fault.HintOf(r.Err); hint != "" {
		message += "\nhint: " + hint
	}
	log.fail(orDefault(r.File, a.File), r.Line, message)
}

// print writes one Application's manifests, to its file or to stdout.
func (d *comparison) print(stdout io.Writer, k *kitchen, a *argocd.Application, r *rendered) error {
	objects := r.objects
	if !d.in.showSecrets {
		objects = k.comparer.Mask(objects)
	}
	text := manifest.YAML(objects)
	if !d.in.showSecrets {
		text = []byte(d.log.secrets.Text(string(text)))
	}
	id := a.ID(d.in.controlPlane)
	if d.in.outputDir != "" {
		return report.WriteFile(d.in.outputDir, report.ManifestFile(id.Namespace, id.Name), text)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "---\n# Application %s\n", id)
	b.Write(text)
	_, err := stdout.Write(b.Bytes())
	return err
}
