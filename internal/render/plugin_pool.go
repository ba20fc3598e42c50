package render

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// settleTime is longer than the clock of a file system takes from one time to
// the next: what is written later than this has another time.
const settleTime = 20 * time.Millisecond

// treePool keeps the copies of trees that a plugin has left as they were, for
// the next request: copying a large repository takes longer than most plugins
// run. Only a command that had a user of its own counts, of which nothing is
// left that could still write.
type treePool struct {
	mu   sync.Mutex
	idle map[treeCopy][]string
}

// treeCopy says what a copy is of.
type treeCopy struct {
	root         string
	preserveMode bool
}

// take moves an idle copy to path, if there is one.
func (p *treePool) take(of treeCopy, path string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle[of]) > 0 {
		last := len(p.idle[of]) - 1
		from := p.idle[of][last]
		p.idle[of] = p.idle[of][:last]
		if os.Rename(from, path) == nil {
			return true
		}
	}
	return false
}

// give takes over the copy at path. It stays where it is if it can't be moved.
func (p *treePool) give(of treeCopy, scratch, path string) {
	dir, err := os.MkdirTemp(scratch, "idle-")
	if err != nil {
		return
	}
	to := filepath.Join(dir, "tree")
	if os.Rename(path, to) != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.idle == nil {
		p.idle = map[treeCopy][]string{}
	}
	p.idle[of] = append(p.idle[of], to)
}

// seal notes what the copy looks like before a command may write to it.
func (w *workspace) seal() {
	if !w.cell.Alone() {
		return
	}
	time.Sleep(settleTime)
	w.sealed = stamp(w.root)
}

// untouched says whether no command has written to the copy. All of them must
// have ended.
func (w *workspace) untouched() bool {
	return w.sealed != "" && stamp(w.root) == w.sealed
}

// stamp is a digest of what changes with every change below dir: the files'
// names, numbers, modes, sizes and the time of their last change, which nobody
// can set. It is "" where that can't be told.
func stamp(dir string) string {
	digest := sha256.New()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		identity, ok := changeOf(info)
		if !ok {
			return fs.ErrInvalid
		}
		fmt.Fprintf(digest, "%q %v %d %v\n", path, info.Mode(), info.Size(), identity)
		return nil
	})
	if err != nil {
		return ""
	}
	return string(digest.Sum(nil))
}
