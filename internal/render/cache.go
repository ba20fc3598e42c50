package render

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/standin"
)

// Cache keeps renders from one run to the next. What it gives is not trusted to
// be there, or to be a render.
type Cache interface {
	Get(kind string, key [32]byte) ([]byte, bool)
	Put(kind string, key [32]byte, data []byte)
}

// cacheKind is what the Cache calls a render.
const cacheKind = "renders"

// cacheFormat changes with what is written, and with what cacheKey leaves out.
const cacheFormat = 1

// cacheKey is all that a render can depend on.
type cacheKey struct {
	Format                         int
	Build                          string // of this program, and so of its tools
	Version                        string
	Kind                           Type
	Source                         argocd.Source
	HasValuesObject                bool   // {} is left out of Source, and hides values
	Dir                            string // from Root
	Files                          string
	Multi                          bool
	Refs                           []string
	AppName, Namespace, Project    string
	Revision                       string
	KubeVersion                    string
	APIVersions                    []string
	Schemes, BuildOptions          []string
	SchemesGiven                   bool
	Disabled                       []Type
	MaxDirectorySize               int64
	HelmRepositories               map[string]string
	StandIns                       standin.Set
	RemoteBases, Charts, Downloads bool
}

// remembered is generate, but for what a run before has generated of the same
// input. in is as prepare gives it.
func (r *Renderer) remembered(kind Type, in Input, generate func() (Output, error)) (Output, error) {
	if r.options.Cache == nil || in.Files == "" || kind == Plugin {
		return generate()
	}
	key, err := r.cacheKey(kind, in)
	if err != nil {
		return generate()
	}
	if data, ok := r.options.Cache.Get(cacheKind, key); ok {
		if made, err := decodeOutput(data); err == nil {
			made.Type, made.Cached = kind, true
			return made, nil
		}
	}
	made, err := generate()
	if err == nil && !made.Volatile && !made.Fetched {
		if data, ok := encodeOutput(made); ok {
			r.options.Cache.Put(cacheKind, key, data)
		}
	}
	return made, err
}

func (r *Renderer) cacheKey(kind Type, in Input) ([32]byte, error) {
	o := r.options
	source, err := json.Marshal(in.Source)
	if err != nil {
		return [32]byte{}, fmt.Errorf("encoding the source: %w", err)
	}
	dir, err := filepath.Rel(in.Root, in.Dir)
	if err != nil {
		return [32]byte{}, fmt.Errorf("encoding the source: %w", err)
	}
	k := cacheKey{
		Format: cacheFormat, Build: o.Build, Version: in.version.String(), Kind: kind, Source: in.Source, Dir: dir, Files: in.Files, Multi: in.Multi,
		Refs:    usable(in.Refs),
		AppName: in.AppName, Namespace: in.Namespace, Project: in.Project, KubeVersion: in.KubeVersion, APIVersions: in.APIVersions,
		Schemes: o.ValueFileSchemes, SchemesGiven: o.ValueFileSchemes != nil, BuildOptions: o.KustomizeBuildOptions,
		Disabled: slices.Sorted(slices.Values(o.Disabled)), MaxDirectorySize: o.MaxDirectorySize,
		HelmRepositories: o.HelmRepositories, StandIns: o.StandIns,
		RemoteBases: o.RemoteBases != nil, Charts: o.Charts != nil, Downloads: len(o.Getters) > 0,
	}
	k.HasValuesObject = in.Source.Helm != nil && in.Source.Helm.ValuesObject != nil
	// Each commit has another revision. It shows where a source says its name.
	if strings.Contains(string(source), "ARGOCD_APP_REVISION") {
		k.Revision = in.Revision
	}
	text, err := json.Marshal(k)
	return sha256.Sum256(text), err
}

// usable names the refs, and says which are only known by name.
func usable(refs map[string]string) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(refs)) {
		names = append(names, fmt.Sprintf("%s %t", name, refs[name] != ""))
	}
	return names
}
