package applicationset

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
)

// selector is a label selector over parameters. Its values may be anything, as
// a server's URL, where those of labels may not.
type selector []metav1.LabelSelectorRequirement

// newSelector reads the selector of an entry; nil takes all.
func newSelector(s *metav1.LabelSelector) (selector, error) {
	if s == nil {
		return nil, nil
	}
	var all selector
	for key, value := range s.MatchLabels {
		all = append(all, metav1.LabelSelectorRequirement{Key: key, Operator: metav1.LabelSelectorOpIn, Values: []string{value}})
	}
	all = append(all, s.MatchExpressions...)
	for _, r := range all {
		if err := check(r); err != nil {
			return nil, fmt.Errorf("selector: key %q: %w", r.Key, err)
		}
	}
	return all, nil
}

func check(r metav1.LabelSelectorRequirement) error {
	if problems := validation.IsQualifiedName(r.Key); len(problems) > 0 {
		return errors.New(strings.Join(problems, "; "))
	}
	switch r.Operator {
	case metav1.LabelSelectorOpIn, metav1.LabelSelectorOpNotIn:
		if len(r.Values) == 0 {
			return fmt.Errorf("expected values for %s, found none", r.Operator)
		}
	case metav1.LabelSelectorOpExists, metav1.LabelSelectorOpDoesNotExist:
		if len(r.Values) > 0 {
			return fmt.Errorf("expected no values for %s, found %d", r.Operator, len(r.Values))
		}
	default:
		return fmt.Errorf("expected the operator In, NotIn, Exists or DoesNotExist, found %q", r.Operator)
	}
	return nil
}

// filter keeps the sets that match, with their parameters flattened.
func (s selector) filter(sets []parameters) []parameters {
	if len(s) == 0 {
		return sets
	}
	var kept []parameters
	for _, set := range sets {
		if s.matches(flatten(set.values)) {
			kept = append(kept, set)
		}
	}
	return kept
}

func (s selector) matches(params map[string]string) bool {
	for _, r := range s {
		value, has := params[r.Key]
		ok := false
		switch r.Operator {
		case metav1.LabelSelectorOpIn:
			ok = has && slices.Contains(r.Values, value)
		case metav1.LabelSelectorOpNotIn:
			ok = !has || !slices.Contains(r.Values, value)
		case metav1.LabelSelectorOpExists:
			ok = has
		case metav1.LabelSelectorOpDoesNotExist:
			ok = !has
		}
		if !ok {
			return false
		}
	}
	return true
}
