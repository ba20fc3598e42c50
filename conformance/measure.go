package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/reposerver/repository"
	"github.com/argoproj/argo-cd/v3/util/git"
	utilio "github.com/argoproj/argo-cd/v3/util/io"
	"github.com/sirupsen/logrus"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"
)

// Measurement is what rendering took, in seconds. CPU is that of this process
// and of the commands that it ran, from the first render to the last.
type Measurement struct {
	CPU, Wall float64
	Manifests int
}

// fleet is what the benchmark of the main module writes about a generated
// repository.
type fleet struct {
	Base, Head, Charts string // directories
	Applications       []struct {
		File, Path, Chart, Type string
		Versions                [2]string
	}
}

// ask is one call of Argo CD's GenerateManifests.
type ask struct {
	dir, root string
	request   *apiclient.ManifestRequest
	paths     utilio.TempPaths
}

// Measure has Argo CD generate the manifests of a fleet's affected Applications
// at both sides, several at once. The trees and the charts are on the disk
// before the clock starts, so neither Git nor the network counts. work is a
// directory that it may write to.
func Measure(ctx context.Context, root, work string, atOnce int) (m Measurement, err error) {
	logrus.SetLevel(logrus.PanicLevel) // a log of every call would count
	asks, err := readAsks(ctx, root, work)
	if err != nil {
		return m, err
	}
	if err := (&Oracle{dir: work}).prepareProcess(); err != nil {
		return m, err
	}
	stop, err := servePlugins(root)
	if err != nil {
		return m, err
	}
	defer stop()
	var (
		lock  sync.Mutex
		group sync.WaitGroup
		errs  []error
	)
	slots := make(chan struct{}, atOnce)
	start, before := time.Now(), cpuTime()
	for _, a := range asks {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			response, err := repository.GenerateManifests(ctx, a.dir, a.root, "", a.request, false, &git.NoopCredsStore{}, resource.MustParse("10M"), a.paths)
			lock.Lock()
			defer lock.Unlock()
			m.Manifests += len(response.GetManifests())
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", a.request.AppName, err))
			}
		})
	}
	group.Wait()
	m.CPU, m.Wall = (cpuTime() - before).Seconds(), time.Since(start).Seconds()
	return m, errors.Join(errs...)
}

// readAsks makes the calls for base and head of every affected Application.
func readAsks(ctx context.Context, root, work string) (asks []ask, err error) {
	var f fleet
	text, err := os.ReadFile(filepath.Join(root, "fleet.json"))
	if err == nil {
		err = json.Unmarshal(text, &f)
	}
	if err != nil {
		return nil, err
	}
	for _, a := range f.Applications {
		for side, tree := range []string{f.Base, f.Head} {
			chart := ""
			if a.Type == "chart" {
				archive := filepath.Join(f.Charts, a.Chart+"-"+a.Versions[side]+".tgz")
				if chart, err = unpack(archive, filepath.Join(work, "unpacked", a.Versions[side]), a.Chart); err != nil {
					return nil, err
				}
			}
			next, err := newAsk(ctx, filepath.Join(tree, a.File), tree, chart)
			if err != nil {
				return nil, err
			}
			asks = append(asks, next)
		}
	}
	return asks, nil
}

// unpack takes a chart's archive apart, once.
func unpack(archive, to, name string) (string, error) {
	dir := filepath.Join(to, name)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return "", err
	}
	return dir, run(to, "tar", "-xzf", archive)
}

// newAsk makes the request that the controller would make for an Application's
// only source, or for the first of two, of which the second is its values.
func newAsk(ctx context.Context, file, tree, chart string) (ask, error) {
	var app v1alpha1.Application
	text, err := os.ReadFile(file)
	if err == nil {
		err = yaml.Unmarshal(text, &app)
	}
	if err != nil {
		return ask{}, err
	}
	request, err := requestOf(ctx, &app)
	paths := utilio.NewRandomizedTempPaths(tree)
	a := ask{dir: filepath.Join(tree, request.ApplicationSource.Path), root: tree, request: request, paths: paths}
	for _, source := range app.Spec.GetSources() {
		if source.Ref != "" {
			paths.Add(git.NormalizeGitURL(source.RepoURL), tree)
		}
	}
	if chart != "" {
		a.dir, a.root = chart, chart
	}
	return a, err
}

// cpuTime is that of this process and of all that it ran and that ended.
func cpuTime() (total time.Duration) {
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if syscall.Getrusage(who, &u) == nil {
			total += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
	}
	return total
}

// ArgoCDVersion is the linked module's.
func ArgoCDVersion() string {
	info, _ := debug.ReadBuildInfo()
	for _, m := range info.Deps {
		if m.Path == argocdModule {
			return m.Version
		}
	}
	return ""
}
