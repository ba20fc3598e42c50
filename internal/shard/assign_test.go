package shard

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
)

// fleet is n Applications of which each costs what one of some kind does.
func fleet(n int) []Item {
	costs := []int{126_000, 28_000, 160_000, 126_000, 28_000, 6_000, 126_000, 28_000, 126_000, 810_000, 160_000, 28_000, 16_000}
	items := make([]Item, n)
	for i := range items {
		items[i] = Item{fmt.Sprintf("argocd/app-%d", i), costs[i%len(costs)]}
	}
	return items
}

func loads(items []Item, owners []int, of int) []int {
	load := make([]int, of)
	for i, item := range items {
		load[owners[i]-1] += item.Cost
	}
	return load
}

// TestAssignIsEven: no shard has much more than its part, and never by more than
// the dearest Application.
func TestAssignIsEven(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 3, 10, 100, 1000} {
		for _, of := range []int{1, 2, 4, 7, 8, 64, 256} {
			items := fleet(n)
			total, dearest := 0, 0
			for _, item := range items {
				total, dearest = total+item.Cost, max(dearest, item.Cost)
			}
			most := slices.Max(loads(items, Assign(items, of), of))
			if bound := total/of + max(total/of/slack, dearest); most > bound {
				t.Errorf("%d Applications, %d shards: %d, at most %d", n, of, most, bound)
			}
			if n == 1000 && of <= 8 && float64(most)*float64(of) > 1.1*float64(total) {
				t.Errorf("%d Applications, %d shards: the most is %.3f of a part", n, of, float64(most)*float64(of)/float64(total))
			}
		}
	}
}

// TestAssignIsStable: one Application more moves few of the others, where giving
// the dearest to the shard with the least moves most of them. And the order of what
// is assigned doesn't matter.
func TestAssignIsStable(t *testing.T) {
	t.Parallel()
	items := fleet(400)
	moved := func(assign func([]Item, int) []int, more Item) (n int) {
		before, after := assign(items, 8), assign(append(slices.Clone(items), more), 8)
		for i, owner := range before {
			if owner != after[i] {
				n++
			}
		}
		return n
	}
	for _, cost := range []int{1, 28_000, 126_000, 810_000} {
		ours, greedy := moved(Assign, Item{"argocd/new", cost}), moved(dearestFirst, Item{"argocd/new", cost})
		t.Logf("one more of %d: %d of %d move, and %d if the dearest goes to the least", cost, ours, len(items), greedy)
		if ours > len(items)/10 {
			t.Errorf("one more of %d moves %d of %d", cost, ours, len(items))
		}
	}
	reversed := slices.Clone(items)
	slices.Reverse(reversed)
	back := Assign(reversed, 8)
	slices.Reverse(back)
	if !slices.Equal(back, Assign(items, 8)) {
		t.Error("the order of the Applications changes their shards")
	}
}

// dearestFirst is the assignment that is not used.
func dearestFirst(items []Item, of int) []int {
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(items[b].Cost, items[a].Cost), cmp.Compare(items[a].Name, items[b].Name))
	})
	owners, load := make([]int, len(items)), make([]int, of)
	for _, i := range order {
		at := slices.Index(load, slices.Min(load))
		owners[i], load[at] = at+1, load[at]+items[i].Cost
	}
	return owners
}

// TestAssignSubsets: which other Applications a pull request touches moves few.
func TestAssignSubsets(t *testing.T) {
	t.Parallel()
	items := fleet(400)
	all, half := Assign(items, 8), []Item(nil)
	for i := 0; i < len(items); i += 2 {
		half = append(half, items[i])
	}
	same := 0
	for i, owner := range Assign(half, 8) {
		if owner == all[2*i] {
			same++
		}
	}
	t.Logf("%d of %d have the same shard", same, len(half))
	if same < len(half)*2/3 {
		t.Errorf("%d of %d have the same shard", same, len(half))
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]ID{"": {}, "1/1": {1, 1}, "2/8": {2, 8}, "256/256": {256, 256}} {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"0/4", "5/4", "1/257", "1/", "/4", "1", "-1/4", "1/4/4", " 1/4", "01/4", "1/0", "9999999999999999999/2", "a/b", "１/4"} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
	for name, want := range map[string]ID{"shard-2-of-8.bundle": {2, 8}, "shard-9-of-8.bundle": {}, "shard-0-of-0.bundle": {}, "shard-2-of-8.bundle.exe": {}, "report.json": {}} {
		if got, ok := OfFile(name); got != want || ok != (want != ID{}) {
			t.Errorf("%s: %v, %v", name, got, ok)
		}
	}
}
