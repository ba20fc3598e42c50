package source

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/retry"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// maxManifest is Argo CD's bound in bytes.
const maxManifest = 4 << 20

// registry is one repository of an OCI registry.
type registry struct {
	fetcher *Fetcher
	name    string // host/path
	remote  *remote.Repository
	public  bool // asked without a login
}

// registry makes a client for a repository; nothing is asked yet.
func (f *Fetcher) registry(repoURL string) (*registry, error) {
	name := strings.TrimSuffix(strings.TrimPrefix(repoURL, "oci://"), "/")
	repository, err := remote.NewRepository(name)
	if err != nil || repository.Reference.Reference != "" {
		return nil, fault.WithHint(fmt.Errorf("expected the address of an OCI repository, found %s", redact(repoURL)),
			"Write it as oci://host/path, without a tag; the tag is targetRevision.")
	}
	if err := f.admit(name); err != nil {
		return nil, err
	}
	login, _ := f.options.Credentials.OCI(name)
	if err := knownLogin("oci://"+name, login); err != nil {
		return nil, err
	}
	client, err := f.client(login)
	if err != nil {
		return nil, err
	}
	repository.PlainHTTP = login.InsecureOCIForceHTTP
	repository.Client = registryClient(client, repository.Reference.Host(), login)
	return &registry{fetcher: f, name: name, remote: repository, public: !login.HasLogin()}, nil
}

// registryClient logs in at one host. oras drops the login on a redirect to
// another, and gives it to no token server that it isn't meant for.
func registryClient(client *http.Client, host string, login argocd.Credential) *auth.Client {
	retrying := *client
	retrying.Transport = retry.NewTransport(client.Transport)
	return &auth.Client{
		Client: &retrying,
		Header: http.Header{"User-Agent": {"argoplan"}},
		Cache:  auth.NewCache(),
		Credential: func(_ context.Context, hostport string) (auth.Credential, error) {
			if hostport != host {
				return auth.EmptyCredential, nil
			}
			return registryLogin(login), nil
		},
	}
}

// registryLogin takes a bearer token for the identity token that docker login
// keeps.
func registryLogin(login argocd.Credential) auth.Credential {
	if !login.BearerToken.IsEmpty() {
		return auth.Credential{RefreshToken: login.BearerToken.Reveal()}
	}
	return auth.Credential{Username: login.Username.Reveal(), Password: login.Password.Reveal()}
}

// tagOf writes a version as a tag, which may not hold a plus sign.
func tagOf(version string) string { return strings.ReplaceAll(version, "+", "_") }

// resolve finds a tag or a digest, then the highest tag of a constraint.
func (r *registry) resolve(ctx context.Context, revision string) (ocispec.Descriptor, error) {
	constraint, isConstraint := constraintOf(revision)
	found, err := ocispec.Descriptor{}, errdef.ErrNotFound
	if !isConstraint || !strings.ContainsAny(revision, "<>=~^*!, |") { // else it can't be a tag
		found, err = r.remote.Resolve(ctx, tagOf(revision))
	}
	if err == nil || !isConstraint || !errors.Is(err, errdef.ErrNotFound) {
		return found, explainOCI(err)
	}
	version, err := r.highest(ctx, constraint, revision)
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	found, err = r.remote.Resolve(ctx, tagOf(version))
	return found, explainOCI(err)
}

// highest lists the tags.
func (r *registry) highest(ctx context.Context, constraint *semver.Constraints, asked string) (string, error) {
	var tags []string
	err := r.remote.Tags(ctx, "", func(page []string) error {
		if tags = append(tags, page...); len(tags) > maxEntries {
			return fmt.Errorf("expected at most %d tags", maxEntries)
		}
		return nil
	})
	if err != nil {
		return "", explainOCI(err)
	}
	var versions []*semver.Version
	for _, tag := range tags {
		if version, err := semver.NewVersion(strings.ReplaceAll(tag, "_", "+")); err == nil {
			versions = append(versions, version)
		}
	}
	slices.SortFunc(versions, func(a, b *semver.Version) int { return b.Compare(a) })
	var newest []string
	for i, version := range versions {
		if constraint.Check(version) {
			return version.Original(), nil
		}
		if i < shown {
			newest = append(newest, version.Original())
		}
	}
	return "", fault.WithHint(fmt.Errorf("%s has no version %s; the newest are %s", r.name, asked, strings.Join(newest, ", ")),
		"A range matches pre-releases only if it names one, such as >=1.0.0-0.")
}

// manifest reads the manifest of an artifact.
func (r *registry) manifest(ctx context.Context, at ocispec.Descriptor) (manifest ocispec.Manifest, err error) {
	if at.MediaType == ocispec.MediaTypeImageIndex {
		return manifest, errors.New("expected an artifact, found an index of several")
	}
	if at.Size > maxManifest {
		return manifest, fmt.Errorf("expected a manifest of at most %d MiB", maxManifest>>20)
	}
	body, err := r.open(ctx, at)
	if err != nil {
		return manifest, explainOCI(err)
	}
	defer body.Close()
	text, err := content.ReadAll(body, at)
	if err != nil {
		return manifest, fmt.Errorf("reading the manifest: %w", err)
	}
	if r.public {
		r.fetcher.keep(keptContent, at.Digest.String(), text)
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return manifest, fmt.Errorf("reading the manifest: %w", err)
	}
	return manifest, nil
}

// open reads what has a digest: from an earlier run, or from the registry.
func (r *registry) open(ctx context.Context, at ocispec.Descriptor) (io.ReadCloser, error) {
	if r.public && at.Digest.Validate() == nil {
		if data, ok := r.fetcher.recall(keptContent, at.Digest.String()); ok && at.Digest.Algorithm().FromBytes(data) == at.Digest {
			return io.NopCloser(bytes.NewReader(data)), nil
		}
	}
	return r.remote.Fetch(ctx, at)
}

// blob downloads a layer to a file and checks its digest.
func (r *registry) blob(ctx context.Context, layer ocispec.Descriptor) (string, error) {
	if layer.Size > maxArchive {
		return "", fmt.Errorf("expected a layer of at most %d MiB, found %d", maxArchive>>20, layer.Size>>20)
	}
	body, err := r.open(ctx, layer)
	if err != nil {
		return "", explainOCI(err)
	}
	defer body.Close()
	checked := content.NewVerifyReader(io.LimitReader(body, layer.Size), layer)
	file, err := r.fetcher.save(checked, maxArchive)
	if err != nil {
		return "", err
	}
	if err := checked.Verify(); err != nil {
		return "", fault.WithHint(fmt.Errorf("expected a layer with the digest %s: %w", layer.Digest, err), "The registry serves a broken file; push the artifact again.")
	}
	if r.public {
		r.fetcher.keepFile(keptContent, layer.Digest.String(), nil, file)
	}
	return file, nil
}

// chartArchive downloads the archive of a chart.
func (r *registry) chartArchive(ctx context.Context, version string) (string, error) {
	found, err := r.remote.Resolve(ctx, tagOf(version))
	if err != nil {
		return "", explainOCI(err)
	}
	manifest, err := r.manifest(ctx, found)
	if err != nil {
		return "", err
	}
	for _, layer := range manifest.Layers {
		if layer.MediaType == chartLayer {
			return r.blob(ctx, layer)
		}
	}
	return "", fmt.Errorf("expected a chart, found an artifact without a layer of the type %s", chartLayer)
}
