package action

import (
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/network"
	"github.com/argoplan/argoplan/internal/tree"
)

// guard decides which servers this run may ask. What the workflow itself names
// is allowed; for a stranger's pull request so is what base's files name, and
// nothing else.
func (d *comparison) guard() (*network.Guard, error) {
	o := network.Options{Allowed: slices.Clone(d.in.allowedHosts), DenyPrivate: d.in.denyPrivate}
	ours := []string{d.env.serverURL, d.env.apiURL, d.trees.remote}
	for _, mirror := range d.in.mirrors {
		_, replacement, _ := strings.Cut(mirror, "=")
		ours = append(ours, replacement)
	}
	for _, address := range ours {
		o.Allowed = append(o.Allowed, hostOf(address)...)
	}
	for _, e := range d.env.forwarded {
		if name, value, _ := strings.Cut(e, "="); strings.HasSuffix(strings.ToLower(name), "_proxy") && !strings.EqualFold(name, "no_proxy") {
			o.Proxies = append(o.Proxies, value)
		}
	}
	if !untrusted(d.env, d.event) {
		return network.New(o), nil
	}
	known, err := hostsIn(d.trees.files[0])
	if err != nil {
		return nil, fmt.Errorf("looking for the hosts that base names: %w", err)
	}
	o.Known = known
	return network.New(o), nil
}

// hostOf gives a URL's host, none if it has none.
func hostOf(address string) []string {
	if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
		return []string{u.Hostname()}
	}
	return nil
}

// named finds a URL's host, also in the short form of ssh.
var named = regexp.MustCompile(`(?:[a-z][a-z0-9+.-]*://(?:[^\s/@"']*@)?|\b[A-Za-z0-9_-]+@)(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9][A-Za-z0-9.-]*)`)

// hostsIn lists the hosts that a tree's files name, in whatever way: what stands
// at base has been reviewed. A registry is also named without a scheme, as the
// first part of a repoURL.
func hostsIn(files tree.FS) ([]string, error) {
	hosts := map[string]bool{"github.com": true}
	err := tree.Walk(files, func(name string, entry fs.DirEntry) (bool, error) {
		if !entry.Type().IsRegular() || !slices.Contains(naming, strings.ToLower(path.Ext(name))) {
			return true, nil
		}
		info, err := entry.Info()
		if err != nil || info.Size() > 1<<20 {
			return false, err
		}
		text, err := files.ReadFile(name)
		for _, found := range named.FindAllSubmatch(text, -1) {
			hosts[strings.Trim(string(found[1]), "[]")] = true
		}
		for _, found := range bareRegistry.FindAllSubmatch(text, -1) {
			hosts[string(found[1])] = true
		}
		return false, err
	})
	list := make([]string, 0, len(hosts))
	for host := range hosts {
		list = append(list, host)
	}
	slices.Sort(list)
	return list, err
}

// naming are the extensions of files that name repositories.
var naming = []string{".yaml", ".yml", ".json", ".jsonnet", ".libsonnet", ".gotmpl", ".tpl", ".lock", ".toml"}

// bareRegistry is an OCI repository as Argo CD's Applications name it.
var bareRegistry = regexp.MustCompile(`repoURL:\s*["']?([A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z0-9.-]+)(?::\d+)?/`)
