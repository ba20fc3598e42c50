package render

import (
	"fmt"
	"path/filepath"

	"sigs.k8s.io/kustomize/api/types"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/argoplan/argoplan/internal/fault"
	"github.com/argoplan/argoplan/internal/standin"
)

// isKSOPS says whether the configuration of a plugin is one of KSOPS, whether
// kustomize would start it as an older plugin or as a function.
func isKSOPS(doc *kyaml.RNode) bool {
	return doc.GetApiVersion() == "viaduct.ai/v1" && (doc.GetKind() == "ksops" || doc.GetKind() == "ksops-exec")
}

// ksops takes the KSOPS generators out of a kustomization, if there is a
// stand-in, and puts what they would generate among its resources. Nothing is
// executed for that.
func (r *references) ksops(k *types.Kustomization) error {
	if !r.build.renderer.options.StandIns.Has(standin.KSOPS) || !r.build.flags.plugins {
		return nil // what happens without is said where plugins are checked
	}
	var others []string
	for i, entry := range k.Generators {
		docs, ok := r.generators(entry)
		if !ok {
			others = append(others, entry)
			continue
		}
		for j, doc := range docs {
			name := fmt.Sprintf(".ksops-%d-%d.yaml", i, j)
			if err := r.generate(doc, name); err != nil {
				return fmt.Errorf("generating with the stand-in for ksops: %w", err)
			}
			k.Resources = append(k.Resources, name)
		}
	}
	r.changed = r.changed || len(others) < len(k.Generators)
	k.Generators = others
	return nil
}

// generators gives the documents of an entry that holds generators of KSOPS
// alone; ok is false for any other.
func (r *references) generators(entry string) (docs []*kyaml.RNode, ok bool) {
	docs, err := parsePlugins([]byte(entry))
	if err != nil {
		text, readErr := r.build.tree.read(filepath.Join(r.dir, entry))
		if readErr != nil {
			return nil, false
		}
		docs, err = parsePlugins(text)
	}
	for _, doc := range docs {
		ok = isKSOPS(doc)
		if !ok {
			return nil, false
		}
	}
	return docs, ok && err == nil
}

// generate writes the generated manifests beside the kustomization. Annotations
// by which they ask kustomize for a hash in their names become those that it
// sets itself.
func (r *references) generate(doc *kyaml.RNode, name string) error {
	config, err := doc.String()
	if err != nil {
		return err
	}
	text, err := standin.Generate([]byte(config), func(path string) ([]byte, error) {
		return r.build.tree.read(filepath.Join(r.dir, path))
	})
	if err != nil {
		return err
	}
	objects, err := parsePlugins(text)
	if err != nil {
		return err
	}
	var out string
	for _, object := range objects {
		if err := hashed(object); err != nil {
			return err
		}
		text, err := object.String()
		if err != nil {
			return err
		}
		out += "---\n" + text
	}
	r.build.tree.write(filepath.Join(r.dir, name), []byte(out))
	return nil
}

// The annotations by which a generated object says how kustomize is to treat
// it, and the one in which kustomize itself notes that a name gets a hash.
const (
	hashAnnotation     = "kustomize.config.k8s.io/needs-hash"
	behaviorAnnotation = "kustomize.config.k8s.io/behavior"
	hashedAnnotation   = "internal.config.kubernetes.io/needsHashSuffix"
)

func hashed(object *kyaml.RNode) error {
	annotations := object.GetAnnotations()
	if behavior := annotations[behaviorAnnotation]; behavior != "" && behavior != "create" {
		return fault.Skip("a Secret of a ksops generator with %s: %s is not rendered", behaviorAnnotation, behavior)
	}
	needs := annotations[hashAnnotation] == "true"
	delete(annotations, hashAnnotation)
	delete(annotations, behaviorAnnotation)
	if needs {
		annotations[hashedAnnotation] = "enabled"
	}
	return object.SetAnnotations(annotations)
}
