package applicationset

import (
	"context"
	"fmt"
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/argoplan/argoplan/internal/argocd"
)

const (
	inCluster       = "in-cluster"
	inClusterServer = "https://kubernetes.default.svc"
)

// hiddenAnnotations are Argo CD's and kubectl's own notes on a Secret, which
// are no parameters since v3.5.7.
var hiddenAnnotations = []string{
	"argocd.argoproj.io/refresh", "argocd.argoproj.io/refresh-timestamp", "argocd.argoproj.io/hydrate", "argocd.argoproj.io/hydrate-timestamp",
	"argocd.argoproj.io/tracking-id", "argocd.argoproj.io/installation-id", "kubectl.kubernetes.io/last-applied-configuration",
}

// clusters gives the parameters of each cluster Secret that matches, by name,
// and last those of the cluster that Argo CD runs in, unless that has a Secret
// or there is a selector, which it has no labels for.
func (e *expansion) clusters(_ context.Context, _ place, g generator) ([]parameters, error) {
	selected, err := e.selectClusters(g.Clusters.Selector)
	if err != nil {
		return nil, err
	}
	var sets []map[string]any
	var inputs [][]string
	local := len(g.Clusters.Selector.MatchLabels)+len(g.Clusters.Selector.MatchExpressions) == 0
	for _, c := range selected {
		sets, inputs = append(sets, e.cluster(c)), append(inputs, secretFile(c))
		local = local && c.Server != inClusterServer
	}
	if local {
		inputs = append(inputs, nil)
		sets = append(sets, map[string]any{"name": inCluster, "nameNormalized": inCluster, "server": inClusterServer, "project": ""})
	}
	for _, params := range sets {
		if err := e.templater.values(g.Clusters.Values, params); err != nil {
			return nil, err
		}
	}
	if g.Clusters.FlatList {
		return []parameters{{map[string]any{"clusters": sets}, slices.Concat(inputs...)}}, nil
	}
	all := make([]parameters, len(sets))
	for i := range sets {
		all[i] = parameters{sets[i], inputs[i]}
	}
	return all, nil
}

// selectClusters gives the Secrets that match, sorted by the clusters' names.
// Of two Secrets for one name the last counts.
func (e *expansion) selectClusters(by metav1.LabelSelector) ([]argocd.ClusterSecret, error) {
	match, err := metav1.LabelSelectorAsSelector(&by)
	if err != nil {
		return nil, fmt.Errorf("selector: %w", err)
	}
	byName := map[string]argocd.ClusterSecret{}
	for _, c := range e.options.Clusters {
		if (c.Namespace == "" || c.Namespace == e.options.ControlPlane) && match.Matches(labels.Set(c.Labels)) {
			byName[c.Name] = c
		}
	}
	var selected []argocd.ClusterSecret
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		selected = append(selected, byName[name])
	}
	return selected, nil
}

// secretFile is the input that a cluster comes from.
func secretFile(c argocd.ClusterSecret) []string {
	if c.File == "" {
		return nil
	}
	return []string{c.File}
}

func (e *expansion) cluster(c argocd.ClusterSecret) map[string]any {
	params := map[string]any{"name": c.Name, "nameNormalized": normalize(c.Name), "server": c.Server, "project": c.Project}
	annotations := maps.Clone(c.Annotations)
	maps.DeleteFunc(annotations, func(key, _ string) bool { return slices.Contains(hiddenAnnotations, key) })
	if !e.set.spec.GoTemplate {
		for key, value := range annotations {
			params["metadata.annotations."+key] = value
		}
		for key, value := range c.Labels {
			params["metadata.labels."+key] = value
		}
		return params
	}
	metadata := map[string]any{}
	if len(c.Annotations) > 0 {
		metadata["annotations"] = annotations
	}
	if len(c.Labels) > 0 {
		metadata["labels"] = maps.Clone(c.Labels)
	}
	params["metadata"] = metadata
	return params
}
