package argocd

import "strings"

// InRender is what one object of an Application's render is to Argo CD. All of it is
// zero for most objects.
type InRender struct {
	Applications []Application
	// Set is an ApplicationSet, without its status.
	Set      map[string]any
	Projects []Project
	Clusters []ClusterSecret
}

// FromRender reads an object that an Application renders. An error is an
// Application, or the Secret of a cluster, that can't be read.
func FromRender(object map[string]any) (found InRender, err error) {
	if object["kind"] == "Secret" {
		found.Clusters, err = clusterSecrets(object)
		return found, err
	}
	version, _ := object["apiVersion"].(string)
	if !strings.HasPrefix(version, group+"/") {
		return found, nil
	}
	switch object["kind"] {
	case "Application":
		a, err := application(object)
		if err != nil {
			return found, err
		}
		found.Applications = []Application{a}
	case "ApplicationSet":
		found.Set = withoutStatus(object)
	case "AppProject":
		found.Projects = projectsIn(object)
	}
	return found, nil
}
