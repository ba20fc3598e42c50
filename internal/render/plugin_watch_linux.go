package render

import (
	"bytes"
	"encoding/binary"
	"errors"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// watch tells which files of a tree have been opened. The kernel notes it before
// whoever opens a file can use it.
type watch struct {
	queue int           // a descriptor
	dirs  map[int32]int // the number of a directory in the seal
	// opened are the names of files by the number of their directory.
	opened map[int]map[string]bool
	all    bool // it isn't known which were opened
}

// newWatch gives nil where the kernel's bounds forbid to watch all directories.
func newWatch(root string, dirs []sealedDir) *watch {
	queue, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err != nil {
		return nil
	}
	w := &watch{queue: queue, dirs: make(map[int32]int, len(dirs)), opened: map[int]map[string]bool{}}
	for i, d := range dirs {
		id, err := unix.InotifyAddWatch(queue, filepath.Join(root, d.path), unix.IN_OPEN|unix.IN_ONLYDIR|unix.IN_DONT_FOLLOW)
		if err != nil {
			w.close()
			return nil
		}
		w.dirs[int32(id)] = i
	}
	return w
}

// read takes over what the kernel has noted.
func (w *watch) read() {
	if w == nil {
		return
	}
	buffer := make([]byte, 16<<10)
	for {
		n, err := unix.Read(w.queue, buffer)
		if err != nil || n <= 0 {
			w.all = w.all || !errors.Is(err, unix.EAGAIN)
			return
		}
		for rest := buffer[:n]; len(rest) >= unix.SizeofInotifyEvent; {
			name := rest[unix.SizeofInotifyEvent:][:binary.NativeEndian.Uint32(rest[12:])]
			w.add(int32(binary.NativeEndian.Uint32(rest)), binary.NativeEndian.Uint32(rest[4:]), string(bytes.TrimRight(name, "\x00")))
			rest = rest[unix.SizeofInotifyEvent+len(name):]
		}
	}
}

// add takes one event. One of another kind says that events are lost, or that a
// directory is.
func (w *watch) add(id int32, kind uint32, name string) {
	dir, known := w.dirs[id]
	switch {
	case !known || kind&unix.IN_OPEN == 0:
		w.all = true
	case kind&unix.IN_ISDIR != 0:
	case w.opened[dir] == nil:
		w.opened[dir] = map[string]bool{name: true}
	default:
		w.opened[dir][name] = true
	}
}

// saw says whether a file may have been opened.
func (w *watch) saw(dir int, name string) bool { return w == nil || w.all || w.opened[dir][name] }

func (w *watch) close() {
	if w != nil {
		_ = unix.Close(w.queue)
	}
}
