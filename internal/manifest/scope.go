package manifest

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Scope tells namespaced kinds from cluster-scoped ones without a cluster.
type Scope struct {
	overrides map[schema.GroupKind]bool
	crds      map[schema.GroupKind]bool
}

// NewScope learns from the CustomResourceDefinitions among objects. overrides
// maps a kind to true if it is namespaced, and goes before everything else; it
// may be nil.
func NewScope(objects []*unstructured.Unstructured, overrides map[schema.GroupKind]bool) *Scope {
	scope := &Scope{overrides: overrides, crds: map[schema.GroupKind]bool{}}
	for _, object := range objects {
		if object != nil && isCRD(object) {
			kind := schema.GroupKind{Group: specString(object, "group"), Kind: specString(object, "names", "kind")}
			scope.crds[kind] = specString(object, "scope") != "Cluster"
		}
	}
	return scope
}

// Namespaced says whether objects of a kind live in a namespace. Argo CD takes
// a kind that its cluster doesn't know as namespaced, and so does Namespaced.
func (s *Scope) Namespaced(kind schema.GroupKind) bool {
	if namespaced, ok := s.overrides[kind]; ok {
		return namespaced
	}
	if clusterScoped(kind) {
		return false
	}
	if namespaced, ok := s.crds[kind]; ok {
		return namespaced
	}
	return true
}

func isCRD(object *unstructured.Unstructured) bool {
	return object.GroupVersionKind().GroupKind() ==
		schema.GroupKind{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"}
}

// specString reads a string below spec; a field of another type is as good as
// absent, the API server will say so.
func specString(object *unstructured.Unstructured, path ...string) string {
	value, _, _ := unstructured.NestedString(object.Object, append([]string{"spec"}, path...)...)
	return value
}

// clusterScoped knows the cluster-scoped kinds that Kubernetes 1.36 serves,
// alpha ones included, and those that it served since 1.16.
func clusterScoped(kind schema.GroupKind) bool {
	for _, known := range clusterScopedKinds(kind.Group) {
		if known == kind.Kind {
			return true
		}
	}
	return false
}

func clusterScopedKinds(group string) []string {
	switch group {
	case "":
		return []string{"ComponentStatus", "Namespace", "Node", "PersistentVolume"}
	case "admissionregistration.k8s.io":
		return []string{
			"MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration",
			"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
		}
	case "apiextensions.k8s.io":
		return []string{"CustomResourceDefinition"}
	case "apiregistration.k8s.io":
		return []string{"APIService"}
	case "authentication.k8s.io":
		return []string{"SelfSubjectReview", "TokenReview"}
	case "authorization.k8s.io":
		return []string{"SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"}
	case "certificates.k8s.io":
		return []string{"CertificateSigningRequest", "ClusterTrustBundle"}
	case "flowcontrol.apiserver.k8s.io":
		return []string{"FlowSchema", "PriorityLevelConfiguration"}
	case "internal.apiserver.k8s.io":
		return []string{"StorageVersion"}
	case "extensions", "policy":
		return []string{"PodSecurityPolicy"}
	case "networking.k8s.io":
		return []string{"ClusterCIDR", "IPAddress", "IngressClass", "ServiceCIDR"}
	case "node.k8s.io":
		return []string{"RuntimeClass"}
	case "rbac.authorization.k8s.io":
		return []string{"ClusterRole", "ClusterRoleBinding"}
	case "resource.k8s.io":
		return []string{"DeviceClass", "DeviceTaintRule", "ResourceClass", "ResourceSlice"}
	case "scheduling.k8s.io":
		return []string{"PriorityClass"}
	case "storage.k8s.io":
		return []string{"CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"}
	case "storagemigration.k8s.io":
		return []string{"StorageVersionMigration"}
	}
	return nil
}
