package action

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/argocd"
	"github.com/argoplan/argoplan/internal/fault"
)

// cluster is one entry of the cluster-versions file: a destination and what it
// runs. What an entry leaves out is taken from kube-version and api-versions.
type cluster struct {
	Name        string   `json:"name"`
	Server      string   `json:"server"`
	KubeVersion string   `json:"kubeVersion"`
	APIVersions []string `json:"apiVersions"`
}

// clusters finds the versions of a destination.
type clusters struct {
	list     []cluster
	fallback cluster
}

// of gives the versions of a destination, by name or by server.
func (c clusters) of(d argocd.Destination) cluster {
	found := c.fallback
	for _, entry := range c.list {
		if entry.Name != "" && entry.Name == d.Name || entry.Server != "" && entry.Server == d.Server {
			if entry.KubeVersion != "" {
				found.KubeVersion = entry.KubeVersion
			}
			if entry.APIVersions != nil {
				found.APIVersions = entry.APIVersions
			}
			return found
		}
	}
	return found
}

// readClusters reads the cluster-versions file, relative to the repository.
func readClusters(in inputs) (clusters, error) {
	all := clusters{fallback: cluster{KubeVersion: in.kubeVersion, APIVersions: in.apiVersions}}
	if in.clusterVersions == "" {
		return all, nil
	}
	path := in.clusterVersions
	if !filepath.IsAbs(path) {
		path = filepath.Join(in.repo, path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return all, fmt.Errorf("%w cluster-versions: %w", errUsage, err)
	}
	var file struct {
		Clusters []cluster `json:"clusters"`
	}
	if err := yaml.UnmarshalStrict(data, &file); err != nil {
		return all, clusterError(in.clusterVersions, err)
	}
	for i, entry := range file.Clusters {
		if (entry.Name == "") == (entry.Server == "") {
			return all, clusterError(in.clusterVersions, fmt.Errorf("entry %d: %w", i+1, errors.New("expected either name or server")))
		}
	}
	all.list = file.Clusters
	return all, nil
}

func clusterError(file string, err error) error {
	return fmt.Errorf("%w cluster-versions: %w", errUsage, fault.WithHint(fault.InFile(err, file),
		"The file is a map with the list clusters; an entry has name or server, and kubeVersion, apiVersions or both."))
}
