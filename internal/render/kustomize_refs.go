package render

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/fault"
)

// check is what each kustomization file goes through before kustomize sees it,
// however deep it is nested and wherever it comes from: remote bases and files
// are fetched and replaced by local paths, and what kustomize could take for a
// repository is not left in it. So kustomize itself never runs git and never
// downloads.
func (b *kustomizeBuild) check(file string, text []byte) ([]byte, error) {
	var k types.Kustomization
	if k.Unmarshal(text) != nil {
		return text, nil // kustomize says what is wrong with it
	}
	k.FixKustomization()
	b.schema = b.schema || len(k.OpenAPI) > 0
	r := &references{build: b, dir: filepath.Dir(file)}
	err := r.rewrite(&k)
	if err == nil && r.changed {
		text, err = yaml.Marshal(k)
	}
	if err != nil {
		return nil, fault.InFile(fmt.Errorf("reading %s: %w", inRepository(file), err), inRepository(file))
	}
	return text, nil
}

// references are those of one kustomization file.
type references struct {
	build   *kustomizeBuild
	dir     string // of the file
	changed bool
}

func (r *references) rewrite(k *types.Kustomization) error {
	if err := r.inflate(k); err != nil {
		return err
	}
	if err := r.ksops(k); err != nil {
		return err
	}
	for _, list := range []struct {
		entries []string
		replace func(string) (string, error)
	}{
		{k.Resources, r.resource},
		{k.Components, r.base},
		{k.Generators, r.plugin},
		{k.Transformers, r.plugin},
		{k.Validators, r.plugin},
		{k.Crds, r.file},
		{k.Configurations, r.file},
	} {
		if err := r.each(list.entries, list.replace); err != nil {
			return err
		}
	}
	return errors.Join(r.openAPI(k.OpenAPI), r.patches(k), r.sources(k))
}

// each replaces the entries of a list.
func (r *references) each(list []string, replace func(string) (string, error)) error {
	for i, old := range list {
		replaced, err := replace(old)
		if err != nil {
			return err
		}
		r.changed = r.changed || replaced != old
		list[i] = replaced
	}
	return nil
}

// one is each for a single string.
func (r *references) one(s *string, replace func(string) (string, error)) error {
	list := []string{*s}
	err := r.each(list, replace)
	*s = list[0]
	return err
}

func (r *references) openAPI(fields map[string]string) error {
	schema, ok := fields["path"]
	if !ok {
		return nil
	}
	err := r.one(&schema, r.file)
	fields["path"] = schema
	return err
}

func (r *references) patches(k *types.Kustomization) error {
	var errs []error
	for i := range k.Patches {
		errs = append(errs, r.one(&k.Patches[i].Path, r.file))
	}
	for i := range k.PatchesJson6902 {
		errs = append(errs, r.one(&k.PatchesJson6902[i].Path, r.file))
	}
	for i := range k.Replacements {
		errs = append(errs, r.one(&k.Replacements[i].Path, r.file))
	}
	for i := range k.PatchesStrategicMerge {
		errs = append(errs, r.one((*string)(&k.PatchesStrategicMerge[i]), r.file))
	}
	return errors.Join(errs...)
}

// sources are the files that ConfigMaps and Secrets are generated from.
func (r *references) sources(k *types.Kustomization) error {
	var errs []error
	add := func(s types.KvPairSources) {
		errs = append(errs, r.each(s.FileSources, r.keyedFile), r.each(s.EnvSources, r.file))
	}
	for _, c := range k.ConfigMapGenerator {
		add(c.KvPairSources)
	}
	for _, s := range k.SecretGenerator {
		add(s.KvPairSources)
	}
	return errors.Join(errs...)
}

// keyedFile is "path" or "key=path"; without a key the file's name is one.
func (r *references) keyedFile(s string) (string, error) {
	key, file, keyed := strings.Cut(s, "=")
	if !keyed {
		key, file = path.Base(s), s
	}
	replaced, err := r.file(file)
	if err != nil || replaced == file {
		return s, err
	}
	return key + "=" + replaced, nil
}

// file gives a local path for a URL.
func (r *references) file(s string) (string, error) {
	if !isRemoteFile(s) {
		return s, r.inside(s)
	}
	if len(r.build.renderer.options.Getters) == 0 {
		return "", fault.Skip("remote file %s is not fetched", withoutUser(s))
	}
	u, err := url.Parse(s)
	if err != nil {
		return "", err
	}
	r.build.in.fetches()
	text, err := r.build.renderer.download(s)
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf(".remote-%x-%s", sha256.Sum256([]byte(s)), path.Base(u.Path))
	r.build.tree.write(filepath.Join(r.dir, name), text)
	return name, nil
}

// inside refuses a way out of the repository that the file lies in: from a
// remote base into the own one or another. Whatever leaves all of them isn't
// there at all.
func (r *references) inside(s string) error {
	here, _ := r.build.tree.mountOf(r.dir)
	there, found := r.build.tree.mountOf(filepath.Join(r.dir, s))
	if found && here != there {
		return fmt.Errorf("%s leads out of the repository", s)
	}
	return nil
}

// resource is a file, a directory or a URL of either.
func (r *references) resource(s string) (string, error) {
	if isFileURL(s) {
		return r.file(s)
	}
	return r.base(s)
}

// base gives a local directory for a remote one.
func (r *references) base(s string) (string, error) {
	remote, ok := parseRemoteBase(s)
	if !ok && looksRemote(s) {
		s = "./" + s
	}
	if !ok {
		return s, r.inside(s)
	}
	dir, err := r.build.fetch(remote)
	if err != nil {
		return "", err
	}
	return filepath.Rel(r.dir, filepath.Join(dir, remote.dir))
}

// fetch mounts a remote repository and gives the place.
func (b *kustomizeBuild) fetch(remote remoteBase) (string, error) {
	if err := remote.check(); err != nil {
		return "", fmt.Errorf("remote base %s: %w", withoutUser(remote.repo), err)
	}
	b.in.fetches()
	at := b.place(remote.repo, firstSet(remote.ref, "HEAD"))
	if b.mounted(at) {
		return at, nil
	}
	if b.renderer.options.RemoteBases == nil {
		return "", fault.Skip("remote base %s is not fetched", withoutUser(remote.repo))
	}
	dir, err := b.renderer.options.RemoteBases.Fetch(b.tree.ctx, remote.repo, remote.ref)
	if err != nil {
		return "", fmt.Errorf("fetching the remote base %s: %w", withoutUser(remote.repo), err)
	}
	return at, b.tree.mount(at, dir)
}

// place names the mount of what is fetched.
func (b *kustomizeBuild) place(address, version string) string {
	name := strings.NewReplacer("://", "/", ":", "/", "@", "/").Replace(withoutUser(address))
	return filepath.Join(remoteMount, name+"@"+strings.ReplaceAll(version, "/", "%2F"))
}

func (b *kustomizeBuild) mounted(at string) bool {
	return slices.ContainsFunc(b.tree.mounts, func(m mount) bool { return m.at == at })
}
