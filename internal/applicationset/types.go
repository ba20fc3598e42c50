package applicationset

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// The types of this file are the whole of an Application that a template can
// set, as Argo CD v3.6 types it. What is a pointer, a string or a list decides
// how templates are merged and what a template patch may do, so nothing is left
// out here that argocd.Spec leaves out.

// application is a template, and what is made of it.
type application struct {
	Metadata metadata `json:"metadata"`
	Spec     spec     `json:"spec"`
}

// metadata is the part of an object's metadata that templates have.
type metadata struct {
	Name        string            `json:"name,omitempty"`
	Namespace   string            `json:"namespace,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
	Finalizers  []string          `json:"finalizers,omitempty" patchStrategy:"merge"`
}

type spec struct {
	Source               *source         `json:"source,omitempty"`
	Destination          destination     `json:"destination"`
	Project              string          `json:"project"`
	SyncPolicy           *syncPolicy     `json:"syncPolicy,omitempty"`
	IgnoreDifferences    []ignore        `json:"ignoreDifferences,omitempty"`
	Info                 []nameValue     `json:"info,omitempty"`
	RevisionHistoryLimit *int64          `json:"revisionHistoryLimit,omitempty"`
	Sources              []source        `json:"sources,omitempty"`
	SourceHydrator       *sourceHydrator `json:"sourceHydrator,omitempty"`
}

type destination struct {
	Server    string `json:"server,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name,omitempty"`
}

type source struct {
	RepoURL        string           `json:"repoURL"`
	Path           string           `json:"path,omitempty"`
	TargetRevision string           `json:"targetRevision,omitempty"`
	Helm           *helm            `json:"helm,omitempty"`
	Kustomize      *kustomize       `json:"kustomize,omitempty"`
	Directory      *directorySource `json:"directory,omitempty"`
	Plugin         *pluginSource    `json:"plugin,omitempty"`
	Chart          string           `json:"chart,omitempty"`
	Ref            string           `json:"ref,omitempty"`
	Name           string           `json:"name,omitempty"`
	TagPrefix      string           `json:"tagPrefix,omitempty"`
}

type helm struct {
	ValueFiles              []string              `json:"valueFiles,omitempty"`
	Parameters              []helmParameter       `json:"parameters,omitempty"`
	ReleaseName             string                `json:"releaseName,omitempty"`
	Values                  string                `json:"values,omitempty"`
	FileParameters          []helmFile            `json:"fileParameters,omitempty"`
	Version                 string                `json:"version,omitempty"`
	PassCredentials         bool                  `json:"passCredentials,omitempty"`
	IgnoreMissingValueFiles bool                  `json:"ignoreMissingValueFiles,omitempty"`
	SkipCrds                bool                  `json:"skipCrds,omitempty"`
	ValuesObject            *runtime.RawExtension `json:"valuesObject,omitempty"`
	Namespace               string                `json:"namespace,omitempty"`
	KubeVersion             string                `json:"kubeVersion,omitempty"`
	APIVersions             []string              `json:"apiVersions,omitempty"`
	SkipTests               bool                  `json:"skipTests,omitempty"`
	SkipSchemaValidation    bool                  `json:"skipSchemaValidation,omitempty"`
}

type helmParameter struct {
	Name        string `json:"name,omitempty"`
	Value       string `json:"value,omitempty"`
	ForceString bool   `json:"forceString,omitempty"`
}

type helmFile struct {
	Name string `json:"name,omitempty"`
	Path string `json:"path,omitempty"`
}

type kustomize struct {
	NamePrefix                string             `json:"namePrefix,omitempty"`
	NameSuffix                string             `json:"nameSuffix,omitempty"`
	Images                    []string           `json:"images,omitempty"`
	CommonLabels              map[string]string  `json:"commonLabels,omitempty"`
	Version                   string             `json:"version,omitempty"`
	CommonAnnotations         map[string]string  `json:"commonAnnotations,omitempty"`
	ForceCommonLabels         bool               `json:"forceCommonLabels,omitempty"`
	ForceCommonAnnotations    bool               `json:"forceCommonAnnotations,omitempty"`
	Namespace                 string             `json:"namespace,omitempty"`
	CommonAnnotationsEnvsubst bool               `json:"commonAnnotationsEnvsubst,omitempty"`
	Replicas                  []kustomizeReplica `json:"replicas,omitempty"`
	Patches                   []kustomizePatch   `json:"patches,omitempty"`
	Components                []string           `json:"components,omitempty"`
	IgnoreMissingComponents   bool               `json:"ignoreMissingComponents,omitempty"`
	LabelWithoutSelector      bool               `json:"labelWithoutSelector,omitempty"`
	KubeVersion               string             `json:"kubeVersion,omitempty"`
	APIVersions               []string           `json:"apiVersions,omitempty"`
	LabelIncludeTemplates     bool               `json:"labelIncludeTemplates,omitempty"`
}

type kustomizeReplica struct {
	Name  string             `json:"name"`
	Count intstr.IntOrString `json:"count"`
}

type kustomizePatch struct {
	Path    string           `json:"path,omitempty"`
	Patch   string           `json:"patch,omitempty"`
	Target  *kustomizeTarget `json:"target,omitempty"`
	Options map[string]bool  `json:"options,omitempty"`
}

type kustomizeTarget struct {
	Group              string `json:"group,omitempty"`
	Version            string `json:"version,omitempty"`
	Kind               string `json:"kind,omitempty"`
	Name               string `json:"name,omitempty"`
	Namespace          string `json:"namespace,omitempty"`
	AnnotationSelector string `json:"annotationSelector,omitempty"`
	LabelSelector      string `json:"labelSelector,omitempty"`
}

type directorySource struct {
	Recurse                bool    `json:"recurse,omitempty"`
	Jsonnet                jsonnet `json:"jsonnet,omitzero"`
	Exclude                string  `json:"exclude,omitempty"`
	Include                string  `json:"include,omitempty"`
	DisableExtensionFilter bool    `json:"disableExtensionFilter,omitempty"`
}

type jsonnet struct {
	ExtVars []jsonnetVar `json:"extVars,omitempty"`
	TLAs    []jsonnetVar `json:"tlas,omitempty"`
	Libs    []string     `json:"libs,omitempty"`
}

type jsonnetVar struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Code  bool   `json:"code,omitempty"`
}

type pluginSource struct {
	Name       string            `json:"name,omitempty"`
	Env        []nameValue       `json:"env,omitempty"`
	Parameters []pluginParameter `json:"parameters,omitempty"`
}

type nameValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type pluginParameter struct {
	Name   string            `json:"name,omitempty"`
	String *string           `json:"string,omitempty"`
	Map    map[string]string `json:"map,omitempty"`
	Array  []string          `json:"array,omitempty"`
}
