package render

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/pkg/util"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/argoplan/argoplan/internal/fault"
)

// keep, in place of a new name, tag or digest, leaves what the file says.
const keep = "*"

// setImages replaces images by name, as "kustomize edit set image" does: an
// entry is replaced as a whole, and the list ends up sorted.
func (e *kustomizeEditor) setImages(k *types.Kustomization) error {
	images := map[string]types.Image{}
	for _, raw := range e.options.Images {
		image, err := parseImage(substitute(e.env, raw))
		if err != nil {
			return err
		}
		images[image.Name] = image
	}
	for _, old := range k.Images {
		image, replaced := images[old.Name]
		if !replaced {
			images[old.Name] = old
			continue
		}
		images[old.Name] = types.Image{
			Name:    old.Name,
			NewName: unlessKept(image.NewName, old.NewName),
			NewTag:  unlessKept(image.NewTag, old.NewTag),
			Digest:  unlessKept(image.Digest, old.Digest),
		}
	}
	k.Images = sortedValues(images)
	for i, image := range k.Images {
		k.Images[i].NewName = unlessKept(image.NewName, "")
		k.Images[i].NewTag = unlessKept(image.NewTag, "")
		k.Images[i].Digest = unlessKept(image.Digest, "")
	}
	return nil
}

func unlessKept(value, old string) string {
	if value == keep {
		return old
	}
	return value
}

// parseImage reads name=newname, with a tag, a digest or both after either, or
// name with at least one of them.
func parseImage(raw string) (types.Image, error) {
	if err := notAFlag(raw); err != nil {
		return types.Image{}, err
	}
	name, value, renamed := strings.Cut(raw, "=")
	if !renamed {
		value = raw
	}
	newName, tag, digest := util.SplitImageName(value)
	image := types.Image{Name: name, NewName: newName, NewTag: tag, Digest: digest}
	if !renamed || name == "" {
		image.Name, image.NewName = newName, ""
	}
	if newName == raw {
		return types.Image{}, fault.WithHint(fmt.Errorf("expected a new name, a tag or a digest in the image %q", raw),
			"Write name=newname:tag, name:tag or name@digest.")
	}
	return image, nil
}

// replicaCount reads Argo CD's integer-or-string.
func replicaCount(count any) (int64, error) {
	switch n := count.(type) {
	case string:
		parsed, err := strconv.Atoi(n)
		if err != nil {
			return 0, fmt.Errorf("%w, found %q", errCount, n)
		}
		return int64(parsed), nil
	case int:
		return int64(n), nil
	case int64:
		return n, nil
	case json.Number:
		return n.Int64()
	case float64:
		if n == math.Trunc(n) && math.Abs(n) <= math.MaxInt32 {
			return int64(n), nil
		}
	}
	return 0, fmt.Errorf("%w, found %v", errCount, count)
}

// addLabels adds to commonLabels, or with labelWithoutSelector to the entry of
// labels with the same settings. The order of keys changes nothing.
func (e *kustomizeEditor) addLabels(k *types.Kustomization) error {
	o := e.options
	if o.LabelIncludeTemplates && !o.LabelWithoutSelector {
		return fault.WithHint(fmt.Errorf("labelIncludeTemplates needs labelWithoutSelector"),
			"Set kustomize.labelWithoutSelector too: kustomize refuses --include-templates without --without-selector.")
	}
	labels, err := e.pairs(o.CommonLabels, true)
	if err != nil {
		return err
	}
	if !o.LabelWithoutSelector {
		k.CommonLabels, err = addPairs(k.CommonLabels, labels, o.ForceCommonLabels)
		return err
	}
	i := slices.IndexFunc(k.Labels, func(l types.Label) bool {
		return !l.IncludeSelectors && l.IncludeTemplates == o.LabelIncludeTemplates
	})
	if i < 0 {
		i = len(k.Labels)
		k.Labels = append(k.Labels, types.Label{IncludeTemplates: o.LabelIncludeTemplates})
	}
	k.Labels[i].Pairs, err = addPairs(k.Labels[i].Pairs, labels, o.ForceCommonLabels)
	return err
}

func (e *kustomizeEditor) addAnnotations(k *types.Kustomization) error {
	annotations, err := e.pairs(e.options.CommonAnnotations, e.options.CommonAnnotationsEnvsubst)
	if err != nil {
		return err
	}
	k.CommonAnnotations, err = addPairs(k.CommonAnnotations, annotations, e.options.ForceCommonAnnotations)
	return err
}

// pairs gives what is left of key and value after Argo CD has joined them by a
// colon and kustomize has cut them at the first colon again.
func (e *kustomizeEditor) pairs(m map[string]string, envsubst bool) (map[string]string, error) {
	pairs := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		value := m[key]
		if envsubst {
			value = substitute(e.env, value)
		}
		joined := key + ":" + value
		if err := notAFlag(joined); err != nil {
			return nil, err
		}
		key, value, _ = strings.Cut(joined, ":")
		if key == "" {
			return nil, fmt.Errorf("expected a key before %q, found none", value)
		}
		if inner, ok := strings.CutPrefix(value, `"`); ok && strings.HasSuffix(inner, `"`) {
			value = strings.TrimSuffix(inner, `"`)
		}
		pairs[key] = value
	}
	return pairs, nil
}

// addPairs adds more to m. A key that is there already needs force.
func addPairs(m, more map[string]string, force bool) (map[string]string, error) {
	for _, key := range slices.Sorted(maps.Keys(more)) {
		if _, exists := m[key]; exists && !force {
			return nil, fault.WithHint(fmt.Errorf("%s is already in the kustomization file", key),
				"Set kustomize.forceCommonLabels or kustomize.forceCommonAnnotations to replace it.")
		}
	}
	if m == nil {
		m = map[string]string{}
	}
	maps.Copy(m, more)
	return m, nil
}
