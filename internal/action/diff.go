package action

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/affected"
	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/cache"
	"github.com/argoplan/argoplan/internal/checkout"
	"github.com/argoplan/argoplan/internal/comment"
	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/process"
	"github.com/argoplan/argoplan/internal/report"
	"github.com/argoplan/argoplan/internal/tree"
)

// diff takes one comparison through its stages and delivers the report. From
// here on a report exists, whatever happens: a run that stops early says so in
// every place where a reader would look.
func diff(ctx context.Context, env environment, in inputs, log *logger, stdout io.Writer) int {
	switch in.mode {
	case "comment":
		return relay(ctx, env, in, log)
	case "merge":
		return mergeShards(ctx, env, in, log, stdout)
	case "render":
		in.token, in.publish = "", "none"
	}
	d := &comparison{env: env, in: in, log: log, timings: newTimings(in, log), piecemeal: true}
	err := d.begin()
	defer os.RemoveAll(d.scratch)
	defer d.closeCache()
	defer func() { d.store.Close() }()
	if err == nil {
		err = d.run(ctx)
	}
	if err != nil && ctx.Err() != nil {
		err = errors.New(interrupted(ctx)) // what it broke off is not the reader's concern
	}
	if err != nil {
		d.report = report.New(report.Run{
			Repository: d.repositoryName(), Base: d.plan.base, Head: d.plan.head,
			Incomplete: withHint(err), ControlPlane: in.controlPlane,
		}, nil)
	}
	status := d.handOver(ctx, stdout)
	d.timings.done("delivering")
	if err != nil {
		return stop(log, err)
	}
	return status
}

// handOver delivers the report of a whole run, or a shard's part of one.
func (d *comparison) handOver(ctx context.Context, stdout io.Writer) int {
	if d.in.shard.Whole() {
		d.report.Redact(d.log.secrets.Text)
		return d.deliver(ctx, stdout)
	}
	// A bundle hides by itself what it has to: it shares texts with the report, of
	// which a shard shows the totals alone.
	if status := d.deliverShard(stdout); status != exitDone || ctx.Err() == nil {
		return status
	}
	return exitIncomplete
}

// withHint is an error and what to do about it, as one text.
func withHint(err error) string {
	if hint := fault.HintOf(err); hint != "" {
		return err.Error() + "\nHint: " + hint
	}
	return err.Error()
}

// comparison is one run of diff. Each stage fills in what the next one reads.
type comparison struct {
	env     environment
	in      inputs
	log     *logger
	timings timings
	scratch string
	event   event
	plan    plan
	trees   trees
	clone   *checkout.Git // nil if two directories are compared
	// piecemeal says that nothing needs a whole tree on disk, and store reads the
	// trees then.
	piecemeal bool
	store     *checkout.Store
	surprises int               // renders that read what nothing said they read
	views     [2]*affected.Tree // base, head
	prints    *affected.Footprints
	files     [2]*argocd.Files
	found     [2]argocd.Found
	projects  [2][]argocd.Project
	settings  [2]argocd.Settings
	plugins   []argocd.PluginDefinition
	// notExpanded names head's ApplicationSets that could not be expanded.
	notExpanded []string
	// unknown are Applications that one side lacks and may have.
	unknown map[argocd.ID]bool
	report  *report.Report
	part    part // of a run that is divided
	// cache keeps what later runs may use, nil for nothing; build is this program.
	cache *cache.Store
	build string
	// ended are Applications that an earlier process of this run died of.
	ended []string
	// api is how the API is reached, but for what the inputs say; zero is the
	// network and the real clock.
	api comment.ClientOptions
}

// begin reads what the run is about, and makes room for it.
func (d *comparison) begin() (err error) {
	if d.event, err = readEvent(d.env.eventPath); err != nil {
		return err
	}
	return d.makeRoom()
}

// makeRoom makes the directory for all that this process writes for itself.
func (d *comparison) makeRoom() (err error) {
	process.UseHugePages(int64(d.in.maxMemory) << 20)
	if d.scratch, err = os.MkdirTemp(d.env.tempDir, "argoplan-"); err != nil {
		return fmt.Errorf("making a temporary directory: %w", err)
	}
	d.env.journal.Scratch(d.scratch)
	return nil
}

// run goes from the event to the report.
func (d *comparison) run(ctx context.Context) error {
	if err := permitted(d.env, d.event, d.in); err != nil {
		return err
	}
	if err := d.resume(); err != nil {
		return err
	}
	if err := d.checkOut(ctx); err != nil {
		return err
	}
	d.timings.done("checking out")
	k, warnings, err := d.discover(ctx, 0, 1)
	if err != nil {
		return err
	}
	selected, found := d.selectAffected()
	d.forget(selected)
	d.timings.done("finding")
	d.log.info("%d Applications found, %d of them affected by %d changed files", found, len(selected), len(d.trees.changed))
	run := report.Run{
		Repository: d.repositoryName(), Base: d.plan.base, Head: d.plan.head, Found: found,
		BaseProjects: d.projects[0], HeadProjects: d.projects[1], ControlPlane: d.in.controlPlane, Warnings: warnings,
	}
	k.run = run
	parts := k.renderAll(ctx, d.share(k, selected))
	d.log.info("%d renders; of the sources, %d were the same at base and at head and rendered once, %d came from cache-dir", k.renders.Load(), k.cook.shared.Load(), k.cook.cached.Load())
	d.surprises = int(k.surprises.Load())
	d.timings.done("rendering")
	run.Notes, run.Incomplete = k.notes(), firstOf(interrupted(ctx), d.unexpanded())
	d.report = report.Join(run, parts)
	if !d.in.shard.Whole() {
		d.bundle(run, k, parts)
	}
	return nil
}

// interrupted says why the run was ended from outside; "" if it wasn't.
func interrupted(ctx context.Context) string {
	if ctx.Err() == nil {
		return ""
	}
	return "the run was stopped: " + context.Cause(ctx).Error()
}

// unexpanded says which ApplicationSets there may be more Applications of; "" if
// all is known.
func (d *comparison) unexpanded() string {
	if len(d.notExpanded) == 0 {
		return ""
	}
	return "What else these ApplicationSets generate at head is unknown: " + strings.Join(d.notExpanded, ", ") + "."
}

// discover finds all Applications of the given sides, 0 for base and 1 for head:
// those that stand in the trees, those that ApplicationSets generate, and those
// that others render.
func (d *comparison) discover(ctx context.Context, sides ...int) (*kitchen, []report.Warning, error) {
	if err := d.knownRepository(); err != nil {
		return nil, nil, err
	}
	warnings, err := d.find()
	if err != nil {
		return nil, nil, err
	}
	learnApplications(d.log.secrets, d.found[0].Applications, d.found[1].Applications)
	k, err := d.kitchen()
	if err != nil {
		return nil, nil, err
	}
	sets, err := d.newSets(k.cook.fetcher)
	if err != nil {
		return nil, nil, err
	}
	var followed []report.Warning
	for _, index := range sides {
		followed = append(followed, d.populate(ctx, k, sets, index)...)
	}
	d.doubt(k, sets, sides)
	learnApplications(d.log.secrets, d.found[0].Applications, d.found[1].Applications)
	return k, slices.Concat(warnings, sets.warn(), followed), nil
}

// find reads what the trees say about Argo CD: Applications, settings, plugins.
func (d *comparison) find() ([]report.Warning, error) {
	base := affected.NewTree(d.trees.files[0])
	d.views = [2]*affected.Tree{base, base.Changed(d.trees.files[1], d.trees.changed)}
	if err := d.scan(); err != nil {
		return nil, err
	}
	for i := range d.files {
		var err error
		if d.found[i], err = d.files[i].Applications(d.in.applications...); err != nil {
			return nil, fmt.Errorf("%w applications: %w", errUsage, err)
		}
	}
	settings, err := d.findSettings(d.files)
	if err != nil {
		return nil, err
	}
	plugins, err := d.findPlugins(d.files)
	d.prints = affected.NewFootprints(affected.Query{
		Base: affected.Side{Tree: d.views[0]}, Head: affected.Side{Tree: d.views[1]},
		Changed: d.trees.changed, Repository: d.repository(), Plugins: d.plugins, ControlPlane: d.in.controlPlane,
	})
	return slices.Concat(d.trees.warnings, warningsOf(report.Head, d.found[1].Problems), settings, plugins, d.otherNames()), err
}

// scan looks at both trees, or at the one that applications-dir names.
func (d *comparison) scan() (err error) {
	files := d.trees.files[0]
	if d.in.applicationsDir != "" {
		files = tree.At(d.in.applicationsDir)
	}
	if d.files[0], err = argocd.Scan(files); err != nil {
		return err
	}
	d.files[1] = d.files[0]
	if d.in.applicationsDir == "" {
		d.files[1], err = d.files[0].Rescan(d.trees.files[1], d.trees.changed)
	}
	return err
}

// selectAffected asks which Applications the change can reach.
func (d *comparison) selectAffected() ([]affected.Selected, int) {
	return affected.Select(affected.Query{
		Base:    affected.Side{Tree: d.views[0], Applications: d.found[0].Applications},
		Head:    affected.Side{Tree: d.views[1], Applications: d.found[1].Applications},
		Changed: d.changedPaths(), Repository: d.repository(), Plugins: d.plugins,
		ControlPlane: d.in.controlPlane, Settings: d.settings[0].Changed(d.settings[1]), Unknown: d.unknown,
		All: d.in.selection == "all", Footprints: d.prints,
	})
}

// key makes the key of this run's digests of secret values.
func key() []byte {
	k := make([]byte, 32)
	_, _ = rand.Read(k) // never fails, see crypto/rand
	return k
}
