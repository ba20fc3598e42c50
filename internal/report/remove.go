package report

import (
	"slices"
	"strconv"
)

// remove deletes what a JSON pointer leads to; an entry of a list closes the
// gap. Nothing happens if it leads nowhere.
func remove(value any, steps []string) any {
	if len(steps) == 0 {
		return value
	}
	switch v := value.(type) {
	case map[string]any:
		next, there := v[steps[0]]
		switch {
		case !there:
		case len(steps) == 1:
			delete(v, steps[0])
		default:
			v[steps[0]] = remove(next, steps[1:])
		}
	case []any:
		i, err := strconv.Atoi(steps[0])
		switch {
		case err != nil || i < 0 || i >= len(v):
		case len(steps) == 1:
			return slices.Delete(v, i, i+1)
		default:
			v[i] = remove(v[i], steps[1:])
		}
	}
	return value
}
