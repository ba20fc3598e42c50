// Package shard divides a run among several jobs, and puts what they leave
// together again as if one had done it all.
package shard

import (
	"fmt"
	"regexp"
	"strconv"
)

// Most is how many shards a run may have: as many as a matrix of GitHub Actions
// has jobs.
const Most = 256

// ID is one shard of a run: Index of Of, counted from 1. The zero ID is a whole
// run.
type ID struct{ Index, Of int }

var written = regexp.MustCompile(`^([1-9][0-9]{0,2})/([1-9][0-9]{0,2})$`)

// Parse reads an ID of the form 2/8; an empty text is a whole run.
func Parse(text string) (ID, error) {
	if text == "" {
		return ID{}, nil
	}
	if m := written.FindStringSubmatch(text); m != nil {
		index, _ := strconv.Atoi(m[1])
		of, _ := strconv.Atoi(m[2])
		if index <= of && of <= Most {
			return ID{index, of}, nil
		}
	}
	return ID{}, fmt.Errorf("expected I/N such as 2/8, with I from 1 to N and N at most %d, found %q", Most, text)
}

// Whole says that nothing is divided.
func (id ID) Whole() bool { return id.Of == 0 }

// String is "shard 2 of 8".
func (id ID) String() string { return fmt.Sprintf("shard %d of %d", id.Index, id.Of) }

// File is the name of the bundle that a shard leaves.
func (id ID) File() string { return fmt.Sprintf("shard-%d-of-%d.bundle", id.Index, id.Of) }

var bundleName = regexp.MustCompile(`^shard-([0-9]{1,3})-of-([0-9]{1,3})\.bundle$`)

// OfFile gives the shard whose bundle has this name; ok is false for the name of
// another file.
func OfFile(name string) (id ID, ok bool) {
	m := bundleName.FindStringSubmatch(name)
	if m == nil {
		return ID{}, false
	}
	id, err := Parse(m[1] + "/" + m[2])
	return id, err == nil && !id.Whole()
}
