package action

import (
	"io/fs"

	"github.com/argoplan/argoplan/internal/compare"
	"github.com/argoplan/argoplan/internal/tree"
)

// Of a change to more than that, nothing is taken for written: among so many words
// are some that a render could have made up.
const (
	mostWritten     = 1000    // files
	mostWrittenText = 4 << 20 // bytes of both sides together
)

// readWritten gives the words that the changed files lose and gain; nil if there
// is too much of it.
func readWritten(files [2]tree.FS, changed []string) *compare.Written {
	if len(changed) > mostWritten {
		return nil
	}
	w, room := compare.NewWritten(), int64(mostWrittenText)
	for _, name := range changed {
		var sides [2][]byte
		for i := range files {
			var ok bool
			if sides[i], ok = readSmall(files[i], name, &room); !ok {
				return nil
			}
		}
		w.Learn(sides[0], sides[1])
	}
	return w
}

// readSmall reads a regular file that there is still room for. What isn't one, or
// isn't there, has no words.
func readSmall(files tree.FS, name string, room *int64) (text []byte, ok bool) {
	info, err := fs.Stat(files, name)
	if err != nil || !info.Mode().IsRegular() {
		return nil, true
	}
	if *room -= info.Size(); *room < 0 {
		return nil, false
	}
	text, _ = files.ReadFile(name)
	return text, true
}
