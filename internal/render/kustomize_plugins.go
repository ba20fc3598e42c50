package render

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/kyaml/kio"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/argoplan/argoplan/internal/fault"
)

// plugin checks one entry of generators, transformers or validators: the
// configuration of a plugin as text, or a file of them. A configuration may
// name files too, which kustomize would download by itself; one that is built
// from a directory can't be read before the build.
func (r *references) plugin(s string) (string, error) {
	if looksRemote(s) || isRemoteFile(s) {
		return "", fault.Skip("plugin configurations from a URL are not fetched: %s", withoutUser(s))
	}
	if docs, err := parsePlugins([]byte(s)); err == nil {
		return s, r.plugins(docs)
	}
	file := filepath.Join(r.dir, s)
	if r.build.tree.IsDir(file) {
		return "", fault.Skip("generators, transformers and validators that are built from a directory are not rendered: %s", s)
	}
	text, err := r.build.tree.read(file)
	if err != nil {
		return s, r.inside(s) // kustomize says that it is missing
	}
	docs, err := parsePlugins(text)
	if err != nil {
		return "", fmt.Errorf("reading the plugin configuration %s: %w", s, err)
	}
	return s, r.plugins(docs)
}

// parsePlugins reads as kustomize does; text that isn't a list of objects is an
// error.
func parsePlugins(text []byte) ([]*kyaml.RNode, error) {
	docs, err := (&kio.ByteReader{Reader: bytes.NewReader(text), OmitReaderAnnotations: true, AnchorsAweigh: true}).Read()
	if err != nil {
		return nil, err
	}
	for _, doc := range docs {
		if doc.YNode().Kind != kyaml.MappingNode {
			return nil, errors.New("expected an object")
		}
	}
	return docs, nil
}

func (r *references) plugins(docs []*kyaml.RNode) error {
	for _, doc := range docs {
		if isKSOPS(doc) && r.build.flags.plugins {
			return fault.Skip("the ksops generator decrypts with keys that a preview does not have; name ksops in the input stand-ins, and placeholders stand for the secret values")
		}
		if version := doc.GetApiVersion(); version != konfig.BuiltinPluginApiVersion && r.build.flags.plugins {
			return fault.Skip("kustomize plugins are not executed: %s %s", version, doc.GetKind())
		}
		if doc.GetKind() == "HelmChartInflationGenerator" && r.build.flags.helm {
			return fault.Skip("a HelmChartInflationGenerator among the generators is not rendered; helmCharts are")
		}
		if address := remotePath(doc.YNode(), false); address != "" {
			return fault.Skip("files of a plugin configuration are not fetched: %s", withoutUser(address))
		}
	}
	return nil
}

// pathKeys are the keys under which kustomize's own plugins name files, lower
// case, as its reader ignores case.
var pathKeys = []string{"path", "paths", "files", "env", "envs", "valuesfile", "additionalvaluesfiles"}

// remotePath finds a URL where a file is named.
func remotePath(n *kyaml.Node, named bool) string {
	if n.Kind == kyaml.ScalarNode && named {
		if _, file, _ := strings.Cut(n.Value, "="); isRemoteFile(n.Value) || isRemoteFile(file) {
			return n.Value
		}
	}
	for i, child := range n.Content {
		below := named
		if n.Kind == kyaml.MappingNode && i%2 == 1 {
			below = slices.Contains(pathKeys, strings.ToLower(n.Content[i-1].Value))
		}
		if address := remotePath(child, below); address != "" {
			return address
		}
	}
	return ""
}
