package render

import (
	"io/fs"
	"syscall"
)

// change tells one state of a file from all others.
type change struct {
	inode     uint64
	links     uint64
	user      uint32
	sec, nsec int64
}

// changeOf reads a file's state. The kernel sets the time of its last change.
func changeOf(info fs.FileInfo) (change, bool) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return change{}, false
	}
	return change{s.Ino, uint64(s.Nlink), s.Uid, int64(s.Ctim.Sec), int64(s.Ctim.Nsec)}, true //nolint:unconvert // narrower on 32 bits
}
