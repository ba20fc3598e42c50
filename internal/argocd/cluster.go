package argocd

import (
	"bytes"
	"errors"
	"fmt"

	"sigs.k8s.io/yaml"

	"github.com/argoplan/argoplan/internal/fault"
)

// ClusterSecret is what the Secret of a cluster says, apart from how to log in.
type ClusterSecret struct {
	// Name and Server are the cluster's, as destinations have them.
	Name   string
	Server string
	// Labels and Annotations are the Secret's.
	Labels      map[string]string
	Annotations map[string]string
	Project     string
	// Namespace is the Secret's; "" if the document has none.
	Namespace string
	// File is where it stands in a tree; "" if it comes from elsewhere.
	File string
}

// ClusterSecrets gives the cluster Secrets of the files: those with the label
// argocd.argoproj.io/secret-type: cluster.
func (f *Files) ClusterSecrets() (found []ClusterSecret, problems []Problem) {
	for _, file := range f.files {
		if !bytes.Contains(file.data, []byte(secretType)) {
			continue
		}
		for _, d := range file.documents() {
			object, err := d.object()
			if err != nil {
				continue // Applications reports what doesn't parse
			}
			secrets, err := clusterSecrets(object)
			if err != nil {
				problems = append(problems, Problem{file.name, d.line, err})
			}
			for i := range secrets {
				secrets[i].File = file.name
			}
			found = append(found, secrets...)
		}
	}
	return found, problems
}

// ReadClusterSecrets reads one file that a workflow names. It must hold a
// cluster Secret.
func ReadClusterSecrets(name string, text []byte) (found []ClusterSecret, err error) {
	for _, d := range documents(text) {
		var object map[string]any
		if err := yaml.Unmarshal(d.text, &object); err != nil {
			return nil, fault.InFile(fmt.Errorf("document at line %d: %w", d.line, notYAML(err)), name)
		}
		secrets, err := clusterSecrets(object)
		if err != nil {
			return nil, fault.InFile(fmt.Errorf("document at line %d: %w", d.line, err), name)
		}
		found = append(found, secrets...)
	}
	if len(found) == 0 {
		return nil, fault.WithHint(fault.InFile(errors.New("expected cluster Secrets, found none"), name),
			"Write Secrets as Argo CD reads them: the label %s: cluster, and name and server below stringData. A login isn't needed.", secretType)
	}
	return found, nil
}

// clusterSecrets gives an object if it is a cluster Secret, or those in a List.
func clusterSecrets(object map[string]any) (found []ClusterSecret, err error) {
	if items, ok := object["items"].([]any); ok {
		for _, item := range items {
			o, _ := item.(map[string]any)
			inner, innerErr := clusterSecrets(o)
			found, err = append(found, inner...), errors.Join(err, innerErr)
		}
		return found, err
	}
	metadata := mapAt(object, "metadata")
	if object["kind"] != "Secret" || mapAt(metadata, "labels")[secretType] != "cluster" {
		return nil, nil
	}
	values, err := secretData(object)
	if err != nil {
		return nil, fmt.Errorf("reading a cluster Secret: %w", err)
	}
	namespace, _ := metadata["namespace"].(string)
	return []ClusterSecret{{
		Name: values["name"], Server: values["server"], Project: values["project"], Namespace: namespace,
		Labels: texts(mapAt(metadata, "labels")), Annotations: texts(mapAt(metadata, "annotations")),
	}}, nil
}
