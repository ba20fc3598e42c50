package process

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// give makes a directory and all that is in it a user's, but for what is at the
// path owned and for files that have names elsewhere, too. Nobody may be writing
// to it. A large tree has tens of thousands of files, which are called by their
// names in the open directory.
func give(path, owned string, user int) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	entries, err := dir.ReadDir(-1)
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch below := filepath.Join(path, e.Name()); {
		case below == owned:
		case e.IsDir():
			err = give(below, owned, user)
		default:
			err = giveFile(int(dir.Fd()), e.Name(), user)
		}
		if err != nil {
			return err
		}
	}
	return dir.Chown(user, user)
}

// giveFile makes one file or link a user's.
func giveFile(dir int, name string, user int) error {
	var stat unix.Stat_t
	err := unix.Fstatat(dir, name, &stat, unix.AT_SYMLINK_NOFOLLOW)
	if err == nil && (stat.Mode&unix.S_IFMT != unix.S_IFREG || stat.Nlink == 1) {
		err = unix.Fchownat(dir, name, user, user, unix.AT_SYMLINK_NOFOLLOW)
	}
	if err != nil {
		return &os.PathError{Op: "chown", Path: name, Err: err}
	}
	return nil
}
