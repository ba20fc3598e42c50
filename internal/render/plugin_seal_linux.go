package render

import (
	"crypto/sha256"
	"io/fs"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// change tells one state of a file from all others: which it is, and the time of
// its last change, of its content or of anything about it. The kernel sets that
// time, and nobody else can. But a file system in memory, such as tmpfs, gives no
// new time for what is written by way of memory that a process has mapped. So
// the content of a file that was opened is looked at, too.
type change struct {
	inode     uint64
	sec, nsec int64
}

// seal is what a tree looked like at one moment. A large tree has tens of
// thousands of files and is looked at after each render, so looking again lists
// no directory: one whose time is the same has the same names.
type seal struct {
	dirs  []sealedDir // a directory comes before those in it
	watch *watch      // since it was made; nil if anything may have been opened
	// original gives the content that a file should have, by its path from the
	// root of the tree with slashes.
	original func(name string) ([]byte, error)
}

type sealedDir struct {
	path  string // from the root of the tree
	was   change
	files []sealedFile // what is not a directory
}

type sealedFile struct {
	name    string
	was     change
	content *[sha256.Size]byte // nil until it is needed
}

// newSeal looks at the tree, which nobody writes to. The caller closes it.
func newSeal(root string, original func(name string) ([]byte, error)) (*seal, error) {
	s, at := &seal{original: original}, map[string]int{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		var stat unix.Stat_t
		if err := unix.Lstat(path, &stat); err != nil {
			return err
		}
		if d.IsDir() {
			rel, err := filepath.Rel(root, path)
			at[path] = len(s.dirs)
			s.dirs = append(s.dirs, sealedDir{path: rel, was: changeOf(&stat)})
			return err
		}
		dir := &s.dirs[at[filepath.Dir(path)]]
		dir.files = append(dir.files, sealedFile{name: d.Name(), was: changeOf(&stat)})
		return nil
	})
	if err == nil {
		s.watch = newWatch(root, s.dirs)
	}
	return s, err
}

// holds says whether the tree, which is at root now, is as it was. Nobody may be
// writing to it.
func (s *seal) holds(root string) bool {
	at, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(at)
	s.watch.read()
	buffer := make([]byte, sealBuffer)
	for i := range s.dirs {
		if !s.holdsIn(i, at, buffer) {
			return false
		}
	}
	return true
}

// holdsIn looks at one directory, and at its files.
func (s *seal) holdsIn(number, root int, buffer []byte) bool {
	d := &s.dirs[number]
	dir, err := unix.Openat(root, d.path, unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(dir)
	var stat unix.Stat_t
	if unix.Fstat(dir, &stat) != nil || changeOf(&stat) != d.was {
		return false
	}
	for i := range d.files {
		f := &d.files[i]
		if unix.Fstatat(dir, f.name, &stat, unix.AT_SYMLINK_NOFOLLOW) != nil || changeOf(&stat) != f.was {
			return false
		}
		if s.watch.saw(number, f.name) && stat.Mode&unix.S_IFMT == unix.S_IFREG && !s.reads(dir, d.path, f, buffer) {
			return false
		}
	}
	return true
}

// reads says whether a file's content is what it should be.
func (s *seal) reads(dir int, path string, f *sealedFile, buffer []byte) bool {
	if f.content == nil {
		text, err := s.original(filepath.ToSlash(filepath.Join(path, f.name)))
		if err != nil {
			return false
		}
		f.content = new(sha256.Sum256(text))
	}
	is, err := contentOf(dir, f.name, buffer)
	return err == nil && is == *f.content
}

// moved takes over what moving the tree to root has changed: the time of the
// root itself.
func (s *seal) moved(root string) bool {
	var stat unix.Stat_t
	err := unix.Lstat(root, &stat)
	s.dirs[0].was = changeOf(&stat)
	return err == nil
}

func (s *seal) close() {
	if s != nil {
		s.watch.close()
	}
}

func changeOf(s *unix.Stat_t) change {
	return change{s.Ino, int64(s.Ctim.Sec), int64(s.Ctim.Nsec)} //nolint:unconvert // narrower on 32 bits
}

// sealBuffer holds most files at once, in bytes.
const sealBuffer = 64 << 10

// contentOf is the digest of a regular file.
func contentOf(dir int, name string, buffer []byte) (sum [sha256.Size]byte, err error) {
	file, err := unix.Openat(dir, name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return sum, err
	}
	defer unix.Close(file)
	digest := sha256.New()
	for {
		n, err := unix.Read(file, buffer)
		if err != nil || n == 0 {
			digest.Sum(sum[:0])
			return sum, err
		}
		digest.Write(buffer[:n])
	}
}
