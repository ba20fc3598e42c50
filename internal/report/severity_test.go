package report

import "testing"

func TestSeverity(t *testing.T) {
	t.Parallel()
	order := []string{"deletes-data", "immutable-field", "restarts-pods", "no such rule"}
	for i := 1; i < len(order); i++ {
		if Severity(order[i-1]) >= Severity(order[i]) {
			t.Errorf("%s isn't more severe than %s", order[i-1], order[i])
		}
	}
}
