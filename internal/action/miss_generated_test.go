package action

import (
	"flag"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var (
	firstSeed = flag.Uint64("seed", 1, "the first generated repository of TestNothingIsMissedInGenerated")
	seeds     = flag.Uint64("seeds", 5, "how many generated repositories of each kind it tries")
)

// TestNothingIsMissedInGenerated changes, deletes and adds every file of
// repositories that are made up from seeds, and asks whether each Application
// whose render changes by it was selected. A name such as seed-7 is run again by
// -seed 7 -seeds 1. What manifest-generate-paths leaves out would have to be excused
// for plugins alone, so theirs names all that they read: for other sources it only adds to
// what they read.
func TestNothingIsMissedInGenerated(t *testing.T) {
	t.Parallel()
	for seed := *firstSeed; seed < *firstSeed+*seeds; seed++ {
		t.Run(fmt.Sprintf("seed-%d", seed), func(t *testing.T) {
			t.Parallel()
			missInScape(t, newScape(seed))
		})
		t.Run(fmt.Sprintf("plugins-%d", seed), func(t *testing.T) {
			t.Parallel()
			missInScape(t, newPluginScape(seed))
		})
	}
}

// missInScape tries every file of a generated repository.
func missInScape(t *testing.T, s *scape) {
	base, head := t.TempDir(), t.TempDir()
	for _, dir := range []string{base, head} {
		for name, text := range s.files {
			putFile(t, filepath.Join(dir, name), text)
		}
		for name, target := range s.links {
			link(t, filepath.Join(dir, name), target)
		}
	}
	m := newMissing(t, base, head, []string{"--mirrors", mirror(t)})
	for id, text := range m.before {
		if text == failed {
			t.Errorf("%s does not render before anything changes", id)
		}
	}
	m.run(s.mutations(m))
}

// mutations are all that happens to a generated repository.
func (s *scape) mutations(m *missing) (all []mutation) {
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		text := s.files[name]
		changed := strings.ReplaceAll(text, "tok", "kot")
		if changed == text {
			changed = settable.ReplaceAllString(text, "${1}${2}1${3}")
		}
		all = append(all, m.rewriting("changing", name, text, changed), m.deleting(name, text))
		if beside := path.Join(path.Dir(name), "0"+path.Base(name)); s.files[beside] == "" && !strings.HasPrefix(name, "apps/") && !strings.HasPrefix(name, definedIn) {
			all = append(all, m.adding(beside, strings.ReplaceAll(changed, "name: ", "name: new-")))
		}
	}
	for _, name := range s.absent {
		all = append(all, m.adding(name, map[bool]string{true: "{ level: 'added' }\n", false: "added: tok\n"}[strings.HasSuffix(name, "sonnet")]))
	}
	for name, target := range s.links {
		all = append(all, m.unlinking(name, target))
	}
	return all
}
