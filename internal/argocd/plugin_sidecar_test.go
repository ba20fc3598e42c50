package argocd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSidecar(t *testing.T) {
	t.Parallel()
	const plugins = "configs:\n  cmp:\n    create: true\n    plugins:\n"
	one := plugins + "      a: {generate: {command: [x]}}\n"
	two := one + "      b: {generate: {command: [x]}}\n"
	const server = "command: [/var/run/argocd/argocd-cmp-server]"
	mount := func(key string) string {
		return "volumeMounts: [{subPath: " + key + ".yaml, mountPath: /home/argocd/cmp-server/config/plugin.yaml}]"
	}
	for _, tt := range []struct {
		name, plugins, containers string
		image                     map[string]string
		env, unknown              []string // of plugin a
	}{
		{name: "no sidecar", plugins: one, containers: "[{image: i, command: [sleep]}]"},
		{name: "only one", plugins: one, containers: "[{image: i, " + server + "}]", image: map[string]string{"a": "i"}},
		{name: "started by a shell", plugins: one, containers: "[{image: i, command: [sh, -c, 'exec /x/argocd-cmp-server']}]", image: map[string]string{"a": "i"}},
		{name: "image's own command", plugins: one, containers: "[{image: i, " + mount("a") + "}]", image: map[string]string{"a": "i"}},
		{name: "one for two is nobody's", plugins: two, containers: "[{image: i, " + server + "}]"},
		{name: "by mount", plugins: two, containers: "[{image: j, " + server + ", " + mount("b") + "}, {image: i, " + server + ", " + mount("a") + "}]",
			image: map[string]string{"a": "i", "b": "j"}},
		{name: "templated image", plugins: one, containers: "[{image: '{{ .Values.x }}', " + server + "}]"},
		{name: "variables", plugins: one, containers: `[{image: i, ` + server + `, env: [{name: Z, value: "1"}, {name: A}, {name: S, valueFrom: {secretKeyRef: {name: s, key: k}}},
			{name: R, value: "$(Z)/$$(Z)/$(NONE)/$Z"}, {name: Q, value: "x$(S)"}, {name: P, value: "{{ .Values.x }}"}], envFrom: [{secretRef: {name: s}}, {configMapRef: {name: c}}]}]`,
			image: map[string]string{"a": "i"}, env: []string{"Z=1", "A=", "R=1/$(Z)/$(NONE)/$Z"},
			unknown: []string{"P", "Q", "S", "all of ConfigMap c", "all of Secret s"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := tt.plugins + "repoServer:\n  extraContainers: " + tt.containers + "\n"
			got, problems, err := readPlugins(pluginTree(t, map[string]string{"v.yaml": text}))
			if err != nil || len(problems) > 0 || len(got) == 0 {
				t.Fatalf("ReadPlugins: %v %v %v", got, problems, err)
			}
			for _, p := range got {
				if p.Image != tt.image[p.Name] {
					t.Errorf("plugin %s has image %q; want %q", p.Name, p.Image, tt.image[p.Name])
				}
			}
			if diff := cmp.Diff([][]string{tt.env, tt.unknown}, [][]string{got[0].Env, got[0].EnvUnknown}); diff != "" {
				t.Errorf("environment (-want +got):\n%s", diff)
			}
		})
	}
}
