package compare

import (
	"slices"
	"strings"
)

// Entries of a list are matched by a scheme: one field, or several joined by
// "+" such as "port+protocol". The name of an entry is then their values.

// identifiers are the schemes for any list, best first: what people call an
// entry, then the merge keys of Kubernetes.
var identifiers = []string{
	"name", "key", "id", "mountPath", "devicePath", "containerPort", "port", "host", "path", "ip", "topologyKey",
}

// mergeKeys are the schemes by which the API server merges lists of these
// fields, where that is not the name alone. See the tags patchMergeKey and the
// markers listMapKey of k8s.io/api.
var mergeKeys = map[string][]string{
	"ports":                     {"containerPort+protocol", "port+protocol"},
	"volumeMounts":              {"mountPath"},
	"volumeDevices":             {"devicePath"},
	"hostAliases":               {"ip"},
	"topologySpreadConstraints": {"topologyKey+whenUnsatisfiable", "topologyKey"},
	"conditions":                {"type"},
	"ownerReferences":           {"uid"},
	"podIPs":                    {"ip"},
	"resourceClaims":            {"name"},
}

// defaults are what the API server takes for a field of a scheme that an entry
// leaves out.
var defaults = map[string]string{"protocol": "TCP"}

// scheme chooses how to match the entries of a list, which is the value of
// field, at both sides: among the schemes that name every entry on its own, the
// one by which most entries have a counterpart; "" if there is none. The merge
// key of Kubernetes wins a draw.
func scheme(field string, before, after []any) string {
	best, most := "", -1
	for _, s := range slices.Concat(mergeKeys[field], identifiers) {
		from, to := nameSet(before, s), nameSet(after, s)
		if len(before) == 0 || len(after) == 0 || len(from) != len(before) || len(to) != len(after) {
			continue
		}
		common := 0
		for name := range from {
			if to[name] {
				common++
			}
		}
		if common > most {
			best, most = s, common
		}
	}
	return best
}

// entryName gives an entry's name by a scheme. An empty one names nothing.
func entryName(entry any, scheme string) (string, bool) {
	m, ok := entry.(map[string]any)
	if !ok {
		return "", false
	}
	fields := strings.Split(scheme, "+")
	values := make([]string, len(fields))
	for i, field := range fields {
		if values[i] = scalar(m[field]); values[i] == "" && i > 0 {
			values[i] = defaults[field]
		}
		if values[i] == "" {
			return "", false
		}
	}
	return strings.Join(values, "/"), true
}

// nameSet gives the names of all entries that have one.
func nameSet(list []any, scheme string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, e := range list {
		if name, ok := entryName(e, scheme); ok {
			set[name] = true
		}
	}
	return set
}
