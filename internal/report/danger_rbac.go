package report

import (
	"fmt"
	"slices"

	"github.com/argoplan/argoplan/internal/compare"
)

const rbac = "rbac.authorization.k8s.io/"

func widensRBAC(_ scene, c compare.Change) []Danger {
	head := headOf(c)
	switch head.kind() {
	case rbac + "Role", rbac + "ClusterRole":
		return widerRules(baseOf(c), head)
	case rbac + "RoleBinding", rbac + "ClusterRoleBinding":
		return givesAdmin(baseOf(c), head)
	}
	return nil
}

// widerRules finds rules with a wildcard that base doesn't grant already.
func widerRules(base, head object) []Danger {
	var found []Danger
	for i, entry := range head.list("rules") {
		after, _ := entry.(map[string]any)
		for _, field := range []string{"verbs", "resources", "apiGroups", "nonResourceURLs"} {
			if field == "apiGroups" || !slices.Contains(object(after).list(field), any("*")) || granted(base, after) {
				continue
			}
			found = append(found, Danger{
				Path:    fmt.Sprintf("rules[%d].%s", i, field),
				Message: fmt.Sprintf("The %s grants * in %s, which it did not at base.", head.text("kind"), field),
			})
		}
	}
	return found
}

// granted is true if one rule of base allows all that a rule of head does.
func granted(base, after object) bool {
	return slices.ContainsFunc(base.list("rules"), func(entry any) bool {
		before, _ := entry.(map[string]any)
		for _, field := range []string{"verbs", "resources", "apiGroups", "nonResourceURLs"} {
			if !covers(object(before).list(field), after.list(field)) {
				return false
			}
		}
		names := object(before).list("resourceNames")
		return len(names) == 0 || len(after.list("resourceNames")) > 0 && covers(names, after.list("resourceNames"))
	})
}

func covers(wide, narrow []any) bool {
	if slices.Contains(wide, any("*")) {
		return true
	}
	for _, x := range narrow {
		if !slices.ContainsFunc(wide, func(y any) bool { return compare.Equal(x, y) }) {
			return false
		}
	}
	return true
}

// givesAdmin finds subjects that a binding to cluster-admin has not had.
func givesAdmin(base, head object) []Danger {
	if !bindsAdmin(head) {
		return nil
	}
	var had []any
	if bindsAdmin(base) {
		had = base.list("subjects")
	}
	where := "in the whole cluster"
	if head.text("kind") == "RoleBinding" {
		where = "in its namespace"
	}
	var found []Danger
	for i, s := range head.list("subjects") {
		if slices.ContainsFunc(had, func(h any) bool { return compare.Equal(h, s) }) {
			continue
		}
		subject, _ := s.(map[string]any)
		u := object(subject)
		found = append(found, Danger{
			Path: fmt.Sprintf("subjects[%d]", i),
			Message: fmt.Sprintf("%s becomes cluster-admin %s.",
				title(u.text("kind"), u.text("namespace"), u.text("name")), where),
		})
	}
	return found
}

func bindsAdmin(o object) bool {
	return o.text("roleRef", "kind") == "ClusterRole" && o.text("roleRef", "name") == "cluster-admin"
}
