package git

import (
	"maps"
	"slices"
	"testing"
)

func TestConfigNamesEachVariableOnce(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for _, s := range config() {
		seen[s.Key]++
	}
	if n := slices.Max(slices.Collect(maps.Values(seen))); n != 1 {
		t.Errorf("got %v", seen)
	}
}
