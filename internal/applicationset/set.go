// Package applicationset expands ApplicationSets into Applications, as Argo
// CD's ApplicationSet controller does (v3.6, package applicationset), without a
// cluster: it reads a tree, cluster Secrets that somebody gives it, and nothing
// else.
package applicationset

import (
	"encoding/json"
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Set is one ApplicationSet.
type Set struct {
	Name      string
	Namespace string // "" if the document has none
	File      string // slash-separated, relative to the tree
	Line      int    // 1-based
	spec      setSpec
}

// setSpec is the part of the spec that decides what is generated. What only
// orders syncs, or needs the live Applications, isn't here.
type setSpec struct {
	GoTemplate        bool        `json:"goTemplate"`
	GoTemplateOptions []string    `json:"goTemplateOptions"`
	Generators        []generator `json:"generators"`
	Template          application `json:"template"`
	TemplatePatch     *string     `json:"templatePatch"`
	SyncPolicy        struct {
		PreserveResourcesOnDeletion bool `json:"preserveResourcesOnDeletion"`
	} `json:"syncPolicy"`
}

// generator is one entry of a list of generators. Argo CD expects one of the
// kinds in it and takes several at the top level. The order of the fields is
// the order in which it runs them.
type generator struct {
	List                    *listGenerator        `json:"list,omitempty"`
	Clusters                *clustersGenerator    `json:"clusters,omitempty"`
	Git                     *gitGenerator         `json:"git,omitempty"`
	SCMProvider             *serviceGenerator     `json:"scmProvider,omitempty"`
	ClusterDecisionResource *serviceGenerator     `json:"clusterDecisionResource,omitempty"`
	PullRequest             *serviceGenerator     `json:"pullRequest,omitempty"`
	Matrix                  *combination          `json:"matrix,omitempty"`
	Merge                   *combination          `json:"merge,omitempty"`
	Plugin                  *serviceGenerator     `json:"plugin,omitempty"`
	OCI                     *serviceGenerator     `json:"oci,omitempty"`
	Selector                *metav1.LabelSelector `json:"selector,omitempty"`
}

type listGenerator struct {
	Elements     []any       `json:"elements,omitempty"`
	ElementsYaml string      `json:"elementsYaml,omitempty"`
	Template     application `json:"template"`
}

type clustersGenerator struct {
	Selector metav1.LabelSelector `json:"selector"`
	Values   map[string]string    `json:"values,omitempty"`
	FlatList bool                 `json:"flatList,omitempty"`
	Template application          `json:"template"`
}

type gitGenerator struct {
	RepoURL         string            `json:"repoURL"`
	Revision        string            `json:"revision"`
	Directories     []pattern         `json:"directories,omitempty"`
	Files           []pattern         `json:"files,omitempty"`
	PathParamPrefix string            `json:"pathParamPrefix,omitempty"`
	Values          map[string]string `json:"values,omitempty"`
	Template        application       `json:"template"`
}

// pattern includes or excludes paths of a repository.
type pattern struct {
	Path    string `json:"path"`
	Exclude bool   `json:"exclude,omitempty"`
}

// serviceGenerator asks something that isn't in a repository. What it would ask
// isn't read.
type serviceGenerator struct {
	Values   map[string]string `json:"values,omitempty"`
	Template application       `json:"template"`
}

// combination is a matrix, or with MergeKeys a merge.
type combination struct {
	Generators []generator `json:"generators"`
	MergeKeys  []string    `json:"mergeKeys,omitempty"`
	Template   application `json:"template"`
}

// Parse reads an object of kind ApplicationSet that stands in a file at a line.
// With an error, name and place are given as far as they are known.
func Parse(object map[string]any, file string, line int) (Set, error) {
	set := Set{File: file, Line: line}
	var head struct {
		Metadata metadata `json:"metadata"`
	}
	if err := convert(object, &head); err != nil {
		return set, fmt.Errorf("reading the ApplicationSet's metadata: %w", err)
	}
	set.Name, set.Namespace = head.Metadata.Name, head.Metadata.Namespace
	if set.Name == "" {
		return set, errors.New("expected an ApplicationSet with metadata.name, found none")
	}
	if err := convert(object["spec"], &set.spec); err != nil {
		return set, fmt.Errorf("reading ApplicationSet %s: %w", set.Name, err)
	}
	return set, nil
}

// convert goes through JSON, as the API server does.
func convert(from, to any) error {
	data, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, to)
}
