package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/compare"
)

func scalesToZero(_ scene, c compare.Change) []Danger {
	if c.Action != compare.Modify || !slices.Contains([]string{"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Rollout"}, c.Kind) {
		return nil
	}
	before, after := baseOf(c).at("spec", "replicas"), headOf(c).at("spec", "replicas")
	if after == nil || !compare.Equal(after, int64(0)) || before != nil && compare.Equal(before, int64(0)) {
		return nil
	}
	from := "1 replica"
	if before != nil && !compare.Equal(before, int64(1)) {
		from = fmt.Sprintf("%v replicas", before)
	}
	return []Danger{{Path: "spec.replicas", Message: fmt.Sprintf("The %s goes from %s to none.", c.Kind, from)}}
}

// restartsPods finds a pod template that differs in checksum annotations alone:
// whatever else changes in it shows by itself.
func restartsPods(_ scene, c compare.Change) []Danger {
	o := headOf(c)
	if c.Action != compare.Modify || !slices.Contains([]string{"Deployment", "StatefulSet", "DaemonSet", "Rollout"}, c.Kind) ||
		o.text("spec", "updateStrategy", "type") == "OnDelete" {
		return nil
	}
	before, after := templateOf(baseOf(c)), templateOf(o)
	if len(before.sums) == 0 || !compare.Equal(before.rest, after.rest) {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(after.sums)) {
		if from, there := before.sums[key]; there && !compare.Equal(from, after.sums[key]) {
			return []Danger{{
				Path:    "spec.template.metadata.annotations[" + key + "]",
				Message: fmt.Sprintf("The pods of the %s restart, because the annotation %s changes.", c.Kind, key),
			}}
		}
	}
	return nil
}

// pods is a pod template, its checksum annotations apart.
type pods struct {
	sums map[string]any
	rest map[string]any
}

func templateOf(o object) pods {
	t, _ := o.at("spec", "template").(map[string]any)
	metadata, _ := t["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	p := pods{sums: map[string]any{}, rest: maps.Clone(t)}
	others := map[string]any{}
	for key, value := range annotations {
		if strings.Contains(strings.ToLower(key), "checksum") {
			p.sums[key] = value
		} else {
			others[key] = value
		}
	}
	if len(p.sums) > 0 {
		metadata = maps.Clone(metadata)
		metadata["annotations"] = others
		p.rest["metadata"] = metadata
	}
	return p
}
