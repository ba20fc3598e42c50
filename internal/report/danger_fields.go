package report

import (
	"maps"

	"github.com/argoplan/argoplan/internal/compare"
)

// frozenFields lists, by "group/Kind", the fields that the API server refuses to
// change, from the update validation of Kubernetes 1.37 (pkg/apis/*/validation
// and apiextensions-apiserver). Fields that only a controller writes, and kinds
// that nobody keeps in Git, are left out.
func frozenFields() map[string][]frozen {
	selector := []frozen{{path: spec("selector")}}
	names := []frozen{
		{path: spec("group")}, {path: spec("scope")}, {path: spec("names", "kind")}, {path: spec("names", "plural")},
		{path: spec("versions"), differs: losesStorage, bare: true},
	}
	return map[string][]frozen{
		"apps/Deployment": selector,
		"apps/DaemonSet":  selector,
		"apps/ReplicaSet": selector,
		"apps/StatefulSet": {
			{path: spec("selector")},
			{path: spec("serviceName")},
			{path: spec("podManagementPolicy"), fallback: "OrderedReady"},
			{path: spec("volumeClaimTemplates"), differs: claimsDiffer},
		},
		"apps/ControllerRevision": {{path: []string{"data"}}},
		"batch/Job": {
			{path: spec("template"), when: running},
			// A suspended Job may still be placed and sized differently.
			{path: spec("template"), when: suspended, except: []string{
				"metadata.annotations", "metadata.labels", "spec.nodeSelector", "spec.affinity", "spec.tolerations",
				"spec.schedulingGates", "spec.containers.*.resources", "spec.initContainers.*.resources",
			}},
			{path: spec("selector")},
			{path: spec("completions"), when: notElastic},
			{path: spec("completionMode"), fallback: "NonIndexed"},
			{path: spec("podFailurePolicy")},
			{path: spec("backoffLimitPerIndex")},
			{path: spec("managedBy")},
			{path: spec("successPolicy")},
		},
		"/Pod": {{path: []string{"spec"}, except: []string{
			"containers.*.image", "initContainers.*.image", "activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds",
		}}},
		"/Service": {
			{path: spec("clusterIP"), when: internalService, differs: addressMoved},
			{path: spec("clusterIPs"), when: internalService, differs: firstMoved},
			{path: spec("ipFamilies"), when: internalService, differs: firstMoved},
			{path: spec("loadBalancerClass"), when: loadBalancer, differs: taken},
			{path: spec("healthCheckNodePort"), when: loadBalancer, differs: moved},
		},
		"/PersistentVolumeClaim": {
			{path: spec("accessModes"), differs: setDiffers},
			{path: spec("storageClassName"), differs: taken},
			{path: spec("volumeName"), differs: taken},
			{path: spec("volumeMode"), fallback: "Filesystem"},
			{path: spec("selector")},
			{path: spec("dataSource")},
			{path: spec("dataSourceRef")},
			{path: spec("resources", "limits")},
			{path: spec("resources", "requests", "storage"), differs: shrinks},
		},
		"/PersistentVolume": {
			{path: []string{"spec"}, except: []string{
				"capacity", "accessModes", "persistentVolumeReclaimPolicy", "claimRef", "storageClassName", "mountOptions",
				"volumeAttributesClassName", "volumeMode", "nodeAffinity", "csi.controllerExpandSecretRef",
			}},
			{path: spec("volumeMode"), fallback: "Filesystem"},
			{path: spec("nodeAffinity"), differs: taken},
		},
		"/ConfigMap": locked("data", "binaryData"),
		"/Secret": append(locked(),
			frozen{path: []string{"data"}, when: lockedContent, differs: func(_, _ any) bool { return true }},
			frozen{path: []string{"type"}, fallback: "Opaque"}),
		"/ResourceQuota":                               {{path: spec("scopes"), differs: setDiffers}},
		"rbac.authorization.k8s.io/RoleBinding":        {{path: []string{"roleRef"}}},
		"rbac.authorization.k8s.io/ClusterRoleBinding": {{path: []string{"roleRef"}}},
		"storage.k8s.io/StorageClass": {
			{path: []string{"provisioner"}}, {path: []string{"parameters"}},
			{path: []string{"reclaimPolicy"}, fallback: "Delete"},
			{path: []string{"volumeBindingMode"}, fallback: "Immediate"},
		},
		"storage.k8s.io/VolumeAttributesClass": {{path: []string{"driverName"}}, {path: []string{"parameters"}}},
		"storage.k8s.io/VolumeAttachment":      {{path: []string{"spec"}}},
		"storage.k8s.io/CSIDriver": {
			{path: spec("attachRequired"), fallback: true},
			{path: spec("volumeLifecycleModes"), fallback: []any{"Persistent"}, differs: setDiffers},
		},
		"scheduling.k8s.io/PriorityClass": {
			{path: []string{"value"}}, {path: []string{"preemptionPolicy"}, fallback: "PreemptLowerPriority"},
		},
		"node.k8s.io/RuntimeClass":                      {{path: []string{"handler"}}},
		"networking.k8s.io/IngressClass":                {{path: spec("controller")}},
		"discovery.k8s.io/EndpointSlice":                {{path: []string{"addressType"}}},
		"certificates.k8s.io/ClusterTrustBundle":        {{path: spec("signerName")}},
		"resource.k8s.io/ResourceClaim":                 {{path: []string{"spec"}}},
		"resource.k8s.io/ResourceClaimTemplate":         {{path: []string{"spec"}}},
		"apiextensions.k8s.io/CustomResourceDefinition": names,
	}
}

func spec(path ...string) []string { return append([]string{"spec"}, path...) }

// locked are the fields of an object that calls itself immutable.
func locked(fields ...string) []frozen {
	list := []frozen{{path: []string{"immutable"}, when: isLocked}}
	for _, f := range fields {
		list = append(list, frozen{path: []string{f}, when: isLocked})
	}
	return list
}

func isLocked(base, _ object) bool { return base.at("immutable") == true }

// lockedContent compares what a Secret holds, whichever field a value stands in.
func lockedContent(base, head object) bool {
	content := func(o object) map[string]any {
		all := map[string]any{}
		for _, field := range []string{"data", "stringData"} {
			m, _ := o.at(field).(map[string]any)
			maps.Copy(all, m)
		}
		return all
	}
	return isLocked(base, head) && !compare.Equal(content(base), content(head))
}

func suspended(base, _ object) bool { return base.at("spec", "suspend") == true }

func running(base, head object) bool { return !suspended(base, head) }

// notElastic leaves out Indexed Jobs whose completions follow their
// parallelism: these may change together.
func notElastic(_, head object) bool {
	return head.text("spec", "completionMode") != "Indexed" ||
		!compare.Equal(head.at("spec", "completions"), head.at("spec", "parallelism"))
}

// internalService is true unless a side is an ExternalName, which has no
// address.
func internalService(base, head object) bool {
	return base.text("spec", "type") != "ExternalName" && head.text("spec", "type") != "ExternalName"
}

func loadBalancer(base, head object) bool {
	return base.text("spec", "type") == "LoadBalancer" && head.text("spec", "type") == "LoadBalancer"
}

// losesStorage is true if the version that objects are stored in goes away.
func losesStorage(base, head any) bool {
	before, _ := base.([]any)
	after, _ := head.([]any)
	for _, entry := range before {
		v, _ := entry.(map[string]any)
		if v["storage"] != true {
			continue
		}
		for _, other := range after {
			if w, _ := other.(map[string]any); w["name"] == v["name"] {
				return false
			}
		}
		return true
	}
	return false
}
