package shard

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"
)

// slack is by how much of its fair part a shard may exceed it, as a divisor, to
// take in what prefers it: a tenth.
const slack = 10

// Item is one Application to assign: its ID, and what rendering it costs in any
// unit.
type Item struct {
	Name string
	Cost int
}

// Assign gives each item its shard, from 1 to of. It depends on nothing but its
// arguments, and not on the order of the items, so that all shards of a run come
// to the same. An item goes to the shard that its name prefers (rendezvous
// hashing), the dear ones first, or to the next that it prefers if that one has no
// room left, or to the one with the least to do if none has. So the shards
// are even, and an item stays where it was when others come and go: a shard's
// cache holds what it needs.
func Assign(items []Item, of int) []int {
	order, total := make([]int, len(items)), 0
	for i, item := range items {
		order[i], total = i, total+item.Cost
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(items[b].Cost, items[a].Cost), cmp.Compare(items[a].Name, items[b].Name))
	})
	room := total/of + total/of/slack
	owners, load := make([]int, len(items)), make([]int, of)
	for _, i := range order {
		liked := preferences(items[i].Name, of)
		at := slices.IndexFunc(liked, func(s int) bool { return load[s]+items[i].Cost <= room })
		if at < 0 {
			at = slices.Index(liked, slices.MinFunc(liked, func(a, b int) int { return cmp.Compare(load[a], load[b]) }))
		}
		owners[i] = liked[at] + 1
		load[liked[at]] += items[i].Cost
	}
	return owners
}

// preferences gives the shards, from 0, in the order in which a name prefers
// them: each shard's place is by a hash of the two.
func preferences(name string, of int) []int {
	scores, list := make([]uint64, of), make([]int, of)
	for s := range of {
		h := fnv.New64a()
		_, _ = h.Write([]byte(strconv.Itoa(s) + "\x00" + name))
		list[s], scores[s] = s, mixed(h.Sum64())
	}
	slices.SortFunc(list, func(a, b int) int { return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(a, b)) })
	return list
}

// mixed spreads every bit over all: FNV leaves the high ones alike for names that
// differ at their end. It is the last step of MurmurHash3.
func mixed(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
