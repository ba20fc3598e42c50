package report

import "slices"

// Severity gives the place of a danger's rule among all rules: 0 is the most
// severe. A rule that nobody knows comes last.
func Severity(name string) int {
	all := rules()
	if i := slices.IndexFunc(all, func(r rule) bool { return r.name == name }); i >= 0 {
		return i
	}
	return len(all)
}
