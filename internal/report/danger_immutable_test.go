package report

import (
	"fmt"
	"strings"
	"testing"
)

// edit is a kind with two values of its body: fields below metadata, as flow
// YAML.
type edit struct{ kind, base, head string }

func (e edit) text(body string) string {
	apiVersion, kind, _ := strings.Cut(e.kind, "/")
	version := "v1"
	if apiVersion != "" {
		version = apiVersion + "/v1"
	}
	return fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: x, namespace: prod}\n%s\n", version, kind, body)
}

func (e edit) trial() trial { return trial{base: e.text(e.base), head: e.text(e.head)} }

// refused has one change for every entry of the table, which must be found, by
// "group/Kind path".
func refused() map[string]edit {
	cases := map[string]edit{}
	add := func(kind, path, base, head string) { cases[kind+" "+path] = edit{kind, base, head} }
	for _, kind := range []string{"Deployment", "DaemonSet", "ReplicaSet", "StatefulSet"} {
		add("apps/"+kind, "spec.selector", "spec: {selector: {matchLabels: {a: b}}}", "spec: {selector: {matchLabels: {a: c}}}")
	}
	add("apps/StatefulSet", "spec.serviceName", "spec: {serviceName: a}", "spec: {serviceName: b}")
	add("apps/StatefulSet", "spec.podManagementPolicy", "spec: {replicas: 1}", "spec: {podManagementPolicy: Parallel}")
	add("apps/StatefulSet", "spec.volumeClaimTemplates", "spec: {volumeClaimTemplates: [{spec: {resources: {requests: {storage: 1Gi}}}}]}", "spec: {volumeClaimTemplates: [{spec: {resources: {requests: {storage: 2Gi}}}}]}")
	add("apps/ControllerRevision", "data", "data: {a: 1}", "data: {a: 2}")
	add("batch/Job", "spec.template", "spec: {template: {spec: {containers: [{name: a, image: b}]}}}", "spec: {template: {spec: {containers: [{name: a, image: c}]}}}")
	add("batch/Job", "spec.selector", "spec: {selector: {matchLabels: {a: b}}}", "spec: {selector: {matchLabels: {a: c}}}")
	add("batch/Job", "spec.completions", "spec: {completions: 1}", "spec: {completions: 2}")
	add("batch/Job", "spec.completionMode", "spec: {completions: 1, completionMode: NonIndexed}", "spec: {completions: 1, completionMode: Indexed}")
	add("batch/Job", "spec.podFailurePolicy", "spec: {podFailurePolicy: {rules: [{action: Ignore}]}}", "spec: {podFailurePolicy: {rules: [{action: Count}]}}")
	add("batch/Job", "spec.backoffLimitPerIndex", "spec: {backoffLimitPerIndex: 1}", "spec: {backoffLimitPerIndex: 2}")
	add("batch/Job", "spec.managedBy", "spec: {managedBy: a.example/b}", "spec: {managedBy: a.example/c}")
	add("batch/Job", "spec.successPolicy", "spec: {successPolicy: {rules: [{succeededCount: 1}]}}", "spec: {successPolicy: {rules: [{succeededCount: 2}]}}")
	add("/Pod", "spec", "spec: {containers: [{name: a, image: b, args: [c]}]}", "spec: {containers: [{name: a, image: b, args: [d]}]}")
	add("/Service", "spec.clusterIP", "spec: {ports: []}", "spec: {clusterIP: None}")
	add("/Service", "spec.clusterIPs", "spec: {clusterIPs: [10.0.0.1]}", "spec: {clusterIPs: [10.0.0.2]}")
	add("/Service", "spec.ipFamilies", "spec: {ipFamilies: [IPv4, IPv6]}", "spec: {ipFamilies: [IPv6]}")
	add("/Service", "spec.loadBalancerClass", "spec: {type: LoadBalancer, loadBalancerClass: a}", "spec: {type: LoadBalancer, loadBalancerClass: b}")
	add("/Service", "spec.healthCheckNodePort", "spec: {type: LoadBalancer, healthCheckNodePort: 30001}", "spec: {type: LoadBalancer, healthCheckNodePort: 30002}")
	for path, values := range map[string][2]string{
		"accessModes":                {"{accessModes: [ReadWriteOnce]}", "{accessModes: [ReadWriteMany]}"},
		"storageClassName":           {"{storageClassName: a}", "{storageClassName: b}"},
		"volumeName":                 {"{volumeName: a}", "{volumeName: b}"},
		"volumeMode":                 {"{volumeName: a}", "{volumeName: a, volumeMode: Block}"},
		"selector":                   {"{selector: {matchLabels: {a: b}}}", "{selector: {matchLabels: {a: c}}}"},
		"dataSource":                 {"{dataSource: {name: a}}", "{dataSource: {name: b}}"},
		"dataSourceRef":              {"{dataSourceRef: {name: a}}", "{dataSourceRef: {name: b}}"},
		"resources.limits":           {"{resources: {limits: {storage: 1Gi}}}", "{resources: {limits: {storage: 2Gi}}}"},
		"resources.requests.storage": {"{resources: {requests: {storage: 10Gi}}}", "{resources: {requests: {storage: 9Gi}}}"},
	} {
		add("/PersistentVolumeClaim", "spec."+path, "spec: "+values[0], "spec: "+values[1])
	}
	add("/PersistentVolume", "spec", "spec: {nfs: {server: a, path: /b}}", "spec: {nfs: {server: a, path: /c}}")
	add("/PersistentVolume", "spec.volumeMode", "spec: {volumeMode: Block}", "spec: {volumeMode: Filesystem}")
	add("/PersistentVolume", "spec.nodeAffinity", "spec: {nodeAffinity: {required: {a: b}}}", "spec: {nodeAffinity: {required: {a: c}}}")
	for _, kind := range []string{"/ConfigMap", "/Secret"} {
		add(kind, "immutable", "immutable: true", "immutable: false")
		add(kind, "data", "immutable: true\ndata: {a: YQ==}", "immutable: true\ndata: {a: Yg==}")
	}
	add("/ConfigMap", "binaryData", "immutable: true\nbinaryData: {a: YQ==}", "immutable: true\nbinaryData: {a: Yg==}")
	add("/Secret", "type", "data: {}", "type: kubernetes.io/tls")
	add("/ResourceQuota", "spec.scopes", "spec: {scopes: [BestEffort]}", "spec: {scopes: [NotBestEffort]}")
	for _, kind := range []string{"RoleBinding", "ClusterRoleBinding"} {
		add("rbac.authorization.k8s.io/"+kind, "roleRef", "roleRef: {kind: Role, name: a}", "roleRef: {kind: Role, name: b}")
	}
	add("storage.k8s.io/StorageClass", "provisioner", "provisioner: a", "provisioner: b")
	add("storage.k8s.io/StorageClass", "parameters", "parameters: {a: b}", "parameters: {a: c}")
	add("storage.k8s.io/StorageClass", "reclaimPolicy", "provisioner: a", "provisioner: a\nreclaimPolicy: Retain")
	add("storage.k8s.io/StorageClass", "volumeBindingMode", "provisioner: a", "provisioner: a\nvolumeBindingMode: WaitForFirstConsumer")
	add("storage.k8s.io/VolumeAttributesClass", "driverName", "driverName: a", "driverName: b")
	add("storage.k8s.io/VolumeAttributesClass", "parameters", "parameters: {a: b}", "parameters: {a: c}")
	add("storage.k8s.io/VolumeAttachment", "spec", "spec: {nodeName: a}", "spec: {nodeName: b}")
	add("storage.k8s.io/CSIDriver", "spec.attachRequired", "spec: {podInfoOnMount: true}", "spec: {attachRequired: false}")
	add("storage.k8s.io/CSIDriver", "spec.volumeLifecycleModes", "spec: {podInfoOnMount: true}", "spec: {volumeLifecycleModes: [Ephemeral]}")
	add("scheduling.k8s.io/PriorityClass", "value", "value: 1", "value: 2")
	add("scheduling.k8s.io/PriorityClass", "preemptionPolicy", "value: 1", "value: 1\npreemptionPolicy: Never")
	add("node.k8s.io/RuntimeClass", "handler", "handler: a", "handler: b")
	add("networking.k8s.io/IngressClass", "spec.controller", "spec: {controller: a/b}", "spec: {controller: a/c}")
	add("discovery.k8s.io/EndpointSlice", "addressType", "addressType: IPv4", "addressType: IPv6")
	add("certificates.k8s.io/ClusterTrustBundle", "spec.signerName", "spec: {signerName: a/b}", "spec: {signerName: a/c}")
	add("resource.k8s.io/ResourceClaim", "spec", "spec: {devices: {a: b}}", "spec: {devices: {a: c}}")
	add("resource.k8s.io/ResourceClaimTemplate", "spec", "spec: {spec: {a: b}}", "spec: {spec: {a: c}}")
	const crd = "apiextensions.k8s.io/CustomResourceDefinition"
	add(crd, "spec.group", "spec: {group: a}", "spec: {group: b}")
	add(crd, "spec.scope", "spec: {scope: Cluster}", "spec: {scope: Namespaced}")
	add(crd, "spec.names.kind", "spec: {names: {kind: A}}", "spec: {names: {kind: B}}")
	add(crd, "spec.names.plural", "spec: {names: {plural: a}}", "spec: {names: {plural: b}}")
	add(crd, "spec.versions", "spec: {versions: [{name: v1, storage: true}]}", "spec: {versions: [{name: v2, storage: true}]}")
	return cases
}

func TestEveryImmutableField(t *testing.T) {
	t.Parallel()
	cases := refused()
	tested := map[string]bool{}
	for kind, fields := range frozenFields() {
		for _, f := range fields {
			key := kind + " " + strings.Join(f.path, ".")
			e, ok := cases[key]
			if !ok {
				t.Errorf("%s has no case", key)
				continue
			}
			tested[key] = true
			t.Run(key, func(t *testing.T) {
				t.Parallel()
				_, name, _ := strings.Cut(kind, "/")
				check(t, e.trial().application(t), "immutable-field "+name+" prod/x "+strings.Join(f.path, "."))
				check(t, trial{base: e.text(e.base), head: e.text(e.base)}.application(t))
			})
		}
	}
	for key := range cases {
		if !tested[key] {
			t.Errorf("%s is not in the table", key)
		}
	}
}

// TestAllowedChanges are what the API server accepts.
func TestAllowedChanges(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]edit{
		"StatefulSet":             {"apps/StatefulSet", "spec: {replicas: 1, serviceName: a}", "spec: {replicas: 2, serviceName: a, podManagementPolicy: OrderedReady, updateStrategy: {type: OnDelete}, minReadySeconds: 5, template: {a: b}, ordinals: {start: 1}, revisionHistoryLimit: 3, persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}}"},
		"claim templates spelled": {"apps/StatefulSet", "spec: {volumeClaimTemplates: [{metadata: {name: a}, spec: {resources: {requests: {storage: 1Gi}}}}]}", "spec: {volumeClaimTemplates: [{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a, labels: {}}, spec: {volumeMode: Filesystem, resources: {requests: {storage: 1024Mi}}}, status: {}}]}"},
		"Deployment":              {"apps/Deployment", "spec: {selector: {matchLabels: {a: b}}, replicas: 1}", "spec: {selector: {matchLabels: {a: b}, matchExpressions: []}, replicas: 2}"},
		"Job":                     {"batch/Job", "spec: {parallelism: 1}", "spec: {parallelism: 2, backoffLimit: 3, suspend: true, ttlSecondsAfterFinished: 3}"},
		"an elastic Job":          {"batch/Job", "spec: {completionMode: Indexed, completions: 1, parallelism: 1}", "spec: {completionMode: Indexed, completions: 2, parallelism: 2}"},
		"a suspended Job":         {"batch/Job", "spec: {suspend: true, template: {spec: {nodeSelector: {a: b}}}}", "spec: {suspend: true, template: {spec: {nodeSelector: {a: c}}}}"},
		"Pod":                     {"/Pod", "spec: {containers: [{name: a, image: b}]}", "spec: {containers: [{name: a, image: c}], tolerations: [{key: a}]}"},
		"an address let go":       {"/Service", "spec: {clusterIP: 10.0.0.1}", "spec: {ports: []}"},
		"to an ExternalName":      {"/Service", "spec: {clusterIP: 10.0.0.1}", "spec: {type: ExternalName, clusterIP: None}"},
		"a second family":         {"/Service", "spec: {ipFamilies: [IPv4]}", "spec: {ipFamilies: [IPv4, IPv6]}"},
		"a claim that grows":      {"/PersistentVolumeClaim", "spec: {resources: {requests: {storage: 1Gi}}}", "spec: {resources: {requests: {storage: 2Gi}}, volumeAttributesClassName: a}"},
		"a default spelled out":   {"/PersistentVolumeClaim", "spec: {accessModes: [A]}", "spec: {accessModes: [A], storageClassName: standard, volumeMode: Filesystem}"},
		"PersistentVolume":        {"/PersistentVolume", "spec: {nfs: {server: a}, capacity: {storage: 1Gi}}", "spec: {nfs: {server: a}, capacity: {storage: 2Gi}, persistentVolumeReclaimPolicy: Retain}"},
		"a ConfigMap":             {"/ConfigMap", "data: {a: b}", "immutable: true\ndata: {a: c}"},
		"a Secret's other field":  {"/Secret", "immutable: true\ndata: {a: YQ==}", "immutable: true\nstringData: {a: a}\ntype: Opaque"},
		"StorageClass":            {"storage.k8s.io/StorageClass", "provisioner: a", "provisioner: a\nreclaimPolicy: Delete\nvolumeBindingMode: Immediate\nallowVolumeExpansion: true"},
		"a version more":          {"apiextensions.k8s.io/CustomResourceDefinition", "spec: {versions: [{name: v1, storage: true}]}", "spec: {versions: [{name: v1}, {name: v2, storage: true}]}"},
		"another group's kind":    {"example.com/StatefulSet", "spec: {serviceName: a}", "spec: {serviceName: b}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, e.trial().application(t))
		})
	}
}

// TestRefusal is about what a sync makes of a field that can't change.
func TestRefusal(t *testing.T) {
	t.Parallel()
	set := edit{"apps/StatefulSet", "spec: {serviceName: a}", "spec: {serviceName: b}"}
	binding := edit{"rbac.authorization.k8s.io/RoleBinding", "roleRef: {name: a}", "roleRef: {name: b}"}
	crd := edit{"apiextensions.k8s.io/CustomResourceDefinition", "spec: {scope: Cluster}", "spec: {scope: Namespaced}"}
	job := edit{"batch/Job", "spec: {completions: 1}", "spec: {completions: 2}"}
	for _, test := range []struct {
		edit          edit
		option, app   string
		annotation    string
		message       string
		fails, silent bool
	}{
		{edit: set, message: "the sync will fail", fails: true},
		{edit: set, option: "Replace=true", message: "the sync will fail", fails: true},
		{edit: set, option: "Force=true", message: "delete the StatefulSet and create it anew"},
		{edit: set, option: "Force=true, ServerSideApply=true", message: "the sync will fail", fails: true},
		{edit: set, option: "Force=true, Replace=true, ServerSideApply=true", message: "delete the StatefulSet and create it anew"},
		{edit: set, option: "Force=true", app: "ServerSideApply=true", message: "the sync will fail", fails: true},
		{edit: set, app: "Force=true", message: "the sync will fail", fails: true},
		{edit: crd, option: "Force=true,Replace=true", message: "the sync will fail", fails: true},
		{edit: binding, message: "the sync deletes the RoleBinding and creates it anew"},
		{edit: binding, app: "ServerSideApply=true", message: "the sync will fail", fails: true},
		{edit: job, message: "the sync fails while the Job is there"},
		{edit: job, annotation: "argocd.argoproj.io/hook: PreSync", silent: true},
		{edit: job, annotation: "helm.sh/hook: pre-install", silent: true},
		{edit: job, annotation: "argocd.argoproj.io/hook: Sync, argocd.argoproj.io/hook-delete-policy: HookFailed", message: "the sync fails while"},
		{edit: job, annotation: "helm.sh/hook: test", silent: true},
	} {
		x := test.edit.trial()
		annotations := test.annotation
		if test.option != "" {
			annotations = "argocd.argoproj.io/sync-options: \"" + test.option + "\""
		}
		for _, text := range []*string{&x.base, &x.head} {
			*text = strings.Replace(*text, "namespace: prod", "namespace: prod, annotations: {"+annotations+"}", 1)
		}
		x.policy = automated(true, test.app)
		dangers := x.application(t).Dangers
		switch {
		case test.silent:
			if len(dangers) > 0 {
				t.Errorf("%+v: got %+v", test, dangers)
			}
		case len(dangers) != 1 || !strings.Contains(dangers[0].Message, test.message) || dangers[0].FailsSync != test.fails:
			t.Errorf("%+v: got %+v", test, dangers)
		}
	}
}
