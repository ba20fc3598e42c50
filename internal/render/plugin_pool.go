package render

import (
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
	idle map[treeCopy][]idleTree
}

// treeCopy says what a copy is of.
type treeCopy struct {
	root         string
	preserveMode bool
}

// idleTree is a copy in a directory of its own, which nobody else can enter and
// which becomes the base of the workspace that takes it.
type idleTree struct {
	base  string
	user  int // whose the copy is
	seal  *seal
	since time.Time
}

// take gives an idle copy, if there is one.
func (p *treePool) take(of treeCopy) (t idleTree, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.idle[of]) - 1
	if last < 0 {
		return idleTree{}, false
	}
	t = p.idle[of][last]
	p.idle[of] = p.idle[of][:last]
	return t, true
}

// give takes over the copy at path, which is as it was when it was sealed. It
// says whether it could.
func (p *treePool) give(of treeCopy, scratch, path string, user int, s *seal) bool {
	base, err := os.MkdirTemp(scratch, "plugin-")
	if err != nil {
		return false
	}
	to := filepath.Join(base, filepath.Base(path))
	if os.Rename(path, to) != nil || !s.moved(to) {
		_ = os.RemoveAll(base)
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.idle == nil {
		p.idle = map[treeCopy][]idleTree{}
	}
	p.idle[of] = append(p.idle[of], idleTree{base, user, s, time.Now()})
	return true
}

// seal notes what the copy looks like before a command may write to it. A copy
// that another request had is sealed already.
func (w *workspace) seal() {
	user := w.cell.User()
	if user == 0 {
		return
	}
	if w.tree.seal == nil || w.tree.user != user {
		w.tree.seal.close()
		w.tree = idleTree{base: w.base, user: user, since: time.Now()}
	}
	time.Sleep(settleTime - time.Since(w.tree.since))
	if w.tree.seal == nil {
		if s, err := newSeal(w.root, w.original); err == nil {
			w.tree.seal = s
		} else {
			s.close()
		}
	}
}

// untouched says whether no command has written to the copy. All of them must
// have ended.
func (w *workspace) untouched() bool {
	return w.tree.seal != nil && w.tree.user == w.cell.User() && w.tree.seal.holds(w.root)
}
