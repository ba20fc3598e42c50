package compare

import (
	"encoding/json"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// names drops resources whose very name is made up on each render, such as a
// Job with a random suffix. Base has one that again lacks, again and head have
// one each that is the same but for its name.
func (s *settler) names() error {
	again, err := s.newcomers(s.again)
	if err != nil {
		return err
	}
	head, err := s.newcomers(s.head)
	if err != nil {
		return err
	}
	for _, b := range s.lost() {
		was := s.base[b]
		content, err := nameless(was)
		if err != nil {
			return err
		}
		a, h := again[content], head[content]
		if len(a) == 0 || len(h) == 0 {
			continue
		}
		again[content], head[content] = a[1:], h[1:]
		s.volatile = append(s.volatile, madeUp(identify(was.Object), identify(s.again[a[0]].Object)))
		s.base[b], s.head[h[0]] = nil, nil
	}
	return nil
}

// newcomers groups what base lacks by its content without the name.
func (s *settler) newcomers(objects []*unstructured.Unstructured) (map[string][]int, error) {
	known := index(s.base)
	found := map[string][]int{}
	for i, u := range objects {
		if id := identify(u.Object); id.nameless || known[id] != nil {
			continue
		}
		content, err := nameless(u)
		if err != nil {
			return nil, err
		}
		found[content] = append(found[content], i)
	}
	return found, nil
}

// lost are the resources of base that neither again nor head has.
func (s *settler) lost() (list []int) {
	again, head := index(s.again), index(s.head)
	for i, u := range s.base {
		id := identify(u.Object)
		if !id.nameless && again[id] == nil && head[id] == nil {
			list = append(list, i)
		}
	}
	return list
}

// nameless gives an object's JSON with a blank for its name, wherever it says
// it.
func nameless(u *unstructured.Unstructured) (string, error) {
	content, err := json.Marshal(u.Object)
	if err != nil {
		return "", err
	}
	return strings.ReplaceAll(string(content), identify(u.Object).name, "\x00"), nil
}
