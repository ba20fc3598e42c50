package compare

import (
	"slices"
	"sort"
)

// uniqueCommon gives the positions, rising in both texts, of lines that appear
// once in each: the longest such chain (patience diff).
func uniqueCommon(a, b []string) [][2]int {
	type count struct{ inA, inB, at int }
	counts := map[string]*count{}
	for _, text := range a {
		if counts[text] == nil {
			counts[text] = &count{}
		}
		counts[text].inA++
	}
	for j, text := range b {
		if c := counts[text]; c != nil {
			c.inB++
			c.at = j
		}
	}
	var both [][2]int
	for i, text := range a {
		if c := counts[text]; c.inA == 1 && c.inB == 1 {
			both = append(both, [2]int{i, c.at})
		}
	}
	return longestRising(both)
}

// longestRising gives the longest chain whose second members rise; the first
// members rise already.
func longestRising(points [][2]int) [][2]int {
	var tails []int // index of the lowest end of a chain of each length
	previous := make([]int, len(points))
	for i, p := range points {
		length := sort.Search(len(tails), func(k int) bool { return points[tails[k]][1] >= p[1] })
		previous[i] = -1
		if length > 0 {
			previous[i] = tails[length-1]
		}
		if length == len(tails) {
			tails = append(tails, i)
		} else {
			tails[length] = i
		}
	}
	if len(tails) == 0 {
		return nil
	}
	var chain [][2]int
	for i := tails[len(tails)-1]; i >= 0; i = previous[i] {
		chain = append(chain, points[i])
	}
	slices.Reverse(chain)
	return chain
}
