package argocd

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// container is the part of a pod's container that a plugin's commands see.
type container struct {
	Image        string        `json:"image"`
	Command      []string      `json:"command"`
	Args         []string      `json:"args"`
	Env          []sidecarEnv  `json:"env"`
	EnvFrom      []envFrom     `json:"envFrom"`
	VolumeMounts []volumeMount `json:"volumeMounts"`
}

type volumeMount struct {
	MountPath string `json:"mountPath"`
	SubPath   string `json:"subPath"`
}

// sidecarEnv is one variable. ValueFrom is kept only to know that it is there.
type sidecarEnv struct {
	Name      string         `json:"name"`
	Value     string         `json:"value"`
	ValueFrom map[string]any `json:"valueFrom"`
}

// envFrom takes all keys of a Secret or a ConfigMap.
type envFrom struct {
	SecretRef    *struct{ Name string } `json:"secretRef"`
	ConfigMapRef *struct{ Name string } `json:"configMapRef"`
}

// describe names the source in the words of a hint.
func (e envFrom) describe() string {
	switch {
	case e.SecretRef != nil:
		return "all of Secret " + e.SecretRef.Name
	case e.ConfigMapRef != nil:
		return "all of ConfigMap " + e.ConfigMapRef.Name
	}
	return "an envFrom"
}

// runsPlugin says whether the container is a plugin's sidecar: it runs Argo
// CD's server for plugins, or has a definition mounted.
func (c container) runsPlugin() bool {
	for _, arg := range slices.Concat(c.Command, c.Args) {
		if strings.Contains(arg, "argocd-cmp-server") {
			return true
		}
	}
	return slices.ContainsFunc(c.VolumeMounts, func(m volumeMount) bool {
		return strings.HasSuffix(m.MountPath, "/cmp-server/config/plugin.yaml")
	})
}

// mounts says whether the key of argocd-cmp-cm is the container's definition.
func (c container) mounts(key string) bool {
	for _, m := range c.VolumeMounts {
		if m.SubPath == key && path.Base(m.MountPath) == "plugin.yaml" {
			return true
		}
	}
	return false
}

// environment gives the variables with a literal value in their order, and the
// names of the others, sorted.
func (c container) environment() (env, unknown []string) {
	for _, e := range c.Env {
		value, ok := expand(e.Value, env, unknown)
		switch {
		case e.Name == "":
		case e.ValueFrom != nil, !ok, literal(value) != value:
			unknown = append(unknown, e.Name)
		default:
			env = append(env, e.Name+"="+value)
		}
	}
	for _, e := range c.EnvFrom {
		unknown = append(unknown, e.describe())
	}
	slices.Sort(unknown)
	return env, unknown
}

// reference is $(NAME) and its escape, as Kubernetes expands them in env.
var reference = regexp.MustCompile(`\$\$|\$\([^)]*\)`)

// expand replaces $(NAME) by an earlier variable of the container. A name that
// is not defined stays as it is, "$$" becomes "$", and ok is false if the value
// depends on an unknown one.
func expand(value string, env, unknown []string) (expanded string, ok bool) {
	ok = true
	expanded = reference.ReplaceAllStringFunc(value, func(ref string) string {
		if ref == "$$" {
			return "$"
		}
		name := ref[2 : len(ref)-1]
		ok = ok && !slices.Contains(unknown, name)
		for _, e := range slices.Backward(env) {
			if v, found := strings.CutPrefix(e, name+"="); found {
				return v
			}
		}
		return ref
	})
	return expanded, ok
}

// literal gives s, or "" for a template that only the chart can evaluate.
func literal(s string) string {
	if strings.Contains(s, "{{") {
		return ""
	}
	return s
}
