// Package fleet generates Git repositories of Argo CD Applications of real
// size, in two states, from a seed: what make bench measures on.
package fleet

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"helm.sh/helm/v3/pkg/repo"
)

// Repository is the URL by which the Applications name their own repository,
// and Slug the same as owner/name.
const (
	Repository = "https://github.com/bench/fleet.git"
	Slug       = "bench/fleet"
)

// Shape is what the change is about.
type Shape string

// Mixed changes the settings of many Applications, and the charts and bases
// that only they use. CRDs upgrades one chart that brings 5 MB of
// CustomResourceDefinitions. Bump changes the version of one chart that makes
// 300 resources. Pair changes a file of 5 MB that is applied as it is. Umbrella
// changes the settings of charts that only name another one, which is one of many
// in the index of the chart repository.
const (
	Mixed    Shape = "mixed"
	CRDs     Shape = "crds"
	Bump     Shape = "bump"
	Pair     Shape = "pair"
	Umbrella Shape = "umbrella"
)

// Spec says what to generate. The same Spec gives the same files.
type Spec struct {
	Shape    Shape
	Affected int // Applications that the change affects; for Mixed and Umbrella alone
	Total    int // Applications in the repository
	Listed   int // charts that the index names besides, 100 kB each; for Umbrella alone
	Seed     uint64
	Charts   string // URL that serves Fleet.Charts
}

// Fleet is a generated repository: Git, with the branches main and feature, and
// both trees.
type Fleet struct {
	Spec Spec
	// Git, Base, Head and Charts are directories: the repository, checked out at
	// feature; the trees of main and feature; and the chart repository.
	Git, Base, Head, Charts string
	// Applications are the affected ones.
	Applications []Application
}

// Type is the tool that renders an Application.
type Type string

// The types. Chart is Helm with a chart from the chart repository.
const (
	Helm      Type = "helm"
	Chart     Type = "chart"
	Kustomize Type = "kustomize"
	Directory Type = "directory"
	Jsonnet   Type = "jsonnet"
	Helmfile  Type = "helmfile"
)

// Application is what others than argoplan have to know to render it.
type Application struct {
	Name, Namespace string
	Type            Type
	// Path is below the repository; Values are, too. For Chart it is "" and Chart
	// names the chart.
	Path   string
	Chart  string
	Values []string
	// Versions are those of Chart, at base and head.
	Versions [2]string
	// Build is true if the chart's dependencies have to be built before it renders.
	Build bool
	// File holds the Application.
	File string
}

// File is the name below the root under which a fleet describes itself.
const File = "fleet.json"

// Generate writes a fleet below root, which is made.
func Generate(root string, spec Spec) (*Fleet, error) {
	f := &Fleet{
		Spec: spec,
		Git:  filepath.Join(root, "git"), Base: filepath.Join(root, "base"), Head: filepath.Join(root, "head"),
		Charts: filepath.Join(root, "charts"),
	}
	b := newBuilder(spec)
	b.shaped()
	f.Applications = b.applications
	if err := f.write(b.base, b.head); err != nil {
		return nil, err
	}
	if err := publish(f.Charts, b.published, b.listed); err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return nil, err
	}
	return f, os.WriteFile(filepath.Join(root, File), text, 0o644)
}

// builder collects the files of both states.
type builder struct {
	spec         Spec
	base         tree
	head         tree // what differs from base
	applications []Application
	counts       map[byte]int                  // by letter of order
	published    map[string]tree               // charts for the chart repository, by name-version
	listed       map[string]repo.ChartVersions // charts that only its index has, by name
}

func newBuilder(spec Spec) *builder {
	return &builder{spec: spec, base: tree{}, head: tree{}, counts: map[byte]int{}, published: map[string]tree{}, listed: map[string]repo.ChartVersions{}}
}

// random gives the numbers for one thing, whatever else is generated.
func (b *builder) random(kind string, index int) *rand.Rand {
	return rand.New(rand.NewPCG(b.spec.Seed, uint64(len(kind))<<32|uint64(index)))
}

// shaped adds the Applications.
func (b *builder) shaped() {
	b.base["plugins/helmfile.yaml"] = data("helmfile/plugins.yaml")
	switch b.spec.Shape {
	case Mixed:
	case CRDs:
		b.crds()
	case Bump:
		b.bump()
	case Pair:
		b.pair()
	case Umbrella:
		b.umbrellas()
	}
	for i := len(b.applications); i < b.spec.Total; i++ {
		b.add(i, b.spec.Shape == Mixed && i < b.spec.Affected)
	}
}

// order is the types of twenty Applications in a row: 60% Helm, 25% Kustomize,
// 5% directories, 5% Jsonnet and 5% helmfile.
const order = "HKHHKHDHKHHKHHKJHHPH"

// add makes the Application with this index.
func (b *builder) add(index int, affected bool) {
	adders := map[byte]func(nth int, affected bool) Application{
		'H': b.helm, 'K': b.kustomize, 'D': b.directory, 'J': b.jsonnet, 'P': b.helmfile,
	}
	letter := order[index%len(order)]
	app := adders[letter](b.counts[letter], affected)
	b.counts[letter]++
	if affected {
		b.applications = append(b.applications, app)
	}
}

// environments use one chart or base each, under names of their own.
var environments = []string{"dev", "staging", "prod-eu", "prod-us", "prod-ap"}

// whole says whether a change to what the group of this one shares affects
// nobody but those who are affected anyway.
func (b *builder) whole(kind byte, nth int) bool {
	last := nth - nth%len(environments) + len(environments) - 1
	seen := 0
	for i := range b.spec.Affected {
		if order[i%len(order)] == kind {
			seen++
		}
	}
	return b.spec.Shape == Mixed && seen > last
}

// tag is the version of an image, in both states.
func tag(nth int) (base, head string) {
	return fmt.Sprintf("1.%d.2", nth%40), fmt.Sprintf("1.%d.3", nth%40)
}

// Read gives the fleet that was generated below root.
func Read(root string) (*Fleet, error) {
	var f Fleet
	text, err := os.ReadFile(filepath.Join(root, File))
	if err != nil {
		return nil, err
	}
	return &f, json.Unmarshal(text, &f)
}
